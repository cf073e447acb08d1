import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { type ReceivedWebhook, startWebhook } from '../fakes/webhook.ts'
import { endHost, startHostProcess, tellEachAlone, temporaryDirectory, until } from './host-process.ts'
import { startLoad } from './load.ts'

const KILLS = Number(process.env.KILLS ?? 5)
const SEED = Number(process.env.SEED ?? 1)
/** What notify sends at the same time: each of these may be told once more after a kill. */
const IN_FLIGHT = 32

test(`kill -9, ${KILLS} times: what was answered 2xx arrives, and what arrives twice has the same id`, {
  timeout: 60_000 + KILLS * 5000,
}, async () => {
  const data = temporaryDirectory()
  const sink = await startWebhook()
  const random = seeded(SEED)
  let host = startHostProcess(data.path)
  let url = await host.url
  const path = await tellEachAlone(url, sink.url)
  let target: string | undefined = url + path
  const load = startLoad(() => target)
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 380))
      await endHost(host, 'SIGKILL')
      target = undefined
      host = startHostProcess(data.path)
      url = await host.url
      target = url + path
    }
    await load.stop()
    expect(load.acknowledged.size).toBeGreaterThan(KILLS * 10)
    const missing = (): string[] => {
      const names = new Set(sink.received.map(nameOf))
      return [...load.acknowledged].filter((name) => !names.has(name))
    }
    await until(() => missing().length === 0, 30_000)
    expect(missing()).toEqual([])
    expect(await endHost(host, 'SIGTERM')).toBe(0)
    expect(host.stderr()).toBe('')
    expectSameIds(sink.received)
    const db = new DatabaseSync(join(data.path, 'tocsin.db'), { readOnly: true })
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    db.close()
  } finally {
    await load.stop()
    await endHost(host, 'SIGKILL')
    await sink.stop()
    data.remove()
  }
})

function expectSameIds(received: readonly ReceivedWebhook[]): void {
  const byName = Map.groupBy(received, nameOf)
  const extra = received.length - byName.size
  expect(extra).toBeLessThanOrEqual(KILLS * IN_FLIGHT)
  for (const [name, times] of byName) {
    expect([name, new Set(times.map(({ headers }) => headers['webhook-id'])).size]).toEqual([name, 1])
  }
}

function nameOf({ body }: ReceivedWebhook): string {
  return (body as { groupLabels: Record<string, string> }).groupLabels.alertname ?? ''
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
