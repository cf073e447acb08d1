import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { type ReceivedWebhook, startWebhook } from '../fakes/webhook.ts'
import { mulberry32 } from '../sim/world.ts'
import { startHangingSink } from './hanging-sink.ts'
import { endHost, startHostProcess, tellEachAlone, temporaryDirectory, until } from './host-process.ts'
import { post, startLoad } from './load.ts'

const KILLS = Number(process.env.KILLS ?? 5)
const SEED = Number(process.env.SEED ?? 1)
/** Concurrent sends of notify: each of these sends may be repeated after a kill. */
const IN_FLIGHT = 32
/** As long as new alerts arrive, a slow machine is only slow. */
const STALLED_MS = 15_000

test(`kill -9, ${KILLS} times under load: every alert answered 2xx arrives, and a copy has the same id`, {
  timeout: 60_000 + KILLS * 5000,
}, async () => {
  const data = temporaryDirectory()
  const sink = await startWebhook()
  const random = mulberry32(SEED)
  let host = startHostProcess(data.path)
  let url = await host.url
  const path = await tellEachAlone(url, sink.url)
  let target: string | undefined = url + path
  const load = startLoad(() => target)
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const before = load.acknowledged.size
      // A slow machine needs time to begin: a process without any work would lose nothing either.
      await until(() => load.acknowledged.size > before, 10_000)
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 380))
      await endHost(host, 'SIGKILL')
      target = undefined
      host = startHostProcess(data.path)
      url = await host.url
      target = url + path
    }
    await load.stop()
    expect(load.acknowledged.size).toBeGreaterThan(KILLS * 10)
    expect(await missing(load.acknowledged, sink.received)).toEqual([])
    expect(await endHost(host, 'SIGTERM')).toBe(0)
    expect(host.stderr()).toBe('')
    expectSameIds(sink.received)
    expectSound(data.path)
  } finally {
    await load.stop()
    await endHost(host, 'SIGKILL')
    await sink.stop()
    data.remove()
  }
})

test('kill -9 during sends: soon after the next start each message is sent again, under the same id', {
  timeout: 60_000,
}, async () => {
  const data = temporaryDirectory()
  const sink = await startHangingSink()
  const first = startHostProcess(data.path)
  let second = first
  try {
    const url = await first.url
    const path = await tellEachAlone(url, sink.url)
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) expect(await post(url + path, name)).toBe(true)
    await until(() => sink.hanging().length === names.length, 10_000)
    const before = sink.hanging()
    expect(before).toHaveLength(names.length)
    await endHost(first, 'SIGKILL')
    sink.answer()
    second = startHostProcess(data.path)
    await second.url
    const began = performance.now()
    await until(() => sink.answered().length >= names.length, 30_000)
    // An attempt's deadline is two minutes ahead: too long for this test.
    expect(performance.now() - began).toBeLessThan(5000)
    expect(await endHost(second, 'SIGTERM')).toBe(0)
    expect(sink.answered().sort()).toEqual(before.sort())
    expect(second.stderr()).toBe('')
  } finally {
    await endHost(second, 'SIGKILL')
    await sink.stop()
    data.remove()
  }
})

/** Acknowledged names that never arrive. */
async function missing(acknowledged: ReadonlySet<string>, received: readonly ReceivedWebhook[]): Promise<string[]> {
  const left = new Set(acknowledged)
  let seen = 0
  const look = (): boolean => {
    for (; seen < received.length; seen++) left.delete(nameOf(received[seen]!))
    return left.size === 0
  }
  for (let before = -1; before !== seen && !look(); ) {
    before = seen
    await until(look, STALLED_MS)
  }
  return [...left]
}

function expectSameIds(received: readonly ReceivedWebhook[]): void {
  const byName = Map.groupBy(received, nameOf)
  const extra = received.length - byName.size
  expect(extra).toBeLessThanOrEqual(KILLS * IN_FLIGHT)
  for (const [name, times] of byName) {
    expect([name, new Set(times.map(({ headers }) => headers['webhook-id'])).size]).toEqual([name, 1])
  }
}

/** No message was given up either: the end of its process by a kill does not make a message dead. */
function expectSound(dataDir: string): void {
  const db = new DatabaseSync(join(dataDir, 'tocsin.db'), { readOnly: true })
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  const dead = db.prepare('SELECT queue, body FROM messages JOIN bodies USING (id) WHERE state = 3').all()
  expect(dead).toEqual([])
  db.close()
}

function nameOf({ body }: ReceivedWebhook): string {
  return (body as { groupLabels: Record<string, string> }).groupLabels.alertname ?? ''
}
