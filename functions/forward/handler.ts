import type { Senders } from '../../shared/channels/senders.ts'
import { forwardKind } from '../../shared/forwarding/kind.ts'
import { sendForward } from '../../shared/forwarding/send.ts'
import type { QueueHandler } from '../../shared/queue/port.ts'
import { createDeliver, type DeliverDeps } from '../../shared/sending/deliver.ts'

const KINDS = new Map([[forwardKind.type, forwardKind]])
const send: Senders = (type) => (type === forwardKind.type ? (Promise.resolve(sendForward) as never) : undefined)

/** Passes alerts on to the account that this one forwards to: one attempt for each message of its queue. */
export function createForward(deps: DeliverDeps): QueueHandler {
  return createDeliver(deps, { function: 'forward', queue: 'forwards', kinds: KINDS, senders: send })
}
