import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { TimeInterval } from '../../../shared/interval/interval.ts'
import { parseTimeInterval } from '../../../shared/interval/parse.ts'

// Facts from prometheus/alertmanager (Apache-2.0), timeinterval/timeinterval_test.go.
describe('time intervals', () => {
  const ACCEPTED: [string, TimeInterval][] = [
    ['{}', {}],
    ['times: [{start_time: "00:00", end_time: "24:00"}]', { times: [{ from: 0, to: 1440 }] }],
    ['days_of_month: ["1:-1"]', { daysOfMonth: [{ from: 1, to: -1 }] }],
    ['months: ["January:december"]', { months: [{ from: 1, to: 12 }] }],
    [
      'months: [3, "4:june"]',
      {
        months: [
          { from: 3, to: 3 },
          { from: 4, to: 6 },
        ],
      },
    ],
    [
      'weekdays: [SUNDAY, "monday:friday"]',
      {
        weekdays: [
          { from: 0, to: 0 },
          { from: 1, to: 5 },
        ],
      },
    ],
    [
      'years: [2020, "2022:2024"]',
      {
        years: [
          { from: 2020, to: 2020 },
          { from: 2022, to: 2024 },
        ],
      },
    ],
    ['times: null\nlocation: ""', {}],
    ['location: UTC', { location: 'UTC' }],
    ['location: America/Argentina/Buenos_Aires', { location: 'America/Argentina/Buenos_Aires' }],
  ]
  test.each(ACCEPTED)('%s is accepted', (text, interval) => {
    expect(parseTimeInterval(parse(text))).toEqual({ ok: true, interval })
  })

  const REFUSED: [string, string][] = [
    ['times: [{start_time: "01:99", end_time: "23:59"}]', "couldn't parse timestamp 01:99, invalid format"],
    ['times: [{start_time: "00:00", end_time: "99:99"}]', "couldn't parse timestamp 99:99, invalid format"],
    ['times: [{start_time: "12:30", end_time: "24:01"}]', "couldn't parse timestamp 24:01, invalid format"],
    ['times: [{start_time: "9:00", end_time: "17:00"}]', "couldn't parse timestamp 9:00, invalid format"],
    ['times: [{start_time: "17:31", end_time: "17:31"}]', 'start time cannot be equal or greater than end time'],
    ['times: [{start_time: "22:00", end_time: "06:00"}]', 'start time cannot be equal or greater than end time'],
    ['times: [{start_time: "14:03"}]', 'both start and end times must be provided'],
    ['times: [{}]', 'both start and end times must be provided'],
    ['times: [{start: "14:03"}]', 'field start not found in a time range'],
    ['times: ["14:03"]', 'times must be a list of mappings'],
    ['weekdays: ["friday:monday"]', 'start day cannot be before end day'],
    ['weekdays: ["blurgsday:flurgsday"]', 'blurgsday is not a valid weekday'],
    ['weekdays: ["1:3"]', '1 is not a valid weekday'],
    ['weekdays: ["monday:tuesday:friday"]', "couldn't parse range monday:tuesday:friday, invalid format"],
    ['weekdays: [[]]', 'weekdays must be a list of texts'],
    ['weekdays: monday', 'weekdays must be a list'],
    ['days_of_month: ["0"]', '0 is not a valid day of the month: out of range'],
    ['days_of_month: ["-50:-20"]', '-50 is not a valid day of the month: out of range'],
    ['days_of_month: ["1:50"]', '50 is not a valid day of the month: out of range'],
    ['days_of_month: ["-15:5"]', 'end day must be negative if start day is negative'],
    ['days_of_month: ["-31:31"]', 'end day must be negative if start day is negative'],
    ['days_of_month: ["10:-25"]', 'end day -25 is always before start day 10'],
    ['days_of_month: [first]', 'strconv.Atoi: parsing "first": invalid syntax'],
    ['months: ["martius:june"]', 'martius is not a valid month'],
    ['months: ["december:january"]', 'end month january is before start month december'],
    ['years: ["2022:2020"]', 'end year 2020 is before start year 2022'],
    ['years: ["99999999999999999999"]', 'strconv.Atoi: parsing "99999999999999999999": value out of range'],
    ['location: Mars/Base', 'unknown time zone Mars/Base'],
    ['location: "+01:00"', 'unknown time zone +01:00'],
    ['location: BST', 'unknown time zone BST'],
    ['location: CST', 'unknown time zone CST'],
    ['location: ist', 'unknown time zone ist'],
    ['location: SystemV/EST5', 'unknown time zone SystemV/EST5'],
    ['location: 1', 'location must be the name of a time zone'],
    ['hours: []', 'field hours not found in a time interval'],
    ['__proto__: []', 'field __proto__ not found in a time interval'],
    ['- monday', 'a time interval must be a mapping'],
    ['monday', 'a time interval must be a mapping'],
  ]
  test.each(REFUSED)('%s: %s', (text, error) => {
    const problems = [{ path: expect.any(Array), message: error }]
    expect(parseTimeInterval(parse(text))).toEqual({ ok: false, problems })
  })

  test('every wrong value at its place', () => {
    const text =
      '{times: [{start_time: "01:00", end_time: "02:00"}, {}], weekdays: [x, monday, y], years: 5, hours: []}'
    const read = parseTimeInterval(parse(text))
    expect(read.ok ? [] : read.problems.map(({ path }) => path.join('.'))).toEqual([
      ...['times.1', 'weekdays.0', 'weekdays.2', 'years', 'hours'],
    ])
  })
})
