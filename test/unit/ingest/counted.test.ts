import { expect, test } from 'vitest'
import { Unavailable } from '../../../shared/base/unavailable.ts'
import { bench, post } from './setup.ts'

/* A post is counted by the status of its answer. */

const ALERT = JSON.stringify([{ labels: { alertname: 'A' } }])
const away = () => Promise.reject(new Unavailable('queue', 'send', 'away'))

test.each([
  ['a post that is taken', {}, ALERT, '200'],
  ['a body that cannot be read', {}, '{', '400'],
  ['a queue that is away', { send: away }, ALERT, '503'],
  ['a commit that came through', { durable: async () => undefined }, ALERT, '200'],
  ['a commit that failed: the host answers 503', { durable: () => Promise.reject(new Error('full')) }, ALERT, '503'],
])('%s', async (_, options, body, code) => {
  const { ingest, counted } = bench(options)
  await ingest(post(body))
  await Promise.resolve()
  expect(counted).toEqual([code])
})

test('a post waits for no commit to be counted', async () => {
  const commit = Promise.withResolvers<void>()
  const { ingest, counted } = bench({ durable: () => commit.promise })
  expect((await ingest(post(ALERT))).status).toBe(200)
  expect(counted).toEqual([])
  commit.resolve()
  await commit.promise
  expect(counted).toEqual(['200'])
})
