import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { signAlibaba } from '../../../../shared/channels/alibaba-eventbridge/signature.ts'

const keys = { accessKeyId: 'LTAI5tExample', accessKeySecret: 'the-secret' }
const headers = {
  date: 'Mon, 05 Jan 2026 18:30:05 GMT',
  accept: 'application/json',
  'content-type': 'application/cloudevents-batch+json; charset=utf-8',
  'x-acs-signature-nonce': 'nonce-1',
  'x-acs-signature-method': 'HMAC-SHA1',
  'x-acs-signature-version': '1.0',
  'x-eventbridge-version': '2015-06-06',
}
const request = { method: 'POST', path: '/openapi/putEvents', headers }

describe('the signature of Alibaba Cloud', () => {
  test('is what openssl makes of the lines that it covers', () => {
    expect(signAlibaba(keys, request)).toBe('acs:LTAI5tExample:uX4nMvTP1h4mUV/4CNIrYXWjscM=')
  })

  test('covers method, path, date, type and headers x-acs-…, in any order, and nothing else', () => {
    const signed = signAlibaba(keys, request)
    const reversed = Object.fromEntries(Object.entries(headers).reverse())
    expect(signAlibaba(keys, { ...request, headers: reversed })).toBe(signed)
    expect(signAlibaba(keys, { ...request, headers: { ...headers, accept: '*/*' } })).toBe(signed)
    for (const name of ['date', 'content-type', 'content-md5', 'x-acs-signature-nonce', 'x-acs-security-token']) {
      expect(signAlibaba(keys, { ...request, headers: { ...headers, [name]: 'other' } }), name).not.toBe(signed)
    }
    expect(signAlibaba(keys, { ...request, method: 'PUT' })).not.toBe(signed)
    expect(signAlibaba(keys, { ...request, path: '/openapi/putEvents2' })).not.toBe(signed)
  })

  test('reads white space of a header as its own clients do', () => {
    const spaced = { ...headers, 'x-acs-signature-nonce': ' nonce-1\n' }
    expect(signAlibaba(keys, { ...request, headers: spaced })).toBe(signAlibaba(keys, request))
  })
})

const data = process.env.TOCSIN_TEST_DATA
const why = data === undefined ? ': SKIPPED, TOCSIN_TEST_DATA names no folder' : ''
describe.skipIf(data === undefined)(`the request of the reference folder${why}`, () => {
  test('has the signature that its own client gave it', () => {
    const file = `${data}/../domain/samples/out_alibaba_eventbridge_putevents_request.json`
    const sample = JSON.parse(readFileSync(file, 'utf8')) as {
      method: string
      url: string
      headers: Record<string, string>
      secret_used: string
    }
    const { authorization = '', ...signed } = sample.headers
    const [, accessKeyId = ''] = authorization.split(':')
    expect(
      signAlibaba(
        { accessKeyId, accessKeySecret: sample.secret_used },
        { method: sample.method, path: new URL(sample.url).pathname, headers: signed },
      ),
    ).toBe(authorization)
  })
})
