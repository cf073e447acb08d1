import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../../..')

export interface Source {
  /** Relative to the root, with slashes. */
  path: string
  text: string
}

/** Every file of code in the repository. */
export const sources: Source[] = read('{functions,shared,infra,test}/**/*.ts').concat(read('.ci/*'))

export function read(pattern: string): Source[] {
  return globSync(pattern, { cwd: ROOT })
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

export interface Imported {
  /** The text between the quotes. */
  specifier: string
  /** For relative imports: the file, relative to the root. */
  file?: string
  /** For packages: its name, with the scope. */
  package?: string
}

/** Static, dynamic and re-exports; types count as much as values. */
export function importsOf(source: Source): Imported[] {
  const found: Imported[] = []
  for (const [, specifier] of source.text.matchAll(IMPORT)) {
    if (!specifier) continue
    if (specifier.startsWith('.')) found.push({ specifier, file: join(dirname(source.path), specifier) })
    else if (specifier.startsWith('node:') || builtinModules.includes(specifier)) found.push({ specifier })
    else found.push({ specifier, package: specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/') })
  }
  return found
}

const IMPORT = /(?:^|[;}\s])(?:(?:import|export)(?:\s[^'"`;]*?\sfrom)?\s|import\()\s*['"]([^'"\n]+)['"]/g

/** The text with comments and the insides of strings blanked out, line by line as long as before. */
export function codeOnly(text: string): string {
  const blank = (match: string): string => match.replace(/[^\n]/g, ' ')
  return text.replace(STRINGS_AND_COMMENTS, blank)
}

/** Template literals may hold code inside `${}`, so only comments and plain strings are blanked out. */
const STRINGS_AND_COMMENTS = /\/\*[\s\S]*?\*\/|(?<![:/\w'"`\\[])\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g

export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
