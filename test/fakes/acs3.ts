import { createHash, createHmac } from 'node:crypto'
import { MINUTE } from '../../shared/base/time.ts'
import type { ProviderRequest } from './provider.ts'

/*
 * The third version of the signature of Alibaba Cloud's APIs, as a service would check it: written from the description
 * (https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature), apart from the code
 * under test.
 */

export interface AlibabaKey {
  accessKeyId: string
  accessKeySecret: string
  securityToken?: string
}

const FORM = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/
const MOST_SKEW_MS = 15 * MINUTE

/** `bodyHash`: what the service takes for the hash of the body. The reason of a refusal, as the gateways name it. */
export function acs3Refusal(request: ProviderRequest, key: AlibabaKey, bodyHash: string): string | undefined {
  const { method, headers, now } = request
  const [, id, names = '', signature] = FORM.exec(headers.authorization ?? '') ?? []
  if (id === undefined) return 'MissingAccessKeyId'
  if (id !== key.accessKeyId) return 'InvalidAccessKeyId.NotFound'
  if (headers['x-acs-security-token'] !== key.securityToken) return 'InvalidSecurityToken.MismatchWithAccessKey'
  const date = Date.parse(headers['x-acs-date'] ?? '')
  if (!(Math.abs(date - now) <= MOST_SKEW_MS)) return 'InvalidTimeStamp.Expired'
  const url = new URL(request.path, 'http://host')
  const query = [...url.searchParams].map(([name, value]) => [strict(name), strict(value)].join('='))
  const signed = names.split(';')
  const own = Object.keys(headers).filter((name) => name.startsWith('x-acs-'))
  if (!own.every((name) => signed.includes(name))) return 'SignatureDoesNotMatch'
  const canonical = [
    method,
    url.pathname,
    query.sort().join('&'),
    ...signed.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    names,
    bodyHash,
  ]
  const text = `ACS3-HMAC-SHA256\n${hashOf(canonical.join('\n'))}`
  const expected = createHmac('sha256', key.accessKeySecret).update(text).digest('hex')
  return expected === signature ? undefined : 'SignatureDoesNotMatch'
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function strict(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}
