import type { Metrics } from '../../shared/base/metrics.ts'
import type { Chance, Clock, Millis } from '../../shared/base/time.ts'
import type { Outbound } from '../../shared/channels/channel.ts'
import { channelKinds } from '../../shared/channels/registry.ts'
import { openSettings } from '../../shared/channels/secrets.ts'
import { loadSender, type Senders } from '../../shared/channels/senders.ts'
import type { Channel } from '../../shared/config/config.ts'
import { attemptDelivery, deadSender, type Sender } from '../../shared/delivery/attempt.ts'
import { channelOf } from '../../shared/delivery/target.ts'
import type { DeliveryDue } from '../../shared/message/message.ts'
import { parseMessage } from '../../shared/message/parse.ts'
import type { InMessage, Queue, QueueHandler } from '../../shared/queue/port.ts'
import type { SecretBox } from '../../shared/secret/seal.ts'
import type { Table } from '../../shared/store/port.ts'

export interface NotifyDeps {
  table: Table
  /** The queue to dispatch: outcomes. */
  alerts: Queue
  configs: { current(account: string): Promise<{ channel(id: string): Channel | undefined }> }
  secrets: SecretBox
  clock: Clock
  chance: Chance
  publicUrl: string
  request: Outbound
  metrics: Metrics
  /** When the only process that works on this table began; absent where there can be several. */
  aloneSince?: Millis
  /** Tests bring their own. */
  senders?: Senders
}

/**
 * One attempt for each message, side by side, so that a slow target holds up no other of the batch.
 * A message is handed back only when it is not understood or nothing was begun for it.
 */
export function createNotify(deps: NotifyDeps): QueueHandler {
  return async (messages) => {
    const done = await Promise.all(messages.map((message) => handle(message, deps)))
    return { failed: messages.filter((_, index) => !done[index]).map(({ id }) => id) }
  }
}

/** Whether the message is done with. */
async function handle({ body, sentAt }: InMessage, deps: NotifyDeps): Promise<boolean> {
  const parsed = parseMessage(body)
  if (!parsed.ok || parsed.body.kind !== 'delivery') {
    deps.metrics.add('tocsin_messages_unreadable_total', { queue: 'deliveries' })
    return false
  }
  try {
    await attemptDelivery(parsed.body, sentAt, await prepare(parsed.body, deps), deps)
    return true
  } catch {
    deps.metrics.add('tocsin_errors_total', { function: 'notify' })
    return false
  }
}

/** Throws only for what may be there the next time: the configuration's table, the sender's module. */
async function prepare(due: DeliveryDue, deps: NotifyDeps): Promise<Sender> {
  const config = await deps.configs.current(due.account)
  const channel = config.channel(channelOf(due.target))
  if (channel === undefined) return deadSender('unknown', 'misconfigured', 'the channel is gone', deps.clock)
  const kind = channelKinds.get(channel.type)
  const send = await (deps.senders ?? loadSender)(channel.type)
  if (kind === undefined || send === undefined) {
    return deadSender('unknown', 'misconfigured', 'this kind of channel cannot be sent to', deps.clock)
  }
  const opened = open(kind.fields, channel, deps.secrets)
  const parsed = opened === undefined ? undefined : kind.parse(opened)
  if (parsed === undefined) return deadSender(kind.type, 'misconfigured', 'its secrets cannot be opened', deps.clock)
  if (!parsed.ok) {
    const [problem] = parsed.problems
    const detail = `its settings are not valid: ${problem?.path} ${problem?.message}`
    return deadSender(kind.type, 'misconfigured', detail, deps.clock)
  }
  const { account } = due
  return {
    type: kind.type,
    timeoutMs: kind.timeoutMs(parsed.settings),
    send: ({ id, notification }, giveUpAt) =>
      send(parsed.settings, { id, account, notification, giveUpAt }, sendDeps(deps)),
  }
}

/** Undefined: sealed under another key, or changed. */
function open(fields: Parameters<typeof openSettings>[0], channel: Channel, secrets: SecretBox) {
  try {
    return openSettings(fields, channel.settings, secrets)
  } catch {
    return undefined
  }
}

function sendDeps({ clock, chance, publicUrl, request }: NotifyDeps) {
  return { clock, chance, publicUrl, request }
}
