import { createHash, createHmac } from 'node:crypto'

export interface SignedRequest {
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  text: string
}

/** The claims in the `Authorization` header of Signature Version 4. */
export interface Claimed {
  accessKeyId: string
  date: string
  region: string
  service: string
  signedHeaders: string[]
  signature: string
}

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/

export function readClaim(authorization = ''): Claimed | undefined {
  const [, accessKeyId, date, region, service, names, signature] = FORM.exec(authorization) ?? []
  if (signature === undefined) return undefined
  const signedHeaders = names!.split(';')
  return { accessKeyId: accessKeyId!, date: date!, region: region!, service: service!, signedHeaders, signature }
}

/**
 * The signature as the service would compute it: written from the description
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), apart from the
 * package under test.
 */
export function expectedSignature(request: SignedRequest, claimed: Claimed, secretAccessKey: string): string {
  const [path = '', query = ''] = request.path.split('?')
  const canonical = [
    request.method,
    path,
    query,
    ...claimed.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    claimed.signedHeaders.join(';'),
    sha256(request.text),
  ].join('\n')
  const scope = [claimed.date, claimed.region, claimed.service, 'aws4_request']
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope.join('/'), sha256(canonical)].join('\n')
  const key = scope.reduce<Buffer>((by, part) => hmac(by, part), Buffer.from(`AWS4${secretAccessKey}`))
  return hmac(key, toSign).toString('hex')
}

/** `20260105T183005Z` */
export function amzDate(text = ''): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
