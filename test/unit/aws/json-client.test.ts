import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type JsonService, jsonClient } from '../../../infra/aws/clients/json-client.ts'
import type { AwsClient } from '../../../shared/aws/client.ts'
import { AwsError } from '../../../shared/aws/error.ts'
import { HOUR, MINUTE, type Millis } from '../../../shared/base/time.ts'
import { awsRefusal } from '../../fakes/aws-gate.ts'
import { amzDate } from '../../fakes/aws-signature.ts'
import { type HttpServer, headersOf, startHttpServer } from '../../fakes/http-server.ts'

const SERVICE: JsonService = { name: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0', attemptMs: 3000 }
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG', sessionToken: 't0ken' }
const NOW: Millis = Date.UTC(2026, 0, 5, 18, 30, 5)

/** An answer, or the end of the connection: before an answer, or in the middle of it. */
type Step = { status?: number; body?: unknown; headers?: Record<string, string> } | 'cut' | 'half' | 'silence'
interface Asked {
  headers: Record<string, string>
  text: string
  path: string
}

let server: HttpServer
let client: AwsClient
let steps: Step[]
let asked: Asked[]
/** Pauses between attempts, which take no time. */
let pauses: number[]
/** Ends the time of the attempt. */
let giveUp: (() => void) | undefined

beforeEach(async () => {
  steps = []
  asked = []
  pauses = []
  server = await startHttpServer((request, response, text) => {
    asked.push({ headers: headersOf(request), text, path: request.url ?? '' })
    const step = steps.shift() ?? {}
    if (step === 'cut') return void request.socket.resetAndDestroy()
    if (step === 'silence') return giveUp?.()
    response.setHeader('date', new Date(NOW).toUTCString())
    if (step === 'half') {
      response.writeHead(200, { 'content-length': '1000' })
      return void response.write('{"Half":"of', () => response.destroy())
    }
    const { status = 200, body = {}, headers = {} } = step
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  client = clientAt(NOW)
})
afterEach(async () => {
  client.destroy()
  await server.stop()
})

/** The time-out of connecting, which no test here waits for. */
const CONNECT_MS = 1000

function clientAt(now: Millis, chance = () => 0.5): AwsClient {
  const after = (ms: number, then: () => void): (() => void) => {
    if (ms === SERVICE.attemptMs) giveUp = then
    else if (ms !== CONNECT_MS) {
      pauses.push(ms)
      queueMicrotask(then)
    }
    return () => {}
  }
  const clock = { now: () => now, elapsed: () => 0, after }
  return jsonClient(SERVICE, { clock, chance, keys: KEYS, region: 'eu-west-1', originOf: () => server.url })
}

async function failed(call: Promise<unknown>): Promise<AwsError> {
  const error = await call.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AwsError)
  return error as AwsError
}

describe('a call', () => {
  test('is a signed request that names its operation, and gives the output', async () => {
    steps = [{ body: { Item: { pk: { S: '漢' } } } }]
    expect(await client.call('GetItem', { TableName: '漢' })).toEqual({ Item: { pk: { S: '漢' } } })
    const [{ headers, text, path }] = asked as [Asked]
    expect([path, JSON.parse(text)]).toEqual(['/', { TableName: '漢' }])
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'amz-sdk-request': 'attempt=1; max=3',
    })
    const keys = { [KEYS.accessKeyId]: { ...KEYS, may: [] } }
    const request = { now: NOW, method: 'POST', path, headers, text }
    expect(awsRefusal(request, { region: 'eu-west-1', service: 'dynamodb', keys })).toBeUndefined()
    expect(JSON.stringify(headers)).not.toContain(KEYS.secretAccessKey)
  })

  test('without a body in the answer has an empty output', async () => {
    steps = [{ body: '' }]
    expect(await client.call('DeleteItem', {})).toEqual({})
  })

  test('is known by the same id in each attempt, and calls have different ids', async () => {
    steps = ['cut', 'cut', {}, {}]
    await client.call('GetItem', {})
    await client.call('GetItem', {})
    const ids = asked.map(({ headers }) => headers['amz-sdk-invocation-id'])
    expect([new Set(ids.slice(0, 3)).size, new Set(ids).size]).toEqual([1, 2])
    expect(asked.map(({ headers }) => headers['amz-sdk-request'])).toEqual(
      [1, 2, 3, 1].map((attempt) => `attempt=${attempt}; max=3`),
    )
  })
})

