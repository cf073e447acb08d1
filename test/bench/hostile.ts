import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startHostHere } from '../e2e/host-here.ts'
import type { HostileRequest } from '../fixtures/hostile-request.ts'
import { hostileRequests } from '../fixtures/hostile-requests.ts'
import { manyRules } from '../fixtures/many-rules.ts'
import { manyRulesRequests } from '../fixtures/many-rules-requests.ts'

/*
 * The time for which one request holds the process: each request of the list against a host in this process, the
 * longest stretch in which the event loop served nobody, and the processor time in all. The client is in the same
 * process, so a large body costs a few milliseconds more.
 */

const KEY = 'bench-key'

export async function benchHostile(part = ''): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-hostile-'))
  const host = await startHostHere({ dataDir, apiKey: KEY, log: (entry) => console.log(JSON.stringify(entry)) })
  const requests = hostileRequests().filter(({ name }) => name.includes(part))
  await measure(host.url, hostileRequests()[0]!)
  for (const request of requests) await measureAndPrint(host.url, request)
  if ('many rules'.includes(part)) await measureManyRules(host.url)
  await host.stop()
  rmSync(dataDir, { recursive: true, force: true })
}

async function measureAndPrint(url: string, request: HostileRequest): Promise<string> {
  const { status, heldMs, cpuMs, answer } = await measure(url, request)
  const right = request.status.includes(status) ? '' : `WRONG: ${answer.slice(0, 200)}`
  const kb = ((request.body ?? request.path).length / 1024).toFixed(0)
  console.log(
    `${request.name.padEnd(44)} ${kb.padStart(6)} KB ${status}  held ${heldMs.toFixed(0).padStart(5)} ms  cpu ${cpuMs.toFixed(0).padStart(6)} ms  ${right}`,
  )
  return answer
}

/** Ten thousand rules are saved by parts, read, and changed. */
async function measureManyRules(url: string): Promise<void> {
  const steps = manyRulesRequests(manyRules(10_000))
  for (let step = steps.next(); !step.done; ) step = steps.next(await measureAndPrint(url, step.value))
  const { rss } = process.memoryUsage()
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed } = process.memoryUsage()
  console.log(`memory: process ${(rss / 1e6).toFixed(0)} MB, heap after a collection ${(heapUsed / 1e6).toFixed(0)} MB`)
}

/** `heldMs`: the most processor time of the main thread between two turns of the event loop. */
async function measure(url: string, { method, path, body, type }: HostileRequest) {
  const before = process.cpuUsage()
  let heldMs = 0
  let over = false
  const watch = (async () => {
    for (let last = process.threadCpuUsage(); !over; ) {
      await new Promise((resolve) => setImmediate(resolve))
      const now = process.threadCpuUsage()
      heldMs = Math.max(heldMs, (now.user + now.system - last.user - last.system) / 1e3)
      last = now
    }
  })()
  const response = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${KEY}`, ...(type === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  })
  const answer = await response.text()
  over = true
  await watch
  const { user, system } = process.cpuUsage(before)
  return { status: response.status, heldMs, cpuMs: (user + system) / 1e3, answer }
}
