import { channelKinds } from '../channels/registry.ts'
import type { Channel } from '../config/config.ts'
import { type Problem, shown, zodProblems } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import { type Settings, sealSettings, unmaskSettings } from '../settings/secrets.ts'
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
  const kind = channelKinds.get(given.type)
  if (kind === undefined) {
    const supported = [...channelKinds.keys()].join(', ')
    return refused('type', `${shown(given.type)} is not supported yet; supported: ${supported}`)
  }
  const old: Settings = stored?.type === given.type ? stored.settings : {}
  const { settings, missing, elsewhere } = unmaskSettings(kind.fields, given.settings, old, secrets)
  const problems = [
    ...missing.map((path) => ({
      path,
      message: 'is <secret>, but no secret is stored for it: give the secret itself',
    })),
    ...elsewhere.map((path) => ({
      path,
      message: 'is <secret>, but was given for another host: give the secret itself',
    })),
  ]
  if (problems.length > 0) return { ok: false, problems }
  const told = kind.events ? notificationProblems(given) : []
  if (told.length > 0) return { ok: false, problems: told }
  const parsed = kind.parse(settings)
  if (!parsed.ok) return parsed
  return {
    ok: true,
    channel: { ...given, settings: sealSettings(kind.fields, parsed.settings as Settings, old, secrets) },
  }
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
