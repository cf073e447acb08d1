import { open } from 'node:fs/promises'
import type { Streams } from './command.ts'
import { findFiles } from './files.ts'

export interface Input {
  /** The name of the input in messages. */
  name: string
  /** The size of a file; standard input has no known size. */
  bytes?: number
  /** The bytes of a chunk are overwritten when the next chunk is asked for. */
  open(): AsyncIterable<Uint8Array>
}

const RECORD_FILES = { pattern: /\.(json|ndjson|jsonl|gz)$/i, named: '*.json, *.ndjson, *.jsonl or *.gz' }

const CHUNK_BYTES = 256 * 1024

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
  return { name: path, bytes, open: () => readFile(path) }
}

/** A single buffer for the whole file: a new buffer for every chunk makes the garbage collector a fifth of the time. */
async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  await using file = await open(path)
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}
