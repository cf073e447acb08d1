import type { User } from '../people/user.ts'
import type { ChannelDescription } from './kind.ts'

/** `because`: in words of the timeline, without personal data. */
type Reached = { ok: true; recipient: User } | { ok: false; because: string }

/** The user as the recipient of a message, or the reason why nothing can be sent to the user now. */
export function reachUser(
  { recipients, consent }: Pick<ChannelDescription, 'recipients' | 'consent'>,
  user: User | undefined,
): Reached {
  const because = obstacle(recipients, consent, user)
  return because === undefined && user !== undefined ? { ok: true, recipient: user } : { ok: false, because: because! }
}

function obstacle(
  recipients: ChannelDescription['recipients'],
  consent: ChannelDescription['consent'],
  user: User | undefined,
): string | undefined {
  if (recipients === 'none') return 'this kind of channel reaches no users'
  if (user === undefined) return 'the user is gone'
  if (!user.enabled) return 'the user is disabled'
  if (recipients === 'email' && user.emails.length === 0) return 'the user has no mailbox'
  if (recipients !== 'phone') return undefined
  if (user.phone === undefined) return 'the user has no phone'
  if (consent === 'sms' && !user.sms) return 'the user takes no text messages'
  return consent === 'voice' && !user.voice ? 'the user takes no calls' : undefined
}
