import { createReadStream } from 'node:fs'
import type { Streams } from './command.ts'
import { findFiles } from './files.ts'

export interface Input {
  /** The name of the input in messages. */
  name: string
  /** The size of a file; standard input has no known size. */
  bytes?: number
  open(): AsyncIterable<Uint8Array>
}

const RECORD_FILES = { pattern: /\.(json|ndjson|jsonl|gz)$/i, named: '*.json, *.ndjson, *.jsonl or *.gz' }

const PIECE_BYTES = 256 * 1024

/** Throws when a named file does not exist. */
export async function findInputs(paths: readonly string[], stdin: Streams['stdin']): Promise<Input[]> {
  const inputs: Input[] = []
  for (const path of new Set(paths)) {
    if (path === '-') inputs.push({ name: 'standard input', open: () => stdin as AsyncIterable<Buffer> })
    else inputs.push(...(await findFiles([path], RECORD_FILES)).map(fileInput))
  }
  return inputs
}

function fileInput({ path, bytes }: { path: string; bytes: number }): Input {
  return { name: path, bytes, open: () => createReadStream(path, { highWaterMark: PIECE_BYTES }) }
}
