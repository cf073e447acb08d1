import { describe, expect, test } from 'vitest'
import { putAll, putEventsOutcome } from '../../../../shared/channels/events/put-events.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import type { OutboundResult } from '../../../../shared/outbound/request.ts'

const NOW = Date.UTC(2026, 0, 5)
const HOST = 'events.eu-west-1.amazonaws.com'

function outcome(status: number, body: unknown, headers: Record<string, string> = {}): Outcome {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return putEventsOutcome({ kind: 'answer', status, headers, body: text }, HOST, NOW)
}

const failedBy = (code: unknown) => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: code, ErrorMessage: 'text' }] })

describe('a 200 of PutEvents', () => {
  test.each<[string, unknown]>([
    ['Amazon', { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] }],
    ['Alibaba Cloud', { FailedEntryCount: 0, EntryList: [{ EventId: 'e-1', TraceId: 't', ErrorCode: null }] }],
    ['one that lists nothing', { FailedEntryCount: 0 }],
  ])('is an arrival when nothing failed: %s', (_whose, body) => {
    expect(outcome(200, body)).toEqual({ kind: 'arrived', at: NOW })
  })

  test.each<[unknown, string, string]>([
    [failedBy('InternalFailure'), 'refused serverError', ': InternalFailure'],
    [failedBy('ThrottlingException'), 'refused rateLimited', ': ThrottlingException'],
    [failedBy('InvalidArgument'), 'dead clientError', ': InvalidArgument'],
    [failedBy('MalformedDetail'), 'dead clientError', ': MalformedDetail'],
    [failedBy('AccessDeniedException'), 'refused authError', ': AccessDeniedException'],
    [failedBy('NotAuthorizedForSourceException'), 'refused authError', ': NotAuthorizedForSourceException'],
    [failedBy('NeverHeardOf'), 'refused serverError', ': NeverHeardOf'],
    [failedBy('secret <b>'), 'refused serverError', ''],
    [failedBy(7), 'refused serverError', ''],
    [{ FailedEntryCount: 1 }, 'refused serverError', ''],
    [
      { FailedEntryCount: 1, EntryList: [{ EventId: 'e', ErrorCode: 'InternalError' }] },
      'refused serverError',
      ': InternalError',
    ],
    [{ FailedEntryCount: 0, Entries: [{ ErrorCode: 'InternalFailure' }] }, 'refused serverError', ': InternalFailure'],
  ])('is none when the entry failed: %j', (body, meaning, said) => {
    const got = outcome(200, body)
    expect(got.kind === 'arrived' ? 'arrived' : `${got.kind} ${got.reason}`).toBe(meaning)
    expect(got).toMatchObject({ detail: `${HOST}: the bus did not take the event${said}` })
  })

  test.each(['', 'OK', '[]', '{}', '{"FailedEntryCount":"0"}', '{"FailedEntryCount":0', 'null'])(
    'that is no result of PutEvents says nothing: %j',
    (body) => {
      expect(outcome(200, body)).toMatchObject({ kind: 'ambiguous', reason: 'other' })
    },
  )
})

