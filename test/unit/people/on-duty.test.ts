import { describe, expect, test } from 'vitest'
import { onDuty, shiftsFrom } from '../../../shared/people/on-duty.ts'
import { type Rotation, rotationSchema } from '../../../shared/people/rotation.ts'

const WEEKLY = {
  start: '2026-01-05T09:00',
  every: '1w',
  timeZone: 'Asia/Shanghai',
  order: ['user-a', 'user-b', 'user-c'],
}

function who(rotation: object, at: string, disabled: readonly string[] = []) {
  return onDuty(rotationSchema.parse(rotation), Date.parse(at), (user) => !disabled.includes(user))
}

test.each<[at: string, user: string]>([
  ['2026-01-05T09:00+08:00', 'user-a'],
  ['2026-01-12T08:59:59+08:00', 'user-a'],
  ['2026-01-12T09:00+08:00', 'user-b'],
  ['2026-01-19T09:00+08:00', 'user-c'],
  ['2026-01-26T09:00+08:00', 'user-a'],
  // The order goes on before the start.
  ['2026-01-05T08:59:59+08:00', 'user-c'],
  ['2025-12-22T09:00+08:00', 'user-b'],
])('a shift of a week at %s', (at, user) => {
  expect(who(WEEKLY, at)).toBe(user)
})

describe('a change of the clock', () => {
  const DAILY = { start: '2026-03-27T09:00', every: '1d', timeZone: 'Europe/Berlin', order: ['user-a', 'user-b'] }

  test.each<[at: string, user: string]>([
    ['2026-03-28T09:00+01:00', 'user-b'],
    // The clock is set forward on the 29th: the shift still begins at nine.
    ['2026-03-29T08:59:59+02:00', 'user-b'],
    ['2026-03-29T09:00+02:00', 'user-a'],
    ['2026-10-25T08:59:59+01:00', 'user-b'],
    ['2026-10-25T09:00+01:00', 'user-a'],
  ])('moves no shift of a day: %s', (at, user) => {
    expect(who(DAILY, at)).toBe(user)
  })

  test('a shift that begins at words which come twice begins once', () => {
    const rotation = { ...DAILY, start: '2026-10-24T02:30' }
    const users = ['02:29+02:00', '02:30+02:00', '02:59+02:00', '02:00+01:00', '02:29+01:00', '02:30+01:00'].map(
      (time) => who(rotation, `2026-10-25T${time}`),
    )
    expect(users).toEqual(['user-a', 'user-b', 'user-b', 'user-b', 'user-b', 'user-b'])
  })

  test('a shift that begins at words which are left out begins at the change', () => {
    const rotation = { ...DAILY, start: '2026-03-28T02:30' }
    expect(who(rotation, '2026-03-29T01:59:59+01:00')).toBe('user-a')
    expect(who(rotation, '2026-03-29T03:00:00+02:00')).toBe('user-b')
  })

  test('changes the user as often as there are shifts, in a year of hours', () => {
    const rotation = { ...DAILY, every: '12h' }
    const first = Date.parse('2026-01-01T00:00Z')
    let [changes, before] = [0, who(rotation, new Date(first).toISOString())]
    for (let hour = 1; hour <= 365 * 24; hour++) {
      const user = who(rotation, new Date(first + hour * 3_600_000).toISOString())
      if (user !== before) changes++
      before = user
    }
    expect(changes).toBe(730)
  })

  test('of a whole day leaves nobody out', () => {
    // Samoa had no 30 December 2011.
    const rotation = {
      start: '2011-12-29T09:00',
      every: '1d',
      timeZone: 'Pacific/Apia',
      order: ['user-a', 'user-b', 'user-c'],
    }
    expect(who(rotation, '2011-12-30T09:59:59Z')).toBe('user-a')
    expect(who(rotation, '2011-12-30T10:00:00Z')).toBe('user-b')
    expect(who(rotation, '2011-12-30T19:00:00Z')).toBe('user-c')
  })
})

describe('overrides and disabled users', () => {
  const overrides = [{ from: '2026-01-06T09:00', until: '2026-01-07T09:00', user: 'user-z' }]
  const ROTATION: Partial<Rotation> = { ...WEEKLY, overrides }

  test.each<[what: string, at: string, disabled: string[], user: string | undefined]>([
    ['before an override', '2026-01-06T08:59:59+08:00', [], 'user-a'],
    ['in an override', '2026-01-06T09:00+08:00', [], 'user-z'],
    ['after an override', '2026-01-07T09:00+08:00', [], 'user-a'],
    ['an override by a disabled user', '2026-01-06T09:00+08:00', ['user-z'], 'user-a'],
    ['a disabled user on duty', '2026-01-05T09:00+08:00', ['user-a'], 'user-b'],
    ['the last of the order disabled', '2026-01-19T09:00+08:00', ['user-c'], 'user-a'],
    ['everybody disabled', '2026-01-05T09:00+08:00', ['user-a', 'user-b', 'user-c'], undefined],
  ])('%s', (_what, at, disabled, user) => {
    expect(who(ROTATION, at, disabled)).toBe(user)
  })

  test('of overrides that overlap the later entry counts', () => {
    const second = { from: '2026-01-06T12:00', until: '2026-01-06T18:00', user: 'user-y' }
    expect(who({ ...WEEKLY, overrides: [...overrides, second] }, '2026-01-06T12:00+08:00')).toBe('user-y')
  })
})

describe('the next shifts', () => {
  const AT = Date.parse('2026-01-06T00:00+08:00')
  const shown = (rotation: object, count: number, disabled: readonly string[] = []) =>
    shiftsFrom(rotationSchema.parse(rotation), AT, count, (user) => !disabled.includes(user)).map(
      ({ from, until, user }) => [new Date(from).toISOString(), new Date(until).toISOString(), user],
    )
  const [NOW, SECOND, THIRD, FOURTH] = [
    '2026-01-05T16:00:00.000Z',
    '2026-01-12T01:00:00.000Z',
    '2026-01-19T01:00:00.000Z',
    '2026-01-26T01:00:00.000Z',
  ]

  test('begin with the shift of the moment', () => {
    expect(shown(WEEKLY, 3)).toEqual([
      [NOW, SECOND, 'user-a'],
      [SECOND, THIRD, 'user-b'],
      [THIRD, FOURTH, 'user-c'],
    ])
  })

  test('of a user who follows himself are one, and an override stands between', () => {
    const override = { from: '2026-01-08T09:00', until: '2026-01-09T09:00', user: 'user-c' }
    expect(shown({ ...WEEKLY, overrides: [override] }, 3, ['user-b'])).toEqual([
      [NOW, '2026-01-08T01:00:00.000Z', 'user-a'],
      ['2026-01-08T01:00:00.000Z', '2026-01-09T01:00:00.000Z', 'user-c'],
      ['2026-01-09T01:00:00.000Z', SECOND, 'user-a'],
    ])
  })

  test('of a rotation whose users are all disabled are of nobody, and the search ends', () => {
    expect(shown(WEEKLY, 2, WEEKLY.order).map(([, , user]) => user)).toEqual([undefined])
  })
})
