import { channelTypes } from '../channels/registry.ts'
import type { Channel } from '../config/config.ts'
import { type Problem, shown, zodProblems } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import { readSettings } from '../settings/read.ts'
import { channel as channelSchema } from './native-schema.ts'

type MadeChannel = { ok: true; channel: Channel } | { ok: false; problems: Problem[] }

/** Reads one entry of `channels`. `stored` is the channel of that id as it is now, if there is one. */
export function readChannel(given: unknown, current: readonly Channel[], secrets: SecretBox): MadeChannel {
  const read = channelSchema.safeParse(given)
  if (!read.success) return { ok: false, problems: zodProblems(read.error) }
  const { id, type, sendResolved, receiver, ...settings } = read.data
  const stored = current.find((channel) => channel.id === id)
  const kept = receiver ?? stored?.receiver
  return makeChannel(
    { id, type, sendResolved, ...(kept === undefined ? {} : { receiver: kept }), settings },
    stored,
    secrets,
  )
}

/** Checks a channel's settings and seals its secrets; `<secret>` stands for the stored one. */
export function makeChannel(given: Channel, stored: Channel | undefined, secrets: SecretBox): MadeChannel {
  const kind = channelTypes.get(given.type)?.kind
  if (kind === undefined) {
    const supported = [...channelTypes.keys()].join(', ')
    return refused('type', `${shown(given.type)} is not supported yet; supported: ${supported}`)
  }
  const told = kind.events ? notificationProblems(given) : []
  if (told.length > 0) return { ok: false, problems: told }
  const read = readSettings(kind, given.settings, stored?.type === given.type ? stored.settings : {}, secrets)
  return read.ok ? { ok: true, channel: { ...given, settings: read.settings } } : read
}

/** A channel that is told life-cycle events gets no notifications, so what is said of those must not look heeded. */
function notificationProblems({ sendResolved, receiver }: Channel): Problem[] {
  const problems: Problem[] = []
  if (!sendResolved) problems.push({ path: 'sendResolved', message: 'is for notifications: every event is sent' })
  if (receiver !== undefined) problems.push({ path: 'receiver', message: 'is for notifications: no route can name it' })
  return problems
}

function refused(path: string, message: string): MadeChannel {
  return { ok: false, problems: [{ path, message }] }
}
