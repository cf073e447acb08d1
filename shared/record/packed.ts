import { gunzipSync } from 'node:zlib'
import { isGzip } from '../base/gzip.ts'

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
