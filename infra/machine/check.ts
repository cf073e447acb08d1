import { execFile } from 'node:child_process'
import { setPriority } from 'node:os'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { programBeside } from '../beside.ts'

export interface Checked {
  /** The damage in words; empty: the file is sound. */
  found: string[]
  tookMs: number
}

const PROGRAM = programBeside(import.meta.url, 'check-process')
/** As `nice` does: other work of the machine comes first. */
const PRIORITY = 10
const MOST_OUTPUT_BYTES = 64 * 1024

/**
 * Checks the database file in a process of its own. A call of SQLite cannot be interrupted: on a thread the check would
 * hold the end of the host for as long as the disk needs. Aborting kills the process.
 */
export function checkInProcess(path: string, signal: AbortSignal): Promise<Checked> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const options = { signal, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT_BYTES } as const
    const child = execFile(process.execPath, ['--no-warnings', PROGRAM, path], options, (error, stdout) => {
      if (error) reject(new Error(`the check of the database ended with ${error.code ?? error.signal}`))
      else resolve({ found: JSON.parse(stdout) as string[], tookMs: performance.now() - began })
    })
    try {
      if (child.pid !== undefined) setPriority(child.pid, PRIORITY)
    } catch {
      // The process has ended already.
    }
  })
}
