import { channelKinds } from '../../shared/channels/registry.ts'
import { loadSender, type Senders } from '../../shared/channels/senders.ts'
import type { QueueHandler } from '../../shared/queue/port.ts'
import { createDeliver, type DeliverDeps } from '../../shared/sending/deliver.ts'

export interface NotifyDeps extends DeliverDeps {
  /** Tests bring their own. */
  senders?: Senders
}

/** Tells channels: one attempt for each message of its queue. */
export function createNotify(deps: NotifyDeps): QueueHandler {
  const senders = deps.senders ?? loadSender
  return createDeliver(deps, { function: 'notify', queue: 'deliveries', kinds: channelKinds, senders })
}
