import { errorText } from '../base/log.ts'
import { type Millis, SECOND, toRfc3339 } from '../base/time.ts'
import { reachUser } from '../channel/recipient.ts'
import type { SendDeps, ToSend } from '../channel/send.ts'
import type { ChannelType, PreparedSend } from '../channel/type.ts'
import type { Channel, Config } from '../config/config.ts'
import { quotaOf } from '../config/quota.ts'
import type { How } from '../delivery/delivery.ts'
import type { ShownMessage } from '../delivery/shown-message.ts'
import { parseTargetKey } from '../delivery/target.ts'
import { putShown, readShown } from '../group-store/shown-messages.ts'
import type { Due } from '../message/due.ts'
import type { DeliveryDue } from '../message/message.ts'
import { readDelivered } from '../message/parse.ts'
import type { Outbound } from '../outbound/request.ts'
import type { User } from '../people/user.ts'
import type { InMessage, QueueHandler, QueueName } from '../queue/port.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { Fields } from '../settings/field.ts'
import { openSettings } from '../settings/secrets.ts'
import { putInboxMessage } from '../store/inbox.ts'
import { settleUnread, type UnreadableDeps } from '../store/unreadable.ts'
import { isLimited, type LimitedDeps } from './ask-for-slot.ts'
import { type Attempt, type AttemptSender, byPlace, deadSender } from './attempt.ts'
import { attemptAt } from './finish.ts'
import { takeTurns } from './limited.ts'
import { withinQuota } from './quota.ts'
import { sendAlone } from './send-alone.ts'
import type { Writer } from './write.ts'

export interface DeliverDeps extends LimitedDeps, Pick<UnreadableDeps, 'log'> {
  configs: { current(account: string): Promise<SendingConfig> }
  secrets: SecretBox
  publicUrl: string
  hostAddress?: string
  request: Outbound
  connect?: SendDeps['connect']
  role?: SendDeps['role']
}

/** The part of the configuration that a delivering function reads. */
export interface SendingConfig {
  channel(id: string): Channel | undefined
  config?: Pick<Config, 'templateFiles' | 'quotas'>
  /** A user as the user is now: a delivery holds no address. */
  person(id: string): Promise<User | undefined>
}

/** The channels that a delivering function can send to, and the queue of the function. */
export interface DeliverScope {
  function: 'notify' | 'forward'
  queue: QueueName
  channels: ReadonlyMap<string, ChannelType>
  /** Writes messages by content templates. Absent: the function sends no such messages. */
  write?: Writer
}

/**
 * Makes an attempt for each delivery, side by side, so that a slow target holds up no other delivery of the batch. The
 * attempts of a ledger are claimed together. A message is handed back only when the message has a newer version, or when
 * no attempt was begun for its delivery.
 *
 * A delivery of a shared message that was not begun comes again in a single message, which has a delay and a count of
 * receives for this delivery alone. A shared message that is received again is divided before any attempt: one of the
 * deliveries may have ended the worker. Twice is safe, as for every message: the claim tells which deliveries were begun.
 *
 * Any order of attempts is safe. A group has a single open delivery for a target, and opens the next delivery after the
 * outcome. Two messages of a batch to the same target are of different groups, or are copies: the first copy claims the
 * attempt.
 */
export function createDeliver(given: DeliverDeps, scope: DeliverScope): QueueHandler {
  const noteFault = (what: string, error: unknown): void => {
    const text = errorText(error, { withheld: true })
    given.log?.({ at: toRfc3339(given.clock.now()), function: scope.function, what, error: text })
  }
  const readyFor = keepReady(given.secrets)
  return async (messages, endsAt) => {
    const deps = { ...given, noteFault, endsAt, readyFor }
    const failed = new Set<string>()
    /** The message is done when every delivery has a single message. */
    const divide = async ({ id }: InMessage, some: readonly Due[], delayMs: Millis): Promise<void> => {
      const sent = await sendAlone(deps.deliveries, some, delayMs).catch((error: unknown) => {
        noteFault(`deliveries of ${some[0]?.due.ledger}`, error)
        return false
      })
      if (!sent) failed.add(id)
    }
    /** Runs the work of some deliveries; after a throw, nothing was begun for the deliveries, and they come again. */
    const begin = async <T>(some: readonly Taken[], work: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await work()
      } catch (error) {
        for (const [message, own] of Map.groupBy(some, ({ message }) => message)) {
          deps.metrics.add('tocsin_errors_total', { function: scope.function })
          noteFault(message.id, error)
          if (own[0]?.shares) await divide(message, own, AGAIN_MS)
          else failed.add(message.id)
        }
        return undefined
      }
    }
    const readied = async (one: Taken): Promise<ReadyAttempt | undefined> => {
      const sender = await begin([one], () => prepare(one.due, deps, scope))
      return sender && { ...one, sender, sentAt: one.due.turn?.sentAt ?? one.message.sentAt }
    }
    const ready = await Promise.all(
      messages.map(async (message) => {
        const parsed = readDelivered(message.body)
        if (!parsed.ok) {
          if (!(await settleUnread(deps, scope, message, parsed.unread))) failed.add(message.id)
          return []
        }
        const shares = parsed.body.length > 1
        if (shares && message.receives > 1) {
          await divide(message, parsed.body, 0)
          return []
        }
        return await Promise.all(parsed.body.map((one) => readied({ ...one, message, shares })))
      }),
    )
    const attempts = ready.flat().filter((attempt) => attempt !== undefined)
    const turns = takeTurns(attempts.filter(isLimited), (due) => prepare(due, deps, scope), deps)
    const free = byPlace(attempts.filter((attempt) => !isLimited(attempt)))
    await Promise.all([
      ...free.map((some) => begin(some, () => attemptAt(some, deps))),
      ...turns.map(([made, turn]) => begin([made], () => turn)),
    ])
    await deps.health?.save()
    return { failed: messages.filter(({ id }) => failed.has(id)).map(({ id }) => id) }
  }
}

