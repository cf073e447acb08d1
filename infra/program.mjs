import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

// Plain JavaScript: the part of Node that reads TypeScript takes 45 MiB for as long as the process lives. A bundle has
// the hash of the sources as its name, so no bundle is ever stale.

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The packages that npm has installed, which may be older than package-lock.json. */
const INSTALLED = 'node_modules/.package-lock.json'

/**
 * Runs a program of `infra/bundle-programs.ts` from the bundle of the present sources. The first run makes the bundle.
 * Where no bundle can be made, without esbuild or in a folder that is read-only, the sources run.
 *
 * @param {string} name
 * @param {string} source the program's file below the root
 */
export async function runProgram(name, source) {
  const folder = bundleFolder()
  if (folder !== undefined && isMade(folder)) {
    mapStackTraces(pathToFileURL(folder).href)
    await import(pathToFileURL(join(folder, `${name}.mjs`)).href)
  } else await import(pathToFileURL(join(ROOT, source)).href)
}

/**
 * Stack traces name files and lines of the sources. Node's own option reads the map of every file that is loaded, and
 * keeps all maps in memory; here a map is read when a stack trace needs the map.
 *
 * @param {string} folder the URL of the bundle's folder
 */
function mapStackTraces(folder) {
  /** @type {Map<string, SourceMap>} */
  const maps = new Map()
  /** @param {NodeJS.CallSite} frame */
  const mapped = (frame) => {
    const [file, line, column] = [frame.getFileName() ?? '', frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0]
    const text = String(frame)
    const url = `${file}.map`
    if (!file.startsWith(`${folder}/`) || !existsSync(new URL(url))) return text
    const map = maps.get(file) ?? new SourceMap(JSON.parse(readFileSync(new URL(url), 'utf8')))
    maps.set(file, map)
    const found = map.findOrigin(line, column)
    if (!('fileName' in found)) return text
    const place = `${new URL(found.fileName, url)}:${found.lineNumber}:${found.columnNumber}`
    return text.replace(`${file}:${line}:${column}`, () => place)
  }
  Error.prepareStackTrace = (error, frames) => [String(error), ...frames.map(mapped)].join('\n    at ')
}

/** Undefined: the list of installed packages is missing. */
function bundleFolder() {
  if (!existsSync(join(ROOT, INSTALLED))) return undefined
  const hash = createHash('sha256').update(process.version)
  const files = ['functions', 'shared', 'infra'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  for (const file of [...files.sort(), join(ROOT, INSTALLED)]) {
    const content = readFileSync(file)
    hash.update(`${file.slice(ROOT.length)}\n${content.length}\n`).update(content)
  }
  return join(ROOT, 'dist/programs', hash.digest('hex').slice(0, 24))
}

/** Makes a missing bundle in a process that reads TypeScript and ends. False: no bundle can be made. */
function isMade(folder) {
  if (existsSync(folder)) return true
  try {
    mkdirSync(dirname(folder), { recursive: true })
    accessSync(dirname(folder), constants.W_OK)
  } catch {
    return false
  }
  spawnSync(process.execPath, [join(ROOT, 'infra/bundle-programs.ts'), folder], { stdio: 'ignore' })
  return existsSync(folder)
}

// `npm run bundle`: for an installation that the running program may not write to.
if (import.meta.main) {
  const folder = bundleFolder()
  if (folder === undefined || !isMade(folder)) {
    console.error('no bundle was made: Tocsin runs from its sources')
    process.exitCode = 1
  }
}
