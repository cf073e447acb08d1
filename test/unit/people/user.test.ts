import { describe, expect, test } from 'vitest'
import { userSchema, userWarnings } from '../../../shared/people/user.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'

// Rules of fields: Alibaba Cloud ActionTrail, "Configure event alerts", step 3.
const KUMER = { id: 'test01', name: 'Kumer' }

function problemsOf(given: unknown) {
  const read = userSchema.safeParse(given)
  return read.success ? [] : zodProblems(read.error).map(({ path, message }) => `${path}: ${message}`)
}

describe('a user', () => {
  test('has defaults that tell nobody by accident', () => {
    expect(userSchema.parse(KUMER)).toEqual({
      ...KUMER,
      enabled: true,
      sms: false,
      voice: false,
      emails: [],
      language: 'en',
      timeZone: 'UTC',
    })
  })

  test('is refused with every problem at once, and no problem repeats a number or an address', () => {
    const problems = problemsOf({
      id: '1abc',
      name: 'a$b',
      phone: '+86-13900000007',
      emails: ['kumer@example.net', 'KUMER@example.net', 'secret person@example.net'],
      language: 'fr',
      timeZone: 'Mars/Olympus',
      pager: true,
    })
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'emails[1]',
      'emails[2]',
      'id',
      'language',
      'name',
      'pager',
      'phone',
      'timeZone',
    ])
    expect(problems.join()).not.toMatch(/13900000007|secret person/)
  })
})

describe('fields', () => {
  test.each<[field: string, value: unknown, problem: RegExp | undefined]>([
    ['id', 'abcd', /5 to 60/],
    ['id', 'abcde', undefined],
    ['id', `a${'b'.repeat(59)}`, undefined],
    ['id', `a${'b'.repeat(60)}`, /5 to 60/],
    ['id', 'a.b_c-9', undefined],
    ['id', 'test 01', /letters, digits/],
    ['id', 'test01\n', /letters, digits/],
    ['id', 'тест01', /letters, digits/],
    ['name', '', /empty/],
    ['name', '   ', /empty/],
    ['name', '值'.repeat(20), undefined],
    ['name', '值'.repeat(21), /has 21 characters/],
    // A letter outside the basic plane is one character.
    ['name', '𠮷'.repeat(20), undefined],
    ...[...'"\\$|~?&<>{}`\''].map((char): [string, string, RegExp] => ['name', `a${char}b`, /must not have/]),
    ['name', 'a\nb', /invisible/],
    ['name', 'a\u202eb', /invisible/],
    ['phone', '86-13800000001', undefined],
    ['phone', '1-4155550100', undefined],
    ['phone', '13800000001', /no country code/],
    ['phone', '+8613800000001', /"\+"/],
    ['phone', '86 13800000001', /not a number/],
    ['phone', '86-１３８０００００００１', /not a number/],
    ['phone', '12345-13800000001', /not a number/],
    ['phone', '1234-123456789012', /16 digits/],
    ['phone', '86-138****0001', /masked/],
    ['phone', 8613800000001, /expected string/],
    ['emails', ['a@example.net', 'b@example.net', 'c@example.net'], undefined],
    ['emails', ['a@example.net', 'b@example.net', 'c@example.net', 'd@example.net'], /at most 3/],
    ['emails', ['a@example.net\r\nBcc: b@example.net'], /is not a mailbox/],
    ['emails', ['k***@example.net'], /masked/],
    ['emails', 'a@example.net', /expected array/],
    ['enabled', 'true', /expected boolean/],
    ['timeZone', '', /not a time zone/],
    ['timeZone', '+08:00', /not a time zone/],
  ])('%s %j', (field, value, problem) => {
    const problems = problemsOf({ ...KUMER, [field]: value })
    if (problem === undefined) expect(problems).toEqual([])
    else expect(problems.join('\n')).toMatch(problem)
  })

  test('messages to a number that is not there are a warning', () => {
    const warnings = userWarnings(userSchema.parse({ ...KUMER, sms: true, voice: true }))
    expect(warnings.map(({ path }) => path)).toEqual(['sms', 'voice'])
  })
})
