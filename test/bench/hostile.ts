import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHostHere } from '../e2e/host-here.ts'
import type { HostileRequest } from '../fixtures/hostile-request.ts'
import { hostileRequests } from '../fixtures/hostile-requests.ts'

/*
 * The time for which one request holds the process: each request of the list against a host in this process, the
 * longest stretch in which the event loop served nobody, and the processor time in all. The client is in the same
 * process, so a large body costs a few milliseconds of its own.
 */

const KEY = 'bench-key'

export async function benchHostile(part = ''): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-hostile-'))
  const host = await startHostHere({ dataDir, apiKey: KEY, log: (entry) => console.log(JSON.stringify(entry)) })
  const requests = hostileRequests().filter(({ name }) => name.includes(part))
  await measure(host.url, requests[0]!)
  for (const request of requests) {
    const { status, heldMs, cpuMs, answer } = await measure(host.url, request)
    const right = request.status.includes(status) ? '' : `WRONG: ${answer.slice(0, 200)}`
    const kb = ((request.body ?? request.path).length / 1024).toFixed(0)
    console.log(
      `${request.name.padEnd(44)} ${kb.padStart(6)} KB ${status}  held ${heldMs.toFixed(0).padStart(5)} ms  cpu ${cpuMs.toFixed(0).padStart(6)} ms  ${right}`,
    )
  }
  await host.stop()
  rmSync(dataDir, { recursive: true, force: true })
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
