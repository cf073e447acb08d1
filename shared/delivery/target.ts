/**
 * A destination of a group's messages. The same channel can be two targets: a target of notifications about alerts, and
 * a target of life-cycle events. The forwarding of the account is a third kind.
 */
export interface Target {
  readonly kind: 'notification' | 'lifecycle' | 'forward'
  /** Id of the channel that the message is sent through. */
  readonly channel: string
  /** Id of the user, where a channel reaches each person separately. */
  readonly user?: string
}

const LIFECYCLE = 'lifecycle:'
const FORWARD = 'forward:'
const USER = '@'

/** The forwarding of the account to another account. The id of the forwarding channel is no id that a user can give. */
export const FORWARD_TARGET: Target = { kind: 'forward', channel: FORWARD }

export function notificationTarget(channel: string): Target {
  return { kind: 'notification', channel }
}

export function lifecycleTarget(channel: string): Target {
  return { kind: 'lifecycle', channel }
}

/**
 * The text of a target in stores, messages and URLs: `channel`, `channel@user`, `lifecycle:channel`, `forward:`. Ids of
 * channels have neither a colon nor an @, so each text stands for a single target.
 */
export function targetKey({ kind, channel, user }: Target): string {
  if (kind === 'forward') return FORWARD
  const name = user === undefined ? channel : `${channel}${USER}${user}`
  return kind === 'lifecycle' ? LIFECYCLE + name : name
}

/**
 * The target of a text that `targetKey` wrote. Every text is the key of a target: the channel of the target may be
 * gone.
 */
export function parseTargetKey(key: string): Target {
  if (key === FORWARD) return FORWARD_TARGET
  const kind = key.startsWith(LIFECYCLE) ? 'lifecycle' : 'notification'
  const name = kind === 'lifecycle' ? key.slice(LIFECYCLE.length) : key
  const at = name.indexOf(USER)
  return at < 0 ? { kind, channel: name } : { kind, channel: name.slice(0, at), user: name.slice(at + USER.length) }
}
