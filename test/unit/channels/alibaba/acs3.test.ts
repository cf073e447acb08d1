import { describe, expect, test } from 'vitest'
import { acsDate, sha256, signAcs3 } from '../../../../shared/channels/alibaba/acs3.ts'

describe('the signature of requests to Alibaba Cloud, version 3', () => {
  const keys = { accessKeyId: 'testid', accessKeySecret: 'testsecret' }

  /** Computed with the package @alicloud/openapi-util 0.3.3 (Apache-2.0). */
  test('is that of the official client', () => {
    const headers = {
      host: 'dysmsapi.aliyuncs.com',
      'user-agent': 'is not signed',
      'x-acs-action': 'SendSms',
      'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-acs-date': '2022-06-07T09:23:04Z',
      'x-acs-signature-nonce': 'nonce',
      'x-acs-version': '2017-05-25',
    }
    const query = { SignName: 'Test', PhoneNumbers: '1390000' }
    const signed = signAcs3(keys, { method: 'POST', path: '/', query, headers, bodyHash: sha256('') })
    const names = 'host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version'
    const signature = 'c8b73cf3a8c8a6ad0afbc6b48ac4b24e36d82ac08dbe5e058f8305ddb10a4c99'
    expect(signed).toBe(`ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=${names},Signature=${signature}`)
  })

  test.each([
    [{ a: '1' }, { a: '2' }],
    [{ a: "x'(y)*!" }, { a: 'x%27' }],
    [{ a: '1', b: '' }, { a: '1' }],
  ])('differs for %j and %j', (one, other) => {
    const sign = (query: Record<string, string>) =>
      signAcs3(keys, { method: 'POST', path: '/', query, headers: {}, bodyHash: '' })
    expect(sign(one)).not.toBe(sign(other))
  })

  test('has a date of whole seconds', () => {
    expect(acsDate(Date.UTC(2026, 0, 5, 18, 30, 5, 999))).toBe('2026-01-05T18:30:05Z')
  })
})
