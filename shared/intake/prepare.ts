import type { PostedAlert } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { DecodedAlerts, InvalidItem } from '../integrations/integration.ts'
import { alertMessages, LARGEST_ALERT, LARGEST_BODY, recordMessages } from '../message/alert-messages.ts'
import { MESSAGE_VERSION } from '../message/message.ts'
import type { AuditRecord } from '../record/record.ts'
import type { Things } from './answer.ts'
import type { Post } from './post.ts'
import type { Readable } from './read.ts'

/** What the sender is told. */
export interface Stored {
  accepted: number
  invalid: InvalidItem[]
}

/** What was decoded as the messages that it becomes; what fits none is among the invalid. */
export interface Prepared<Thing> extends Stored {
  bodies: string[]
  things: Thing[]
}

type From = Pick<Post, 'account' | 'integration' | 'recoverAfterMs'>

export function prepareAlerts(post: From, decoded: DecodedAlerts, receivedAt: Millis): Prepared<PostedAlert> {
  const { hops, spread } = decoded
  const alerts = decoded.alerts.map((alert) => withoutOurName(alert, post.account))
  const { bodies, tooLarge } = alertMessages(
    { ...envelope('alerts', post, receivedAt), ...(hops === undefined ? {} : { hops }) },
    alerts,
  )
  const made = { bodies, things: without(alerts, tooLarge) }
  const message = `the alert is larger than ${LARGEST_ALERT} bytes`
  if (spread === undefined) {
    const invalid = withTooLarge(decoded.invalid, tooLarge, message)
    return { ...made, accepted: alerts.length - tooLarge.length, invalid }
  }
  const lost = new Set(tooLarge.map((place) => spread.places[place]!))
  for (const { index } of decoded.invalid) lost.delete(index)
  const late = [...lost].map((index) => ({ index, message }))
  return { ...made, accepted: spread.items - late.length, invalid: inOrder([...decoded.invalid, ...late]) }
}

export function prepareRecords(
  post: From,
  { records, invalid }: Extract<Readable, { records: unknown }>,
  receivedAt: Millis,
): Prepared<AuditRecord> {
  const { bodies, tooLarge } = recordMessages(envelope('records', post, receivedAt), records)
  return {
    ...{ bodies, things: without(records, tooLarge), accepted: records.length - tooLarge.length },
    invalid: withTooLarge(invalid, tooLarge, `the record is larger than ${LARGEST_BODY} bytes`),
  }
}

function envelope<K extends Things>(kind: K, { account, integration, recoverAfterMs }: From, receivedAt: Millis) {
  return { v: MESSAGE_VERSION, kind, account, integration: integration.id, receivedAt, recoverAfterMs }
}

/** Nobody outside speaks for this account: what claims to be from here is what the integration took in. */
function withoutOurName(alert: PostedAlert, account: string): PostedAlert {
  if (alert.origin?.account !== account) return alert
  const { origin: _origin, ...rest } = alert
  return rest
}

function without<Thing>(things: Thing[], places: readonly number[]): Thing[] {
  if (places.length === 0) return things
  const left = new Set(places)
  return things.filter((_, place) => !left.has(place))
}

/** What was too large, at its places in the posted body: `taken` counts without the invalid ones. */
function withTooLarge(invalid: InvalidItem[], taken: readonly number[], message: string): InvalidItem[] {
  if (taken.length === 0) return invalid
  const late = taken.map((place) => {
    let index = place
    for (const other of invalid) if (other.index <= index) index++
    return { index, message }
  })
  return inOrder([...invalid, ...late])
}

function inOrder(items: InvalidItem[]): InvalidItem[] {
  return items.sort((a, b) => a.index - b.index)
}
