import { expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import { unbornGroup } from '../../../shared/group/advance.ts'
import type { Member } from '../../../shared/group/group.ts'
import { endsAfterStart } from '../../../shared/refresh/ends-after-start.ts'
import { UNWRITTEN_MS } from '../../../shared/refresh/refreshes.ts'

const KNOWN_AT = Date.parse('2026-06-01T10:00:00Z')
const END = KNOWN_AT + MINUTE

function member(change: Partial<Member> = {}, alert: Partial<Member['alert']> = {}): Member {
  const origin = { account: 'one', integration: 'prod' }
  const base = { labels: { a: 'b' }, annotations: {}, startsAt: 0, endsAt: END, timeout: false, origin, ...alert }
  return { alert: base, stamp: { at: KNOWN_AT - MINUTE, tie: '7#0' }, claimedEnd: END, ...change }
}

function endOf(one: Member, now = END + SECOND): number | undefined {
  const group = unbornGroup('one', 'g', 'p', {}, { now, revision: '1' })
  group.members.set('f', one)
  return endsAfterStart(group, { knownAt: KNOWN_AT, now })[0]?.alert.endsAt
}

test('an end that is over since the start moves by the longest time that was not written', () => {
  expect(endOf(member())).toBe(END + UNWRITTEN_MS)
})

const STAY: [what: string, one: Member, now?: number][] = [
  ['is ahead still', member(), END - 1],
  ['would be over even if it moved', member(), END + UNWRITTEN_MS],
  ['was given by the sender', member({ stamp: { at: END, tie: '7#0' } }, { endsAt: END })],
  ['was over long before the process before ended', member({}, { endsAt: KNOWN_AT - MINUTE }), KNOWN_AT],
  ['was written by this process', member({ stamp: { at: KNOWN_AT + 1, tie: '7#0' } })],
  ['was moved already', member({ stamp: { at: KNOWN_AT - MINUTE, tie: '7#0~' } })],
  ['was compared as over', member({ compared: END })],
  ['is the end of an alert of a rule', member({}, { origin: { account: 'one', integration: 'x', rule: 'r' } })],
]

test.each(STAY)('an end stays that %s', (_, one, now) => {
  expect(endOf(one, now)).toBeUndefined()
})
