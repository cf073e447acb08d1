import { describe, expect, test } from 'vitest'
import { signAws } from '../../../shared/aws/signature.ts'
import { expectedSignature, readClaim } from '../../fakes/aws-signature.ts'

const request = {
  url: new URL('https://events.eu-west-1.amazonaws.com/'),
  service: 'events',
  region: 'eu-west-1',
  headers: { 'content-type': 'application/x-amz-json-1.1', 'user-agent': 'Tocsin' },
  body: '{"Entries":[{"Detail":"漢"}]}',
  at: Date.UTC(2026, 0, 5, 18, 30, 5),
}
const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }

describe('the signature of AWS', () => {
  test.each([
    ['lasting keys', keys],
    ['temporary keys', { ...keys, sessionToken: 't0ken' }],
  ])('with %s is what its description says', async (_which, by) => {
    const headers = await signAws(by, request)
    const claimed = readClaim(headers.authorization)!
    expect(claimed).toMatchObject({
      accessKeyId: keys.accessKeyId,
      date: '20260105',
      region: 'eu-west-1',
      service: 'events',
    })
    expect(headers['x-amz-date']).toBe('20260105T183005Z')
    const signed = { method: 'POST', path: '/', headers, text: request.body }
    expect(claimed.signature).toBe(expectedSignature(signed, claimed, keys.secretAccessKey))
    expect(claimed.signature).not.toBe(expectedSignature({ ...signed, text: '{}' }, claimed, keys.secretAccessKey))
  })

  test('covers the host and the token, and leaves out what proxies change', async () => {
    const headers = await signAws({ ...keys, sessionToken: 't0ken' }, request)
    const { signedHeaders } = readClaim(headers.authorization)!
    expect(signedHeaders).toEqual([
      'content-type',
      'host',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-security-token',
    ])
  })

  test('holds no secret', async () => {
    const headers = await signAws(keys, request)
    expect(JSON.stringify(headers)).not.toContain(keys.secretAccessKey)
  })
})
