import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { startWebhook } from '../fakes/webhook.ts'
import { endHost, hostsOfEachTest, tellEachAlone, until } from './host-process.ts'
import { startLoad } from './load.ts'

const data = hostsOfEachTest()
const { start } = data

test('a second process on the same data ends within two seconds and says why in one line', async () => {
  const first = start()
  const url = await first.url
  const second = start()
  const { code, afterMs } = await second.ended
  const error = `another process works on ${data.path}: one at a time`
  expect([code, second.entries()]).toMatchObject([1, [{ level: 'error', what: 'start', error }]])
  expect(afterMs).toBeLessThan(2000)
  expect((await fetch(`${url}/-/ready`)).status).toBe(200)
})

test('SIGTERM under load: the process ends within ten seconds, and every alert answered 2xx arrives after the next start', async () => {
  const sink = await startWebhook()
  const first = start()
  const url = await first.url
  let target: string | undefined = url + (await tellEachAlone(url, sink.url))
  const load = startLoad(() => target)
  await until(() => load.acknowledged.size >= 200, 10_000)
  const began = performance.now()
  expect(await endHost(first, 'SIGTERM')).toBe(0)
  expect(performance.now() - began).toBeLessThan(10_000)
  target = undefined
  await load.stop()
  const second = start()
  await second.url
  const missing = (): string[] => {
    const names = new Set(sink.received.map(({ body }) => (body as Told).groupLabels.alertname))
    return [...load.acknowledged].filter((name) => !names.has(name))
  }
  await until(() => missing().length === 0, 10_000)
  expect(missing()).toEqual([])
  // No attempt was interrupted, so no alert is told twice.
  expect(new Set(sink.received.map(({ headers }) => headers['webhook-id'])).size).toBe(sink.received.length)
  expect([first.stderr(), second.stderr()]).toEqual(['', ''])
  await sink.stop()
})

interface Told {
  groupLabels: { alertname: string }
}

test('a file of a newer version is refused in one line and not touched', async () => {
  const first = start()
  await first.url
  await endHost(first, 'SIGTERM')
  const path = join(data.path, 'tocsin.db')
  const db = new DatabaseSync(path)
  db.exec('PRAGMA user_version = 99')
  db.close()
  const second = start()
  expect((await second.ended).code).toBe(1)
  const error = expect.stringMatching(/newer version \(schema 99, this one knows \d+\)$/)
  expect(second.entries()).toMatchObject([{ error }])
  const after = new DatabaseSync(path, { readOnly: true })
  expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 })
  after.close()
})
