import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emailKind } from '../../../../shared/channels/email/kind.ts'
import { sesOutcome } from '../../../../shared/channels/email/ses.ts'
import { startTarget } from '../../../contract/channel-target.ts'
import { NOW, send } from './story.ts'

let target: Awaited<ReturnType<typeof startTarget>>
beforeAll(async () => {
  target = await startTarget()
})
afterAll(async () => await target.stop())

const SES = { provider: 'ses', host: undefined, region: 'eu-west-1' }
const KEYS = { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }

describe('a message through Amazon SES', () => {
  test('is one signed request with the whole message in it', async () => {
    target.behave((_asked, response) => response.end('{"MessageId":"1"}'))
    expect(await send({ ...SES, ...KEYS, endpoint: target.url })).toEqual({ kind: 'arrived', at: NOW })
    const [{ path, headers, text }] = target.asked as [(typeof target.asked)[number]]
    expect(path).toBe('/v2/email/outbound-emails')
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE\/20260114\/eu-west-1\/ses\//,
    )
    const body = JSON.parse(text) as { Destination: object; Content: { Raw: { Data: string } } }
    expect(body.Destination).toEqual({ ToAddresses: ['ops@example.com'] })
    expect(Buffer.from(body.Content.Raw.Data, 'base64').toString()).toMatch(/^Message-ID: <g1-d1@/m)
  })

  test('without keys needs the role of a function', async () => {
    expect(await send(SES)).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
  })

  test.each([
    [200, '{"MessageId":"1"}', { kind: 'arrived' }],
    [200, '{}', { kind: 'ambiguous' }],
    [400, '{"__type":"MessageRejected"}', { kind: 'dead', reason: 'clientError' }],
    [400, '{"__type":"LimitExceededException"}', { kind: 'refused', reason: 'rateLimited' }],
    [400, '{"__type":"SendingPausedException"}', { kind: 'refused', reason: 'misconfigured' }],
    [400, '{"__type":"ExpiredTokenException"}', { kind: 'dead', reason: 'authError' }],
    [403, '{"__type":"AccessDeniedException"}', { kind: 'dead', reason: 'authError' }],
    [429, '{"__type":"TooManyRequestsException"}', { kind: 'refused', reason: 'rateLimited' }],
    [503, 'ops@example.com', { kind: 'refused', reason: 'serverError' }],
  ])('is understood by its answer: %i %s', (status, body, outcome) => {
    const answered = sesOutcome({ kind: 'answer', status, headers: {}, body }, 'email.eu-west-1.amazonaws.com', NOW)
    expect(answered).toMatchObject(outcome)
    expect(JSON.stringify(answered)).not.toContain('@')
  })
})

test.each<[object, string[]]>([
  [{ ...SES, ...KEYS }, []],
  [SES, []],
  [{ provider: 'ses', host: 'mail.example.com', tls: 'none' }, ['host', 'region', 'tls']],
  [{ provider: 'smtp', host: 'mail.example.com', region: 'eu-west-1' }, ['region']],
  [{ ...SES, accessKeyId: KEYS.accessKeyId }, ['secretAccessKey']],
  [{ ...SES, endpoint: 'https://ses.example.com' }, ['endpoint']],
])('settings belong to their provider: %#', (given, paths) => {
  const read = emailKind.parse({ from: 'tocsin@example.com', to: ['ops@example.com'], ...given })
  expect(read.ok ? [] : read.problems.map(({ path }) => path).sort()).toEqual(paths)
})
