import { readdirSync, statSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { build } from 'esbuild'
import { copyConsoleAssets, ESM_FOR_NODE } from './bundle.ts'

/** The programs of `npm start` and `npx tocsin`, and the programs that a running program starts. */
const PROGRAMS = {
  host: 'infra/machine/main.ts',
  'check-process': 'infra/machine/check-process.ts',
  tocsin: 'infra/cli/main.ts',
  'match-worker': 'infra/cli/match-worker.ts',
}

/** A host that was started from an earlier bundle may still run, and loads parts of the bundle late. */
const KEPT = 5

/**
 * Programs with common parts, and late parts in separate files. Twice at the same time is safe: a call writes into a
 * folder with the number of the process, and the first finished folder gets the name.
 */
export async function bundlePrograms(folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  try {
    await build({
      ...ESM_FOR_NODE,
      entryPoints: Object.entries(PROGRAMS).map(([out, path]) => ({ in: path, out })),
      // Packages in CommonJS call `require`, which an ES module does not have.
      banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
      outdir: unfinished,
      outExtension: { '.js': '.mjs' },
      splitting: true,
      minifySyntax: true,
      sourcemap: true,
      sourcesContent: false,
    })
    await copyConsoleAssets(unfinished)
    await rename(unfinished, folder).catch(() => undefined)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  await removeOld(dirname(folder))
}

async function removeOld(folder: string): Promise<void> {
  const newest = readdirSync(folder)
    .map((name) => ({
      path: join(folder, name),
      madeAt: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs,
    }))
    .sort((a, b) => (b.madeAt ?? 0) - (a.madeAt ?? 0))
  for (const { path } of newest.slice(KEPT)) await rm(path, { recursive: true, force: true })
}

const [folder] = process.argv.slice(2)
if (import.meta.main && folder !== undefined) await bundlePrograms(resolve(folder))
