import { expect, test } from 'vitest'
import type { ChannelDescription } from '../../../shared/channel/kind.ts'
import { reachUser } from '../../../shared/channel/recipient.ts'
import type { User } from '../../../shared/people/user.ts'

const user: User = {
  ...{ id: 'test01', name: 'Kumer', enabled: true, phone: '86-13800000001', sms: true, voice: true },
  ...{ emails: ['kumer@example.net'], language: 'zh', timeZone: 'Asia/Shanghai' },
}
type Kind = Pick<ChannelDescription, 'recipients' | 'consent'>
const [email, inbox, none]: Kind[] = [{ recipients: 'email' }, { recipients: 'user' }, { recipients: 'none' }]
const [sms, voice]: Kind[] = [
  { recipients: 'phone', consent: 'sms' },
  { recipients: 'phone', consent: 'voice' },
]

test.each<[Kind | undefined, User | undefined, string | undefined]>([
  [email, user, undefined],
  [email, { ...user, emails: [] }, 'the user has no mailbox'],
  [email, { ...user, phone: undefined, sms: false, voice: false }, undefined],
  [email, { ...user, enabled: false }, 'the user is disabled'],
  [email, undefined, 'the user is gone'],
  [inbox, { ...user, emails: [], phone: undefined }, undefined],
  [inbox, { ...user, enabled: false }, 'the user is disabled'],
  [sms, { ...user, voice: false, emails: [] }, undefined],
  [sms, { ...user, sms: false }, 'the user takes no text messages'],
  [sms, { ...user, phone: undefined }, 'the user has no phone'],
  [voice, { ...user, sms: false }, undefined],
  [voice, { ...user, voice: false }, 'the user takes no calls'],
  [none, user, 'this kind of channel reaches no users'],
])('%j reaches %j, or says why not', (kind, given, because) => {
  const reached = reachUser(kind!, given)
  expect(reached).toEqual(because === undefined ? { ok: true, recipient: given } : { ok: false, because })
})
