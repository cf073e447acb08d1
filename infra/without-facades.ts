import { builtinModules } from 'node:module'
import process from 'node:process'
import type { Plugin } from 'esbuild'

/** `node:fs`, and `fs` as packages write it. */
const BUILT_IN = new RegExp(`^(?:node:)?(?:${builtinModules.map((name) => name.replace(/^node:/, '')).join('|')})$`)
/**
 * Takes from Node's own modules what is used, by `process.getBuiltinModule`. An `import` reads every export of such a
 * module, and some of these are made at the first look: those of node:util open standard error, those of node:http load
 * Node's whole fetch, and those of node:crypto all of Web Crypto.
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
