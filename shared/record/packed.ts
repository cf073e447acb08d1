import { gunzipSync } from 'node:zlib'

/** The first bytes of gzip: https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The largest text inside of a wrapping. CloudWatch Logs and Kinesis wrap at most a megabyte as they send it:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
const UNPACKED_BYTES = 4 * 1024 * 1024

/** The bytes of a base64 text, unpacked where they are gzip. Undefined: they cannot be unpacked. */
export function unpackText(base64: string): Uint8Array | undefined {
  const bytes = Buffer.from(base64, 'base64')
  if (!isGzip(bytes)) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES })
  } catch {
    return undefined
  }
}
