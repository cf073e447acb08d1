import { globSync } from 'node:fs'
import { copyFile, cp, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { withoutFacades } from './without-facades.ts'

export const ROOT = resolve(import.meta.dirname, '..')

export interface Bundle {
  /** The function's folder. */
  name: string
  /** `index.mjs`, which exports `handler`. */
  file: string
  bytes: number
  /** Files of the bundle, relative to the root. */
  inputs: string[]
  /** Imports left in the bundle, which Node resolves at run time. */
  imports: { path: string; kind: string }[]
}

/**
 * An ES module per `functions/<name>/lambda.ts`, with every import inside. The same sources give the same bytes.
 */
export async function bundleFunctions(outDir: string): Promise<Bundle[]> {
  const entries = globSync('functions/*/lambda.ts', { cwd: ROOT }).sort()
  return await Promise.all(entries.map((entry) => bundleFunction(entry, outDir)))
}

/** Functions that send to channels. */
const SENDS = new Set(['notify'])
const REGISTRY = join(ROOT, 'shared/channels/registry.ts')
/**
 * Leaves `import('./<kind>/send.ts')` of `shared/channels/registry.ts` out. Every function may know the kinds; only
 * sending functions get the senders. In the bundle of another function such an import leads to no file, and is never
 * made. esbuild's option `external` is no alternative: a pattern there matches the files named send.ts of the whole
 * project.
 */
const withoutSenders: Plugin = {
  name: 'without-senders',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/[^/]+\/send\.ts$/ }, ({ path, importer, kind }) =>
      importer === REGISTRY && kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
}

/** The function with classes of its own for requests and answers: its cold start delays a sender. */
const LIGHT_HTTP: Record<string, string[]> = { ingest: [join(ROOT, 'infra/aws/light-http.ts')] }

/** How the functions and the programs of one machine are bundled. */
export const ESM_FOR_NODE = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Without these fields, the CommonJS builds of packages would win, and no part of such a build can be left out.
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions

async function bundleFunction(entry: string, outDir: string): Promise<Bundle> {
  const name = basename(dirname(entry))
  const file = join(outDir, name, 'index.mjs')
  await rm(dirname(file), { recursive: true, force: true })
  const { metafile } = await build({
    ...ESM_FOR_NODE,
    entryPoints: [entry],
    outfile: file,
    minify: true,
    inject: LIGHT_HTTP[name],
    plugins: [withoutFacades, ...(SENDS.has(name) ? [] : [withoutSenders])],
    sourcemap: false,
    metafile: true,
  })
  if (name === 'api') await copyConsoleAssets(dirname(file))
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  return { name, file, bytes, inputs: Object.keys(metafile.inputs), imports }
}

const HTMX = ['htmx.org/dist/htmx.min.js', 'htmx.org/dist/ext/hx-ptag.min.js']

/** Files that the console reads from the folder of the program: pages' assets, and htmx. */
export async function copyConsoleAssets(folder: string): Promise<void> {
  await cp(join(ROOT, 'functions/api/console/page/assets'), join(folder, 'assets'), { recursive: true })
  for (const path of HTMX) {
    await copyFile(fileURLToPath(import.meta.resolve(path)), join(folder, 'assets', basename(path)))
  }
}

if (import.meta.main) {
  for (const { name, bytes } of await bundleFunctions(join(ROOT, 'dist'))) {
    console.log(`${name.padEnd(10)} ${String(Math.ceil(bytes / 1024)).padStart(5)} KiB`)
  }
}
