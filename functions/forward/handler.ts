import { channelType } from '../../shared/channel/type.ts'
import { forwardKind } from '../../shared/forwarding/kind.ts'
import { sendForward } from '../../shared/forwarding/send.ts'
import type { QueueHandler } from '../../shared/queue/port.ts'
import { createDeliver, type DeliverDeps } from '../../shared/sending/deliver.ts'

const CHANNELS = new Map([[forwardKind.type, channelType(forwardKind, async () => sendForward)]])

/** Passes alerts on to another account: an attempt for each message of its queue. */
export function createForward(deps: DeliverDeps): QueueHandler {
  return createDeliver(deps, { function: 'forward', queue: 'forwards', channels: CHANNELS })
}
