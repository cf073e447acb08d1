import type { ChannelType } from '../../shared/channel/type.ts'
import { channelTypes } from '../../shared/channels/registry.ts'
import type { Queue, QueueHandler } from '../../shared/queue/port.ts'
import { createDeliver, type DeliverDeps } from '../../shared/sending/deliver.ts'
import { createWriter } from '../../shared/sending/write.ts'

export interface NotifyDeps extends DeliverDeps {
  deliveries: Queue
  /** Kinds of channels, by type. Absent: the registry; tests pass kinds with senders of their own. */
  channels?: ReadonlyMap<string, ChannelType>
}

/** Sends to channels: an attempt for each message of its queue. */
export function createNotify(deps: NotifyDeps): QueueHandler {
  const channels = deps.channels ?? channelTypes
  return createDeliver(deps, { function: 'notify', queue: 'deliveries', channels, write: createWriter(deps) })
}
