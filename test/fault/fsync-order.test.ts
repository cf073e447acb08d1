import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../e2e/wait.ts'
import { integrationPath, startHostProcess, temporaryDirectory } from './host-process.ts'

const REQUESTS = 50
/** SQLite's page size: a trace shows every written byte. */
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
      // The last line may be half written, and belongs to a moment after the answer.
      const trace = () => look(readFileSync(log, 'utf8').slice(mark).split('\n').slice(0, -1))
      await until('the last answer in the trace', () => trace().answers >= REQUESTS)
      const seen = trace()
      expect(seen.early).toEqual([])
      expect(seen.answers).toBe(REQUESTS)
      expect(seen.syncs).toBeGreaterThanOrEqual(REQUESTS)
    } finally {
      // strace holds signals back, and ends with the traced process; the thread of this process is first in the log.
      process.kill(Number(readFileSync(log, 'utf8').split(' ', 1)[0]), 'SIGTERM')
      await host.ended
      data.remove()
    }
  },
)

/**
 * Walks the trace in order; the requests were sequential, so the nth answer belongs to the nth name. An answer is
 * early when its name was not yet written to the WAL, or when the WAL was written and not synced since. A call cut in
 * two by a thread switch counts at the moment when the call is surely done: a sync when the call resumes, a write
 * when the call begins.
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
