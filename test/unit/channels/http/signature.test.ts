import { describe, expect, test } from 'vitest'
import { signWebhook } from '../../../../shared/channels/http/signature.ts'

describe('signWebhook', () => {
  /** The known answer of https://docs.svix.com/receiving/verifying-payloads/how-manual. */
  test('gives the published signature', () => {
    const body = '{"event_type":"ping","data":{"success":true}}'
    expect(signWebhook('whsec_plJ3nmyCDGBKInavdOK15jsl', 'msg_loFOjxBNrRLzqYUf', 1731705121, body)).toBe(
      'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    )
  })

  test('takes a secret without the prefix as the key itself', () => {
    expect(signWebhook('key', 'a', 1, '{}')).toBe(
      signWebhook(`whsec_${Buffer.from('key').toString('base64')}`, 'a', 1, '{}'),
    )
  })
})
