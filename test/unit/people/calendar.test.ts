import { expect, test } from 'vitest'
import { calendarSchema, calendarWarnings } from '../../../shared/people/calendar.ts'
import { workAt } from '../../../shared/people/work-hours.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'

const OFFICE = {
  id: 'office',
  timeZone: 'Asia/Shanghai',
  workdays: ['monday:friday'],
  worktime: [{ start_time: '09:00', end_time: '18:00' }],
  daysOff: ['2026-02-14:2026-02-22', '2026-10-01'],
  extraWorkdays: ['2026-02-14'],
}

test.each<[what: string, at: string, workday: boolean, worktime: boolean]>([
  ['a working hour', '2026-02-10T09:00+08:00', true, true],
  ['the end of the working hours', '2026-02-10T18:00+08:00', true, false],
  ['a Sunday', '2026-02-08T10:00+08:00', false, false],
  ['a day off', '2026-02-16T10:00+08:00', false, false],
  ['the last day of a range', '2026-02-20T23:59+08:00', false, false],
  ['the day after, by the zone', '2026-02-22T16:00Z', true, false],
  ['a single day off', '2026-10-01T10:00+08:00', false, false],
  // A Saturday within the days off.
  ['an extra workday', '2026-02-14T10:00+08:00', true, true],
])('%s', (_what, at, workday, worktime) => {
  expect(workAt(calendarSchema.parse(OFFICE), Date.parse(at))).toEqual({ workday, worktime })
})

test('every problem at once, each at its place', () => {
  const read = calendarSchema.safeParse({
    ...{ id: '9', pager: 1 },
    timeZone: 'x',
    workdays: ['friday:monday', 'someday'],
    worktime: [{ start_time: '18:00', end_time: '09:00' }],
    daysOff: ['2026-02-22:2026-02-16', '2026-02-30', 'a:b:c'],
  })
  const problems = read.success ? [] : zodProblems(read.error)
  expect(problems.map(({ path }) => path).sort()).toEqual([
    'daysOff[0]',
    'daysOff[1]',
    'daysOff[2]',
    'id',
    'pager',
    'timeZone',
    'workdays[0]',
    'workdays[1]',
    'worktime[0]',
  ])
})

test('a calendar without a moment of work is a warning', () => {
  const calendar = calendarSchema.parse({ id: 'office', workdays: [], worktime: [] })
  expect(calendarWarnings(calendar).map(({ path }) => path)).toEqual(['workdays', 'worktime'])
})