/** A delivery of a message. `shares`: the message has others. */
interface Taken extends Due {
  message: InMessage
  shares: boolean
}

type ReadyAttempt = Attempt & Taken

/** A delivery of a shared message comes again after this time, well before the deadline, if no attempt was begun. */
const AGAIN_MS = 5 * SECOND

/**
 * Throws only for a dependency that may be there the next time: the table with the configuration, the module of the
 * sender.
 */
async function prepare(
  due: DeliveryDue,
  deps: DeliverDeps & { readyFor: ReadyFor },
  scope: DeliverScope,
): Promise<AttemptSender> {
  const config = await deps.configs.current(due.account)
  const target = parseTargetKey(due.target)
  const channel = config.channel(target.channel)
  if (channel === undefined) return deadSender('unknown', 'misconfigured', 'the channel is gone', deps.clock)
  const type = scope.channels.get(channel.type)
  if (type === undefined) {
    return deadSender('unknown', 'misconfigured', 'this kind of channel cannot be sent to', deps.clock)
  }
  const { kind } = type
  const reached = target.user === undefined ? undefined : reachUser(kind, await config.person(target.user))
  if (reached?.ok === false) return deadSender(kind.type, 'misconfigured', reached.because, deps.clock)
  const prepared = await deps.readyFor(type, channel)
  if (typeof prepared === 'string') return deadSender(kind.type, 'misconfigured', prepared, deps.clock)
  const { account } = due
  const { table, clock, chance, publicUrl, hostAddress, request, connect, secrets, role } = deps
  const shown = {
    read: () => readShown(table, due),
    write: (message: ShownMessage) => putShown(table, due, message, clock.now()),
  }
  const inbox: SendDeps['inbox'] = { put: (...message) => putInboxMessage(table, ...message) }
  const by: SendDeps = { clock, chance, publicUrl, hostAddress, request, connect, secrets, role, shown, inbox }
  const { timeoutMs, events, settings } = prepared
  const to = { account, target: due.target, type: kind.type, form: kind.content, settings }
  const rate = prepared.rate(reached?.recipient)
  const { templateFiles, quotas } = config.config ?? {}
  const most = quotaOf(quotas, kind.type)
  const quota = reached && most !== undefined && { account, channel: channel.id, user: reached.recipient, most }
  const plain: AttemptSender = {
    type: kind.type,
    timeoutMs,
    as: events && { ...events, publicUrl, hostAddress },
    write: async (delivery) => ({
      ...(await scope.write?.(delivery, { ...to, at: clock.now() })),
      ...(await mentionedBy(delivery.how, config)),
      ...(delivery.how?.details && { details: delivery.how.details }),
    }),
    ...(rate && { limit: { place: secrets.mac('rate', ...rate.by).toString('base64url'), rate } }),
    send: async ({ id, notification }, { beginBy, ...times }, written, done) => {
      const more = { done, recipient: reached?.recipient, templateFiles }
      const content = { id, account, notification, ...times, ...written, ...more }
      // A claim that is lost after the send would let another decision make the attempt again.
      await table.durable()
      const outcome = await prepared.send(
        content,
        beginBy === undefined ? by : { ...by, request: inSlot(request, beginBy) },
      )
      // The timeline says why the message was not in the words of its template.
      return outcome.kind === 'arrived' ? { ...outcome, note: outcome.note ?? written.note } : outcome
    },
  }
  return quota ? withinQuota(plain, quota, deps) : plain
}

/** The sender of a channel with its settings, or a reason, in words, to send nothing. */
type ReadyFor = (type: ChannelType, channel: Channel) => Promise<PreparedSend | string>

/**
 * Secrets are opened and settings are checked once for each channel of a configuration: a changed channel is another
 * object, and a kept sender goes with its configuration.
 */
function keepReady(secrets: SecretBox): ReadyFor {
  const kept = new WeakMap<Channel, PreparedSend>()
  return async (type, channel) => {
    const known = kept.get(channel)
    if (known !== undefined) return known
    const sender = await type.load()
    const opened = open(type.kind.fields, channel, secrets)
    if (opened === undefined) return 'its secrets cannot be opened'
    const prepared = sender.prepare(opened)
    if (!prepared.ok) {
      const [problem] = prepared.problems
      return `its settings are not valid: ${problem?.path} ${problem?.message}`
    }
    kept.set(channel, prepared)
    return prepared
  }
}

/** The first request of a message begins in the slot of the message. */
function inSlot(request: Outbound, beginBy: Millis): Outbound {
  let begun = false
  return async (asked) => {
    const first = !begun
    begun = true
    return await request(first ? { ...asked, beginBy } : asked)
  }
}

/** The people as the users are now, without disabled users. Throws when the table does not answer. */
async function mentionedBy(how: How | undefined, { person }: SendingConfig): Promise<Pick<ToSend, 'mention'>> {
  if (how?.mention === undefined) return {}
  const { users, all = false } = how.mention
  const found = await Promise.all(users.slice(0, MOST_MENTIONED).map((id) => person(id)))
  return { mention: { users: found.filter((user) => user?.enabled === true) as User[], all } }
}

/** People in a message by name at most. */
const MOST_MENTIONED = 10

/** Undefined: sealed under another key, or changed. */
function open(fields: Fields, channel: Channel, secrets: SecretBox) {
  try {
    return openSettings(fields, channel.settings, secrets)
  } catch {
    return undefined
  }
}
