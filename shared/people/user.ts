import * as z from 'zod'
import { mailboxProblem } from '../base/mailbox.ts'
import { checkedText } from '../settings/checked-text.ts'
import { chatNames } from './chats.ts'
import { nameProblem, personId } from './names.ts'
import { timeZone } from './zone.ts'

/** E-mail addresses of a user at most. */
export const EMAILS = 3
/** Digits of a number with its country code at most: ITU-T E.164. */
const PHONE_DIGITS = 15
const PHONE = /^(\d{1,4})-(\d{4,14})$/
/** Octets of an address at most: RFC 5321, the longest path without its brackets. */
const EMAIL_CHARS = 254

/** Why a text is no number, without the text: a problem reaches logs and answers, and a number must not. */
function phoneProblem(phone: string): string | undefined {
  if (phone.includes('*')) return 'is masked: write the whole number'
  const match = PHONE.exec(phone)
  if (match !== null) {
    const digits = match[1]!.length + match[2]!.length
    return digits <= PHONE_DIGITS ? undefined : `has ${digits} digits, at most ${PHONE_DIGITS} are allowed`
  }
  const form = 'country code, "-", number, as in 86-13800000001'
  if (phone.startsWith('+')) return `must not begin with "+": ${form}`
  if (/^\d+$/.test(phone)) return `has no country code: ${form}`
  return `is not a number: ${form}`
}

/** Why a text is no address, without the text. */
function emailProblem(email: string): string | undefined {
  if (email.includes('*')) return 'is masked: write the whole address'
  if (email.length > EMAIL_CHARS) return `has more than ${EMAIL_CHARS} characters`
  return mailboxProblem(email)
}

/** A person who can be told. The name, the number, the addresses and the names in chats are personal data. */
export const userSchema = z.strictObject({
  id: personId,
  name: checkedText(nameProblem),
  enabled: z.boolean().default(true).describe('False: nothing is sent to the user'),
  phone: checkedText(phoneProblem).optional().describe('Country code of 1 to 4 digits, `-`, number'),
  sms: z.boolean().default(false).describe('Whether the number may be sent text messages'),
  voice: z.boolean().default(false).describe('Whether the number may be called'),
  emails: z
    .array(checkedText(emailProblem))
    .max(EMAILS, `at most ${EMAILS} addresses are allowed`)
    .superRefine((emails, context) => {
      for (const place of repeatedPlaces(emails.map((email) => email.toLowerCase()))) {
        context.addIssue({ code: 'custom', path: [place], message: 'is there twice' })
      }
    })
    .default([]),
  chats: chatNames.optional(),
  language: z.enum(['zh', 'en'], 'must be zh or en').default('en'),
  timeZone: timeZone.default('UTC'),
})

export type User = z.output<typeof userSchema>

/** A user as the functions know the user that decide who is told: without personal data. */
export type UserLean = Omit<User, 'name' | 'phone' | 'emails' | 'chats'>

/** What is accepted, and does not do what its author surely meant. Paths begin at the user. */
export function userWarnings({ phone, sms, voice }: User): { path: string; message: string }[] {
  if (phone !== undefined) return []
  const message = 'has no effect: the user has no phone'
  return [...(sms ? [{ path: 'sms', message }] : []), ...(voice ? [{ path: 'voice', message }] : [])]
}

/** The places of texts that an earlier place has. */
export function repeatedPlaces(texts: readonly string[]): number[] {
  const seen = new Set<string>()
  return texts.flatMap((text, place) => {
    if (seen.has(text)) return [place]
    seen.add(text)
    return []
  })
}
