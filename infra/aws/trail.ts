import { parseJson } from '../../shared/base/json.ts'
import { errorText } from '../../shared/base/log.ts'
import type { TrailIntake } from '../../shared/intake/post.ts'
import type { InMessage, QueueHandler } from '../../shared/queue/port.ts'
import { log } from './log.ts'
import type { ObjectAddress, ReadObject } from './object.ts'

export interface TrailQueue {
  intake: TrailIntake
  read(place: ObjectAddress): Promise<ReadObject>
}

/** The most that a file may be, unpacked. CloudTrail begins another before 50 MB. */
export const FILE_BYTES = 64 * 1024 * 1024

/**
 * Messages of the trail's queue: S3's notifications about files, and EventBridge's events. Events come one by one, so
 * the events of a batch are accepted as a single body; a file is accepted alone. An unreadable file is refused as a
 * post with the same content would be; a file that could not be fetched or queued now comes again.
 */
export function trailHandler(trail: TrailQueue): QueueHandler {
  return async (messages) => {
    const failed = new Set<string>()
    const attempt = async (of: readonly InMessage[], act: () => Promise<boolean>): Promise<void> => {
      const done = await act().catch((error: unknown) => {
        log('error', 'trail: not taken', { messages: of.map(({ id }) => id), error: errorText(error) })
        return false
      })
      if (!done) for (const { id } of of) failed.add(id)
    }
    const events: { message: InMessage; event: unknown }[] = []
    for (const message of messages) {
      const parsed = parseJson(Buffer.from(message.body))
      const files = parsed.ok ? filesOf(parsed.value) : undefined
      if (files !== undefined) await attempt([message], () => takeFiles(trail, files))
      else if (parsed.ok) events.push({ message, event: parsed.value })
      else await attempt([message], () => trail.intake.take(Buffer.from(message.body)))
    }
    const body = (): Uint8Array => Buffer.from(JSON.stringify(events.map(({ event }) => event)))
    const of = events.map(({ message }) => message)
    if (of.length > 0) await attempt(of, () => trail.intake.take(body()))
    return { failed: [...failed] }
  }
}

async function takeFiles({ intake, read }: TrailQueue, files: readonly ObjectAddress[]): Promise<boolean> {
  for (const place of files) {
    if (!TRAIL_FILE.test(place.key)) continue
    const object = await read(place)
    if (object === 'gone') {
      log('info', 'trail: a file is gone', { file: place.key })
      continue
    }
    const done =
      object === 'too-large'
        ? await intake.refuse(`${place.key} is larger than ${FILE_BYTES} bytes`)
        : await intake.take(object, place.key)
    // The first records may be accepted twice when a later part of the file is not taken.
    if (!done) return false
  }
  return true
}

/** Beside log files a trail keeps digests of its files, and the findings of Insights. */
const TRAIL_FILE = /(?:^|\/)AWSLogs\/(?:.+\/)?CloudTrail\/.+\.json\.gz$/

/**
 * The objects of a notification,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html. S3's test message, sent
 * when a bucket gets a queue, names no object. Undefined: the value is not a notification.
 */
function filesOf(value: unknown): ObjectAddress[] | undefined {
  const { Event, Records } = Object(value) as { Event?: unknown; Records?: unknown }
  if (Event === 's3:TestEvent') return []
  if (!Array.isArray(Records) || Records.length === 0) return undefined
  const places = Records.map((record) => placeOf(Object(record).s3))
  return places.every((place) => place !== undefined) ? places : undefined
}

function placeOf(s3: unknown): ObjectAddress | undefined {
  const { bucket, object } = Object(s3) as { bucket?: unknown; object?: unknown }
  const { name } = Object(bucket)
  const { key } = Object(object)
  if (typeof name !== 'string' || typeof key !== 'string') return undefined
  return { bucket: name, key: unescaped(key) }
}

/** Decoded as in a form: a plus is a blank. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}
