import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sqsClient } from '../../infra/aws/clients/sqs.ts'
import { parameter } from '../../infra/aws/parameter.ts'
import { systemClock } from '../../infra/clock.ts'
import { dynamodbTable } from '../../shared/dynamodb/table.ts'
import { sqsQueue } from '../../shared/sqs/queue.ts'
import { type AwsProxy, type Broken, startAwsProxy } from '../fakes/aws-proxy.ts'
import { CREDENTIALS, localClient, startDynamodb } from '../fakes/dynamodb.ts'
import { startSqs } from '../fakes/sqs.ts'
import { startSsm } from '../fakes/ssm.ts'
import { chance } from './chance.ts'

/*
 * A service without an answer costs a single time-out, and the call is repeated: no call waits until Lambda ends the
 * function. The time is real, as the timers of the sockets cannot be owned; the cases wait together.
 */

/** For each client: the time of a try, the pause before the next try, and room. */
const ROOM_MS = 1500
const GIVE_UP_MS = 8000

const closers: (() => Promise<unknown>)[] = []
let ports: { dynamodb: number; sqs: number; ssm: number }
let tableName: string
let queuePath: string

beforeAll(async () => {
  const [dynamodb, sqs, ssm] = await Promise.all([startDynamodb(), startSqs(), startSsm({ secret: 'value' })])
  closers.push(dynamodb.close, sqs.close, ssm.stop)
  tableName = await dynamodb.createTable()
  const queue = new URL(sqs.createQueue().url)
  queuePath = queue.pathname
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  })
  ports = { dynamodb: dynamodb.port, sqs: Number(queue.port), ssm: Number(new URL(ssm.url).port) }
})
afterAll(() => Promise.all(closers.map((close) => close())))

/** A proxy whose first answer is broken in this way. */
async function brokenOnce(how: Broken): Promise<AwsProxy> {
  const proxy = await startAwsProxy(ports)
  closers.push(proxy.close)
  let first = true
  proxy.treat(async (_, ask) => {
    if (!first) return ask()
    first = false
    return how
  })
  return proxy
}

/** Each client with the longest time of a try and the result of the call. */
const CALLS: Record<string, [limitMs: number, result: unknown, call: (proxy: AwsProxy) => Promise<unknown>]> = {
  'a read of the table': [
    3000,
    undefined,
    ({ port }) => dynamodbTable(localClient(port), tableName, chance).get({ partition: 'p', sort: 's' }),
  ],
  'a message to a queue': [
    5000,
    { failed: [] },
    ({ url }) => {
      const client = sqsClient({ endpoint: url, region: 'us-east-1', credentials: CREDENTIALS })
      return sqsQueue(client, url + queuePath, { clock: systemClock, chance }).send([{ body: 'x', account: 'acme' }])
    },
  ],
  'a secret, at the start of a function': [2000, 'value', ({ url }) => parameter('secret', { endpoint: url })],
}

async function timed([limitMs, result, call]: (typeof CALLS)[string], how: Broken): Promise<string> {
  const proxy = await brokenOnce(how)
  const began = performance.now()
  const gaveUp = delay(GIVE_UP_MS).then(() => 'nothing')
  const got = await Promise.race([call(proxy), gaveUp])
  const took = performance.now() - began
  if (!isDeepStrictEqual(got, result)) return `${JSON.stringify(got)} after ${Math.round(took)} ms`
  return took < limitMs + ROOM_MS ? 'in time' : `after ${Math.round(took)} ms`
}

test.concurrent.each(['silence', 'half and silence'] as const)('%s of a service is not waited for', async (how) => {
  const calls = Object.entries(CALLS)
  const found = await Promise.all(calls.map(async ([name, call]) => [name, await timed(call, how)]))
  expect(found).toEqual(calls.map(([name]) => [name, 'in time']))
})
