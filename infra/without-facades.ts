import { builtinModules } from 'node:module'
import process from 'node:process'
import type { Plugin } from 'esbuild'

/** `node:fs`, and `fs` as packages write it. */
const BUILT_IN = new RegExp(`^(?:node:)?(?:${builtinModules.map((name) => name.replace(/^node:/, '')).join('|')})$`)

/**
 * Takes the used exports of Node's own modules by `process.getBuiltinModule`. An `import` reads every export, and some
 * exports do work at the first read: node:util opens standard error, node:http loads Node's whole fetch, and node:crypto
 * loads all of Web Crypto.
 */
export const withoutFacades: Plugin = {
  name: 'without-facades',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: BUILT_IN }, ({ path, kind }) => {
      const name = path.replace(/^(?!node:)/, 'node:')
      return { path: name, namespace: kind === 'require-call' ? 'required' : 'imported', sideEffects: false }
    })
    onLoad({ filter: /^/, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = ${taken(path)}` }))
    onLoad({ filter: /^/, namespace: 'imported' }, ({ path }) => ({
      contents: [
        `const all = /* @__PURE__ */ ${taken(path)}`,
        'const take = (name) => all[name]',
        'export default all',
        // Left out of the bundle where nobody uses the export.
        ...exportsOf(path).map((name) => `export const ${name} = /* @__PURE__ */ take(${JSON.stringify(name)})`),
      ].join('\n'),
    }))
  },
}

function taken(path: string): string {
  return `process.getBuiltinModule(${JSON.stringify(path)})`
}

function exportsOf(path: string): string[] {
  return Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => name !== 'default')
}
