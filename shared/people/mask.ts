import type { Problem } from '../problem/problem.ts'
import type { ChatNames } from './chats.ts'
import type { User } from './user.ts'

/** Digits that a mask hides at least. */
const HIDDEN = 4
/** The mask has this many stars, so the mask does not say how long the hidden part is. */
const STARS = '****'

/** `86-138****0001`. A short number shows fewer digits: the mask always hides four or more. */
export function maskPhone(phone: string): string {
  const [country = '', number = ''] = phone.split('-', 2)
  const last = Math.min(4, Math.max(0, number.length - HIDDEN))
  const first = Math.min(3, Math.max(0, number.length - last - HIDDEN))
  return `${country}-${number.slice(0, first)}${STARS}${last === 0 ? '' : number.slice(-last)}`
}

/** `k***@example.net`. The only letter of a name is hidden too. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return `${at > 1 ? email.slice(0, 1) : ''}***${email.slice(at)}`
}

/** A user as people see the user who may not read numbers and addresses. */
export function maskUser(user: User): User {
  return {
    ...user,
    ...(user.phone === undefined ? {} : { phone: maskPhone(user.phone) }),
    emails: user.emails.map(maskEmail),
    ...(user.chats === undefined ? {} : { chats: maskChats(user.chats) }),
  }
}

/** No part of a name in a chat is shown: few characters already tell a person. */
function maskChats(chats: ChatNames): ChatNames {
  return Object.fromEntries(Object.keys(chats).map((kind) => [kind, STARS]))
}

/**
 * A written user with the stored values in the place of their masks. A mask that is not the mask of a stored value
 * stays, and is a problem. The written user may be anything; the schema checks the rest.
 */
export function unmaskUser(
  given: Record<string, unknown>,
  stored: User | undefined,
): {
  user: Record<string, unknown>
  problems: Problem[]
} {
  const problems: Problem[] = []
  const user = { ...given }
  if (isMask(given.phone)) {
    if (stored?.phone !== undefined && maskPhone(stored.phone) === given.phone) user.phone = stored.phone
    else problems.push({ path: 'phone', message: NOT_ITS_MASK })
  }
  if (Array.isArray(given.emails)) {
    const written: unknown[] = given.emails
    user.emails = written.map((email, place) => {
      if (!isMask(email)) return email
      const same = stored?.emails.filter((address) => maskEmail(address) === email) ?? []
      const places = written.flatMap((other, at) => (other === email ? [at] : []))
      // Two addresses have the same mask, and a single address is put back: nobody knows which address.
      if (same.length === places.length) return same[places.indexOf(place)]
      problems.push({ path: `emails[${place}]`, message: same.length === 0 ? NOT_ITS_MASK : AMBIGUOUS })
      return email
    })
  }
  if (isRecord(given.chats)) {
    user.chats = Object.fromEntries(
      Object.entries(given.chats).map(([kind, name]) => {
        const known = stored?.chats?.[kind as keyof ChatNames]
        if (name === STARS && known !== undefined) return [kind, known]
        if (isMask(name)) problems.push({ path: `chats.${kind}`, message: NOT_ITS_MASK })
        return [kind, name]
      }),
    )
  }
  return { user, problems }
}

const NOT_ITS_MASK = 'is masked, and is not the mask of the stored value: write the whole value'
const AMBIGUOUS = 'is masked, and several stored addresses have this mask: write the whole address'

/** Whether a written user has a mask in the place of a number, an address or a name. The user may be anything. */
export function hasMask(given: unknown): boolean {
  if (!isRecord(given)) return false
  const { phone, emails, chats } = given
  const names = isRecord(chats) ? Object.values(chats) : []
  return isMask(phone) || (Array.isArray(emails) && emails.some(isMask)) || names.some(isMask)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isMask(value: unknown): value is string {
  return typeof value === 'string' && value.includes('*')
}
