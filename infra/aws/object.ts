import { awsOrigin } from '../../shared/aws/origin.ts'
import { signAws } from '../../shared/aws/signature.ts'
import type { Clock } from '../../shared/base/time.ts'
import { role } from './env.ts'

export interface ObjectAddress {
  bucket: string
  key: string
}

/** `gone`: there is no such object, or no longer. */
export type ReadObject = Uint8Array | 'gone' | 'too-large'

export interface ObjectReaderOptions {
  clock: Pick<Clock, 'now'>
  /** The function's own, in which the bucket has to be too: S3 tells no queue elsewhere. */
  region: string
  /** The address of S3, unless S3 is AWS's own. */
  endpoint?: string
  /** The largest size that is read, as stored and as unpacked. */
  limitBytes: number
}

/** Below the 29 s that the function has. */
const REQUEST_MS = 15_000

/**
 * Reads objects with the rights of the function's role. A single request of a single kind: S3's own client would be
 * larger than the whole of ingest. A throw is worth another try.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function objectReader(options: ObjectReaderOptions): (place: ObjectAddress) => Promise<ReadObject> {
  return async (place) => {
    const url = urlOf(place, options)
    const response = await fetch(url, {
      headers: await signed(url, options),
      // A role's signature is for this host.
      redirect: 'error',
      signal: AbortSignal.timeout(REQUEST_MS),
    })
    if (response.ok) return await atMost(response, options.limitBytes)
    const said = await response.text()
    const code = /<Code>(\w+)<\/Code>/.exec(said)?.[1] ?? ''
    if (code === 'NoSuchKey') return 'gone'
    const why = /<Message>([^<]*)<\/Message>/.exec(said)?.[1] ?? ''
    throw new Error(`s3:GetObject of ${place.bucket}/${place.key}: ${response.status} ${code} ${why}`)
  }
}

/** The bucket stands in the path: no certificate covers a bucket name with dots. */
function urlOf({ bucket, key }: ObjectAddress, { region, endpoint }: ObjectReaderOptions): URL {
  const path = [bucket, ...key.split('/')].map(escaped).join('/')
  return new URL(`${endpoint ?? awsOrigin('s3', region)}/${path}`)
}

/** Escaped for the signature: every character that `encodeURIComponent` leaves is escaped too, except `-_.~`. */
function escaped(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

async function signed(url: URL, { clock, region }: ObjectReaderOptions): Promise<Record<string, string>> {
  const keys = role()
  if (keys === undefined) throw new Error('this function has no role')
  return await signAws(keys, { url, service: 's3', region, headers: {}, at: clock.now() })
}

async function atMost(response: Response, limitBytes: number): Promise<ReadObject> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // A body declared as gzip is unpacked on the way, so the limit applies to the unpacked size.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > limitBytes) return 'too-large'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}