/** Failures, the code that the error has, and the pauses between the three attempts; undefined: one attempt. */
const FAILURES: [what: string, step: Step, code: string, status: number | undefined, pauses: number[] | undefined][] = [
  ['a refusal', { status: 400, body: { __type: 'com.amazonaws.v1#NoSuchThing' } }, 'NoSuchThing', 400, undefined],
  ['a denial', { status: 400, body: { __type: 'AccessDenied', Message: 'no' } }, 'AccessDenied', 400, undefined],
  [
    'a refusal in a header',
    { status: 400, headers: { 'x-amzn-errortype': 'QueueGone:http://a/' } },
    'QueueGone',
    400,
    undefined,
  ],
  ['a refusal that is no JSON', { status: 403, body: '<html>' }, 'Status403', 403, undefined],
  ['a refusal without an object', { status: 404, body: 'null' }, 'Status404', 404, undefined],
  ['a redirect', { status: 301, headers: { location: 'http://127.0.0.1:1/' } }, 'Status301', 301, undefined],
  [
    'throttling',
    { status: 400, body: { __type: 'x#ProvisionedThroughputExceededException' } },
    'ProvisionedThroughputExceededException',
    400,
    [250, 500],
  ],
  ['throttling by status', { status: 429 }, 'Status429', 429, [250, 500]],
  ['an error', { status: 500, body: { __type: 'InternalServerError' } }, 'InternalServerError', 500, [50, 100]],
  ['an error of a gateway', { status: 502, body: '<html>' }, 'Status502', 502, [50, 100]],
  ['a broken answer', { body: '{"Item":' }, 'BrokenAnswer', undefined, [50, 100]],
  ['an answer that is no object', { body: '[]' }, 'BrokenAnswer', undefined, [50, 100]],
  ['a reset', 'cut', 'ECONNRESET', undefined, [50, 100]],
  ['an answer that is cut off', 'half', 'ECONNRESET', undefined, [50, 100]],
  ['silence', 'silence', 'TimeoutError', undefined, [50, 100]],
]

test.each(FAILURES)('after %s, every time, the call fails by its code', async (_what, step, code, status, expected) => {
  steps = [step, step, step, step]
  const error = await failed(client.call('PutItem', {}))
  expect(error).toMatchObject({ name: code, status, attempts: expected === undefined ? 1 : 3 })
  expect(asked).toHaveLength(error.attempts)
  expect(pauses).toEqual(expected ?? [])
})

const PASSING = FAILURES.filter(([, , , , expected]) => expected !== undefined)

test.each(PASSING)('after %s, once, the next attempt gives the output', async (_what, step) => {
  steps = [step, { body: { a: 1 } }]
  expect(await client.call('PutItem', {})).toEqual({ a: 1 })
})

test('the service says why it refuses', async () => {
  steps = [{ status: 400, body: { __type: 'AccessDeniedException', Message: 'not authorized to perform: PutItem' } }]
  expect((await failed(client.call('PutItem', {}))).message).toBe('not authorized to perform: PutItem')
})

test('a connection that was closed while idle costs one attempt', async () => {
  await client.call('GetItem', {})
  steps = ['cut', { body: { a: 1 } }]
  expect(await client.call('GetItem', {})).toEqual({ a: 1 })
})

test('an address where nobody listens is a failure of the network', async () => {
  await server.stop()
  expect(await failed(client.call('GetItem', {}))).toMatchObject({ name: 'ECONNREFUSED', attempts: 3 })
  server = await startHttpServer(() => {})
})

describe('the budget of repetitions', () => {
  test('ends while a service is away, and comes back with its answers', async () => {
    const down = { status: 500 }
    const attemptsOf = async (): Promise<number> => {
      steps = [down, down, down]
      return (await failed(client.call('GetItem', {}))).attempts
    }
    for (let calls = 0; calls < 50; calls++) expect(await attemptsOf()).toBe(3)
    expect(await attemptsOf()).toBe(1)
    for (let calls = 0; calls < 5; calls++) {
      steps = [{}]
      await client.call('GetItem', {})
    }
    expect(await attemptsOf()).toBe(2)
    expect(await attemptsOf()).toBe(1)
  })
})

test('pauses are drawn, so that callers that failed together come apart', async () => {
  client.destroy()
  client = clientAt(NOW, () => 0.25)
  steps = ['cut', 'cut', {}]
  await client.call('GetItem', {})
  expect(pauses).toEqual([25, 50])
})

describe('a clock that differs from the clock of the service', () => {
  const refused: Step = { status: 400, body: { __type: 'InvalidSignatureException', message: 'Signature expired' } }
  const signedAt = () => asked.map(({ headers }) => amzDate(headers['x-amz-date']))

  test.each([-HOUR, 6 * MINUTE])('by %d ms is corrected by the answer, once', async (by) => {
    client.destroy()
    client = clientAt(NOW + by)
    steps = [refused, {}, {}]
    await client.call('GetItem', {})
    await client.call('GetItem', {})
    expect(signedAt()).toEqual([NOW + by, NOW, NOW])
  })

  test('by less is no reason to try again: the keys are wrong', async () => {
    client.destroy()
    client = clientAt(NOW + 2 * MINUTE)
    steps = [refused]
    expect(await failed(client.call('GetItem', {}))).toMatchObject({ name: 'InvalidSignatureException', attempts: 1 })
  })

  test('is corrected once in a call: refused by the right time, the keys are wrong', async () => {
    client.destroy()
    client = clientAt(NOW + HOUR)
    steps = [refused, refused, refused]
    expect((await failed(client.call('GetItem', {}))).attempts).toBe(2)
    expect(signedAt()).toEqual([NOW + HOUR, NOW])
  })
})
