import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { QueueName } from '../../shared/queue/port.ts'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { openStage } from './stage.ts'

const dataDir = join(tmpdir(), `tocsin-malformed-${process.pid}`)
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const START = Date.UTC(2026, 0, 5)
const QUEUES: QueueName[] = ['alerts', 'records', 'deliveries', 'forwards']

test('a malformed message of any queue is refused with its reason, and never becomes a dead letter', async () => {
  // A first run makes the data; then the test puts a message into the queues as a bug or a person by hand might.
  await (await openStage({ dataDir })).close()
  const clock = { now: () => START, elapsed: () => 0, after: () => () => {} }
  const file = openSqlite(join(dataDir, 'tocsin.db'), { clock, acceptLoss: false })
  const alert = (index: number) => ({ labels: { alertname: `n${index}` }, annotations: {}, startsAt: START })
  const taken = { v: 1, account: 'default', integration: 'default', receivedAt: START, recoverAfterMs: 300_000 }
  const neighbours = Array.from({ length: 9 }, (_, index) => ({ ...taken, kind: 'alerts', alerts: [alert(index)] }))
  for (const queue of QUEUES) {
    const bodies = [{ ...taken, kind: 'parcel' }, ...(queue === 'alerts' ? neighbours : [])]
    const messages = ['no JSON', ...bodies.map((body) => JSON.stringify(body))]
    await sqliteQueue(file, clock, queue).send(messages.slice(0, 6).map((body) => ({ account: 'default', body })))
    await sqliteQueue(file, clock, queue).send(messages.slice(6).map((body) => ({ account: 'default', body })))
  }
  file.close()

  const stage = await openStage({ dataDir })
  try {
    await stage.clock.advanceTo(stage.start + 120_000)
    const shown = async (path: string) => JSON.parse(await (await stage.api('GET', path)).text())
    const names = (await shown('/api/v1/alerts')).items.map((item: { labels: object }) => item.labels)
    expect(names).toHaveLength(9)
    for (const state of ['refused', 'dead']) {
      const { items } = await shown(`/api/v1/deliveries?state=${state}`)
      const found = items.map((item: { queue: string; reason: string }) => [item.queue, item.reason]).sort()
      const reason = (queue: string) =>
        expect.stringContaining(`a message of the queue ${queue} cannot be read: kind has to be`)
      expect(found).toEqual([...QUEUES].sort().map((queue) => [queue, reason(queue)]))
    }
    // A message of no account: the operator is told of each such message, by its id.
    const told = stage.logged.map((line) => JSON.parse(line))
    expect(told).toHaveLength(2 * QUEUES.length)
    const nobodys = told.filter(({ account }) => account === undefined)
    expect(nobodys.map(({ function: by }) => by).sort()).toEqual(['dispatch', 'evaluate', 'forward', 'notify'])
    for (const { what, error } of nobodys)
      expect([what, error]).toEqual([expect.any(String), expect.stringContaining('it is not JSON')])
    const metrics = await (await stage.api('GET', '/metrics')).text()
    for (const queue of QUEUES) {
      expect(metrics).toContain(`tocsin_queue_messages{queue="${queue}",state="dead"} 0`)
      expect(metrics).toContain(`tocsin_messages_unreadable_total{queue="${queue}",why="malformed"} 2`)
    }
  } finally {
    await stage.close()
  }
})
