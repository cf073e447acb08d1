import type { DeliveriesMessage, DeliveryMessage, DispatchMessage, RecordsReceived } from './message.ts'
import { fields, flag, id, labels, list, number, object, oneOf, optional, pair, type Shape, text } from './shape.ts'

type Kind = (DispatchMessage | RecordsReceived | DeliveryMessage | DeliveriesMessage)['kind']

const texts = list(text)
const origin = fields({ account: text, integration: text, rule: optional(text), via: optional(texts) })

const posted = fields({
  labels,
  annotations: labels,
  startsAt: number,
  endsAt: optional(number),
  recoverAfterMs: optional(number),
  generatorURL: optional(text),
  origin: optional(origin),
  fingerprint: optional(text),
})

const stamp = fields({ at: number, tie: text, order: optional(number) })

const member = fields({
  alert: fields({ labels, annotations: labels, startsAt: number, endsAt: number, timeout: flag, origin }),
  stamp,
  claimedEnd: number,
})

const taken = { integration: text, receivedAt: number, order: optional(number) }
const group = { group: id }
const one = { ...group, target: id, delivery: id, attempt: number }
const due = { ...one, deadline: number, waitsSince: optional(number) }

/**
 * Shapes of messages by kind, as far as readers of the kind rely on the fields. A message of its shape cannot break the
 * other messages of a batch.
 */
export const SHAPES: Readonly<Record<Kind, Shape>> = {
  alerts: fields({
    ...taken,
    recoverAfterMs: number,
    alerts: list(posted),
    rule: optional(text),
    hops: optional(texts),
  }),
  records: fields({
    ...taken,
    recoverAfterMs: number,
    records: list(fields({ id: text, time: number, trail: oneOf('actiontrail', 'cloudtrail'), fields: object })),
  }),
  refused: fields({ ...taken, reason: text, body: text }),
  wake: fields({ ...group, at: optional(number), closed: optional(list(pair(text, number))) }),
  wakes: fields({ wakes: list(fields({ ...group, at: optional(number) })) }),
  outcome: fields({
    ...one,
    outcome: fields({ kind: oneOf('arrived', 'refused', 'ambiguous', 'dead'), at: number }),
  }),
  replay: fields({
    ...group,
    target: id,
    policy: optional(text),
    labels: optional(labels),
    event: optional(
      fields({
        delivery: id,
        at: number,
        attempts: number,
        type: oneOf('create', 'claim', 'comment', 'close'),
      }),
    ),
  }),
  action: fields({
    ...group,
    policy: text,
    labels,
    action: fields({
      id: text,
      incident: text,
      by: text,
      at: number,
      text: optional(text),
      to: optional(text),
      type: oneOf('claim', 'unclaim', 'assign', 'comment', 'close', 'reopen'),
    }),
  }),
  regrouped: fields({
    revision: text,
    policy: text,
    labels,
    members: list(member),
    told: list(pair(text, fields({ at: number, firing: texts, until: number }))),
    doubt: list(pair(text, fields({ firing: texts, resolved: texts, until: number }))),
    from: optional(text),
    under: optional(list(pair(text, list(pair(text, texts))))),
    tellers: optional(
      list(pair(text, fields({ groupKey: text, groupLabels: labels, receiver: text, policy: object }))),
    ),
    dropped: optional(list(fields({ target: text, reason: object, alerts: texts }))),
    tombstones: list(pair(text, fields({ alert: fields({ labels, origin, endsAt: number }), stamp, until: number }))),
  }),
  reconfigured: fields({ after: optional(text) }),
  delivery: fields({
    ...due,
    ledger: optional(id),
    words: optional(text),
    turn: optional(fields({ sentAt: number, until: number, waiting: optional(text), slot: optional(number) })),
  }),
  deliveries: fields({
    ledger: id,
    deliveries: list(fields({ ...due, lazy: optional(flag), says: number, how: optional(object) })),
    words: text,
  }),
}
