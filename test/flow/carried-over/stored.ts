import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { brotliCompressSync, brotliDecompressSync, constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Millis } from '../../../shared/base/time.ts'
import type { Heard } from './heard.ts'

/** What was known to the outside world at the moment of the fixture. */
export interface Known {
  at: Millis
  heard: Heard
  /** Answers of the API, by path. */
  answers: Record<string, unknown>
}

type Attributes = Record<string, AttributeValue>

/** Files of `test/fixtures/stored/`, compressed; see the README there. */
export function readStored(name: string): string {
  const path = new URL(`../../fixtures/stored/${name}.br`, import.meta.url)
  return brotliDecompressSync(readFileSync(path)).toString()
}

export function writeStored(folder: string, name: string, content: string | Buffer): void {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 }
  writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content, { params }))
}

/** The SQL that makes the same file. */
export function dumpFile(path: string): string {
  const db = new DatabaseSync(path, { readOnly: true })
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  const schema = db.prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').all()
  const tables = schema.filter(({ type }) => type === 'table').map(({ name }) => String(name))
  const lines = [`PRAGMA user_version = ${version}`, ...schema.map(({ sql }) => String(sql))]
  for (const table of tables) {
    for (const row of db.prepare(`SELECT * FROM ${table}`).all()) {
      lines.push(`INSERT INTO ${table} VALUES (${Object.values(row).map(literal).join(', ')})`)
    }
  }
  db.close()
  return lines.map((line) => `${line};\n`).join('')
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  return value === null ? 'NULL' : String(value)
}

/** Bodies are kept inflated and marked, so that the dump can be read, and small. */
export function dumpItem({ body, ...rest }: Attributes): string {
  if (body?.B === undefined) return JSON.stringify({ ...rest, ...(body && { body }) })
  return JSON.stringify({ ...rest, deflated: inflateRawSync(body.B).toString() })
}

export function parseItem(line: string): Attributes {
  const { deflated, ...attributes } = JSON.parse(line) as Attributes & { deflated?: string }
  return deflated === undefined ? attributes : { ...attributes, body: { B: deflateRawSync(deflated) } }
}
