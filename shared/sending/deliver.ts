import { type Chance, toRfc3339 } from '../base/time.ts'
import type { SendDeps } from '../channel/send.ts'
import type { ChannelType } from '../channel/type.ts'
import type { Channel } from '../config/config.ts'
import { parseTargetKey } from '../delivery/target.ts'
import type { DeliveryDue } from '../message/message.ts'
import { readDelivered } from '../message/parse.ts'
import type { Outbound } from '../outbound/request.ts'
import type { InMessage, QueueHandler, QueueName } from '../queue/port.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { Fields } from '../settings/field.ts'
import { openSettings } from '../settings/secrets.ts'
import { settleUnread, type UnreadableDeps } from '../store/unreadable.ts'
import { type AttemptDeps, type AttemptSender, attemptDelivery, deadSender } from './attempt.ts'
import { faultText } from './fault.ts'

export interface DeliverDeps extends AttemptDeps, Pick<UnreadableDeps, 'log'> {
  configs: { current(account: string): Promise<{ channel(id: string): Channel | undefined }> }
  secrets: SecretBox
  chance: Chance
  publicUrl: string
  request: Outbound
  role?: SendDeps['role']
}

/** The channels that a delivering function can send to, and the queue of the function. */
export interface DeliverScope {
  function: 'notify' | 'forward'
  queue: QueueName
  channels: ReadonlyMap<string, ChannelType>
}

/**
 * Makes an attempt for each message, side by side, so that a slow target holds up no other message of the batch. A
 * message is handed back only when the message has a newer version, or when no attempt was begun for the message.
 */
export function createDeliver(deps: DeliverDeps, scope: DeliverScope): QueueHandler {
  return async (messages) => {
    const done = await Promise.all(messages.map((message) => handle(message, deps, scope)))
    return { failed: messages.filter((_, index) => !done[index]).map(({ id }) => id) }
  }
}

/** Whether the message is done with. */
async function handle(message: InMessage, deps: DeliverDeps, scope: DeliverScope): Promise<boolean> {
  const parsed = readDelivered(message.body)
  if (!parsed.ok) return await settleUnread(deps, scope, message, parsed.unread)
  const noteFault = (what: string, error: unknown): void =>
    deps.log?.({ at: toRfc3339(deps.clock.now()), function: scope.function, what, error: faultText(error) })
  try {
    const due = parsed.body
    const sender = await prepare(due, deps, scope)
    await attemptDelivery(due, message.sentAt, sender, { ...deps, noteFault })
    return true
  } catch (error) {
    deps.metrics.add('tocsin_errors_total', { function: scope.function })
    noteFault(message.id, error)
    return false
  }
}

/**
 * Throws only for a dependency that may be there the next time: the table with the configuration, the module of the
 * sender.
 */
async function prepare(due: DeliveryDue, deps: DeliverDeps, scope: DeliverScope): Promise<AttemptSender> {
  const config = await deps.configs.current(due.account)
  const channel = config.channel(parseTargetKey(due.target).channel)
  if (channel === undefined) return deadSender('unknown', 'misconfigured', 'the channel is gone', deps.clock)
  const type = scope.channels.get(channel.type)
  if (type === undefined) {
    return deadSender('unknown', 'misconfigured', 'this kind of channel cannot be sent to', deps.clock)
  }
  const { kind } = type
  const sender = await type.load()
  const opened = open(kind.fields, channel, deps.secrets)
  if (opened === undefined) return deadSender(kind.type, 'misconfigured', 'its secrets cannot be opened', deps.clock)
  const prepared = sender.prepare(opened)
  if (!prepared.ok) {
    const [problem] = prepared.problems
    const detail = `its settings are not valid: ${problem?.path} ${problem?.message}`
    return deadSender(kind.type, 'misconfigured', detail, deps.clock)
  }
  const { account } = due
  const { clock, chance, publicUrl, request, secrets, role } = deps
  const by: SendDeps = { clock, chance, publicUrl, request, secrets, ...(role === undefined ? {} : { role }) }
  const { timeoutMs, events } = prepared
  return {
    type: kind.type,
    timeoutMs,
    as: events && { ...events, publicUrl },
    send: ({ id, notification }, giveUpAt, begunAt) =>
      prepared.send({ id, account, notification, giveUpAt, begunAt }, by),
  }
}

/** Undefined: sealed under another key, or changed. */
function open(fields: Fields, channel: Channel, secrets: SecretBox) {
  try {
    return openSettings(fields, channel.settings, secrets)
  } catch {
    return undefined
  }
}
