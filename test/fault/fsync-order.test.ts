import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../e2e/wait.ts'
import { integrationPath, startHostProcess, temporaryDirectory } from './host-process.ts'

const REQUESTS = 50
/** Of SQLite: a trace shows all that is written. */
const PAGE_BYTES = 4096
const hasStrace = spawnSync('strace', ['-V']).status === 0
if (!hasStrace) console.warn('strace is not installed: the order of write, fsync and answer is NOT tested here')

test.skipIf(!hasStrace)(
  `no 2xx is written before what it stands for is synced, ${REQUESTS} times`,
  { timeout: 60_000 },
  async () => {
    const data = temporaryDirectory()
    const log = join(data.path, 'strace.log')
    const calls = 'trace=fsync,fdatasync,pwrite64,pwritev,write,writev,sendto,sendmsg'
    const host = startHostProcess(data.path, ['strace', '-f', '-y', '-s', String(PAGE_BYTES), '-e', calls, '-o', log])
    try {
      const url = await host.url
      const path = await integrationPath(url)
      const mark = readFileSync(log, 'utf8').length
      for (let i = 0; i < REQUESTS; i++) {
        const body = JSON.stringify([{ labels: { alertname: `synced-${i}-` } }])
        const headers = { 'content-type': 'application/json' }
        expect((await fetch(url + path, { method: 'POST', headers, body })).status).toBe(200)
      }
      // The last line may be half written, and is written after the answer has come.
      const trace = () => look(readFileSync(log, 'utf8').slice(mark).split('\n').slice(0, -1))
      await until('the last answer in the trace', () => trace().answers >= REQUESTS)
      const seen = trace()
      expect(seen.early).toEqual([])
      expect(seen.answers).toBe(REQUESTS)
      expect(seen.syncs).toBeGreaterThanOrEqual(REQUESTS)
    } finally {
      // strace itself holds signals back; it ends with what it traces, whose thread stands first in the log.
      process.kill(Number(readFileSync(log, 'utf8').split(' ', 1)[0]), 'SIGTERM')
      await host.ended
      data.remove()
    }
  },
)

/**
 * Walks the trace in its order; the requests came one after the other, so the nth answer is for the nth
 * name. An answer is early when its name was not yet written to the WAL, or the WAL was written and not
 * synced since. Calls that a thread's switch cuts in two count where they surely are over: a sync when
 * it resumes, a write when it begins.
 */
function look(lines: readonly string[]): { answers: number; syncs: number; early: string[] } {
  const syncing = new Set<string>()
  const seen = { answers: 0, syncs: 0, early: [] as string[] }
  const written = new Set<string>()
  let dirty = false
  for (const line of lines) {
    const thread = line.split(' ', 1)[0] ?? ''
    const isSync = /\bf(?:data)?sync\(\d+<[^>]*-wal>/.test(line)
    if (isSync && line.includes('unfinished')) syncing.add(thread)
    else if (isSync || (/<\.\.\. f(?:data)?sync resumed>/.test(line) && syncing.delete(thread))) {
      if (!/= 0\b/.test(line)) seen.early.push(`failed: ${line}`)
      dirty = false
      seen.syncs++
    } else if (/\bpwrite(?:64|v)\(\d+<[^>]*-wal>/.test(line)) {
      dirty = true
      for (const [name] of line.matchAll(/synced-\d+-/g)) written.add(name)
    } else if (/\b(?:write|writev|sendto|sendmsg)\(.*HTTP\/1\.1 2/.test(line)) {
      if (dirty || !written.has(`synced-${seen.answers}-`)) seen.early.push(line.slice(0, 200))
      seen.answers++
    }
  }
  return seen
}
