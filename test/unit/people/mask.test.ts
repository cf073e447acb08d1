import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskEmail, maskPhone, maskUser, unmaskUser } from '../../../shared/people/mask.ts'
import { userSchema } from '../../../shared/people/user.ts'

const STORED = userSchema.parse({
  id: 'test01',
  name: 'Kumer',
  phone: '86-13800000001',
  emails: ['kumer@example.net', 'kate@example.net', 'x@example.org'],
  chats: { slack: 'U01AB2CD3' },
})

test.each([
  ['86-13800000001', '86-138****0001'],
  ['1-4155550100', '1-41****0100'],
  ['852-61234567', '852-****4567'],
  ['49-12345', '49-****5'],
  ['49-1234', '49-****'],
])('the number %s is shown as %s', (phone, mask) => {
  expect(maskPhone(phone)).toBe(mask)
})

test('a mask always hides four digits', () => {
  const number = fc.stringMatching(/^[1-9]\d{0,3}-[1-9]{4,14}$/)
  fc.assert(
    fc.property(number, (phone) => {
      const shown = maskPhone(phone).replaceAll(/\D/g, '').length
      return shown <= phone.replaceAll(/\D/g, '').length - 4
    }),
  )
})

test.each([
  ['kumer@example.net', 'k***@example.net'],
  ['x@example.org', '***@example.org'],
])('the address %s is shown as %s', (email, mask) => {
  expect(maskEmail(email)).toBe(mask)
})

describe('a mask that is put back', () => {
  test('keeps what is stored', () => {
    expect(unmaskUser(maskUser(STORED), STORED)).toEqual({ user: STORED, problems: [] })
  })

  test.each<[what: string, given: object, paths: string[]]>([
    ['another mask of a number', { phone: '86-139****0001' }, ['phone']],
    ['the number of the mask in other words', { phone: '86-138***0001' }, ['phone']],
    ['a mask of an address that is not stored', { emails: ['k***@example.com'] }, ['emails[0]']],
    ['one of two equal masks', { emails: ['k***@example.net'] }, ['emails[0]']],
    ['both and the whole address of one', { emails: ['kumer@example.net', 'k***@example.net'] }, ['emails[1]']],
  ])('is refused: %s', (_what, given, paths) => {
    expect(unmaskUser({ ...STORED, ...given }, STORED).problems.map(({ path }) => path)).toEqual(paths)
  })

  test('is refused for a user who is not stored', () => {
    expect(unmaskUser(maskUser(STORED), undefined).problems).toHaveLength(5)
  })

  test('stands beside new values', () => {
    const { user, problems } = unmaskUser({ emails: ['new@example.net', '***@example.org'] }, STORED)
    expect({ user, problems }).toEqual({ user: { emails: ['new@example.net', 'x@example.org'] }, problems: [] })
  })
})
