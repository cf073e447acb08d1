import { createHash, createHmac } from 'node:crypto'

const ALGORITHM = 'ACS3-HMAC-SHA256'

/** A request as the signature sees it. Names of headers are in lower case. */
export interface Acs3Request {
  method: 'POST'
  path: string
  /** Not escaped. */
  query: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string>>
  /** The hash of the body in the header `x-acs-content-sha256`; the empty text where a service signs no body. */
  bodyHash: string
}

/**
 * The `authorization` of a request to an API of Alibaba Cloud, version 3 of the signature: an HMAC over the method, the
 * path, the query, and the headers `x-acs-…`, `host` and `content-type`
 * (https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature).
 */
export function signAcs3(
  keys: { accessKeyId: string; accessKeySecret: string },
  { method, path, query, headers, bodyHash }: Acs3Request,
): string {
  const parameters = Object.keys(query)
    .sort()
    .map((name) => `${escaped(name)}=${escaped(query[name] ?? '')}`)
  const names = Object.keys(headers)
    .filter((name) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type')
    .sort()
  const lines = names.map((name) => `${name}:${headers[name]?.trim() ?? ''}\n`)
  const signed = names.join(';')
  const canonical = [method, path, parameters.join('&'), lines.join(''), signed, bodyHash].join('\n')
  const toSign = `${ALGORITHM}\n${sha256(canonical)}`
  const signature = createHmac('sha256', keys.accessKeySecret).update(toSign).digest('hex')
  return `${ALGORITHM} Credential=${keys.accessKeyId},SignedHeaders=${signed},Signature=${signature}`
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** `2026-01-05T18:30:05Z` */
export function acsDate(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** RFC 3986: every character but letters, digits and - _ . ~ */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
}