describe('a refusal', () => {
  test.each<[number, unknown, string, string]>([
    [403, { code: 'SignatureDoesNotMatch', message: 'm' }, 'refused authError', 'SignatureDoesNotMatch'],
    [403, { code: 'InvalidAccessKeyId' }, 'refused authError', 'InvalidAccessKeyId'],
    [403, { code: 'StsAccessIdExpired' }, 'refused authError', 'StsAccessIdExpired'],
    [409, { code: 'EventBusNotExist' }, 'refused clientError', 'EventBusNotExist'],
    [400, { __type: 'ResourceNotFoundException' }, 'refused clientError', 'ResourceNotFoundException'],
    [429, { code: 'TooManyRequests' }, 'refused rateLimited', 'TooManyRequests'],
    [400, { __type: 'com.amazonaws.events#ThrottlingException' }, 'refused rateLimited', 'ThrottlingException'],
    [400, { __type: 'AccessDeniedException' }, 'refused authError', 'AccessDeniedException'],
    [400, { __type: 'UnrecognizedClientException' }, 'refused authError', 'UnrecognizedClientException'],
    [400, { __type: 'ExpiredTokenException' }, 'refused authError', 'ExpiredTokenException'],
    [400, { __type: 'ValidationException' }, 'dead clientError', 'ValidationException'],
    [500, { __type: 'InternalException' }, 'refused serverError', 'InternalException'],
    [410, {}, 'dead gone', ''],
    [503, '<html>', 'refused serverError', ''],
  ])('%i %j', (status, body, meaning, code) => {
    const got = outcome(status, body)
    expect(got.kind === 'arrived' ? 'arrived' : `${got.kind} ${got.reason}`).toBe(meaning)
    expect(got).toMatchObject({ detail: `${HOST}: status ${status}${code === '' ? '' : ` ${code}`}` })
  })

  test('is known by a header as well', () => {
    const header = { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/coral/' }
    expect(outcome(400, '', header)).toMatchObject({ kind: 'refused', reason: 'rateLimited' })
  })

  test('for a clock that is off waits for somebody to set it, and says so', () => {
    const body = { __type: 'InvalidSignatureException' }
    const date = new Date(NOW + 7 * 60_000).toUTCString()
    expect(outcome(400, body, { date })).toEqual({
      kind: 'refused',
      at: NOW,
      reason: 'authError',
      detail: `${HOST}: status 400 InvalidSignatureException; its clock and ours are 7 minutes apart`,
    })
    const near = new Date(NOW + 4 * 60_000).toUTCString()
    expect(outcome(400, body, { date: near })).toMatchObject({
      detail: `${HOST}: status 400 InvalidSignatureException`,
    })
    expect(outcome(400, { __type: 'ValidationException' }, { date })).toMatchObject({
      kind: 'dead',
      reason: 'clientError',
    })
  })

  test('keeps what is asked for: Retry-After', () => {
    const got = outcome(429, { code: 'TooManyRequests' }, { 'retry-after': '7' })
    expect(got).toMatchObject({ kind: 'refused', retryAfterMs: 7_000 })
  })
})

test.each<[OutboundResult, object]>([
  [{ kind: 'unsent', reason: 'connection', detail: 'no' }, { kind: 'refused' }],
  [
    { kind: 'unsent', reason: 'forbiddenTarget', detail: 'no' },
    { kind: 'dead', reason: 'forbiddenTarget' },
  ],
  [{ kind: 'unknown', reason: 'timeout', detail: 'no' }, { kind: 'ambiguous' }],
])('no answer means what it always does: %j', (result, meaning) => {
  expect(putEventsOutcome(result, HOST, NOW)).toMatchObject(meaning)
})

describe('several events', () => {
  type Answer = { status: number; body: unknown }

  async function put(...answers: Answer[]) {
    const asked: string[][] = []
    const result = await putAll(
      ['a', 'b', 'c'],
      async (some) => {
        asked.push([...some])
        const { status, body } = answers[asked.length - 1]!
        return { host: HOST, result: { kind: 'answer', status, headers: {}, body: JSON.stringify(body) } }
      },
      () => NOW,
    )
    return { asked, result }
  }

  const entries = (...codes: (string | undefined)[]): Answer => {
    const Entries = codes.map((ErrorCode) => (ErrorCode === undefined ? { EventId: 'e' } : { ErrorCode }))
    return { status: 200, body: { FailedEntryCount: codes.filter((code) => code !== undefined).length, Entries } }
  }

  test('that the bus took are put once', async () => {
    const { asked, result } = await put(entries(undefined, undefined, undefined))
    expect([asked.length, result.kind]).toEqual([1, 'arrived'])
  })

  test('of which the bus did not take some are put again without the others', async () => {
    const { asked, result } = await put(entries(undefined, 'InternalFailure', undefined), entries(undefined))
    expect(asked).toEqual([['a', 'b', 'c'], ['b']])
    expect(result.kind).toBe('arrived')
  })

  test('of which the bus did not take some twice are in doubt', async () => {
    const { asked, result } = await put(
      entries(undefined, 'ThrottlingException', 'MalformedDetail'),
      entries('ThrottlingException', 'MalformedDetail'),
    )
    expect(asked).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ])
    expect(result).toMatchObject({ kind: 'ambiguous', reason: 'rateLimited' })
  })

  test('of which the bus took none are surely not taken', async () => {
    const { asked, result } = await put(entries('ThrottlingException', 'InternalFailure', 'InternalFailure'))
    expect(asked).toHaveLength(1)
    expect(result).toMatchObject({ kind: 'refused', reason: 'rateLimited' })
  })

  test('that nobody could put are not put again', async () => {
    const { asked, result } = await put({ status: 503, body: {} })
    expect(asked).toHaveLength(1)
    expect(result).toMatchObject({ kind: 'refused', reason: 'serverError' })
  })
})
