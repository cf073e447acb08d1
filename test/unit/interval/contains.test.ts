import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { intervalContains } from '../../../shared/interval/contains.ts'
import { parseTimeInterval } from '../../../shared/interval/parse.ts'

// Facts from prometheus/alertmanager (Apache-2.0), timeinterval/timeinterval_test.go, in our own form:
// the interval in YAML, moments in it, moments outside it. Without an offset a moment is UTC.
const OFFICE = 'weekdays: ["monday:friday"], times: [{start_time: "09:00", end_time: "17:00"}]'
const ROWS: [interval: string, inside: string, outside: string][] = [
  ['', '2006-01-02T15:04 2007-01-03T10:04', ''],
  [
    OFFICE,
    '2020-05-04T15:04 2020-05-05T10:04 2020-06-09T09:04 2020-07-08T09:00 2020-07-08T16:59',
    '2020-05-03T15:04 2020-05-04T08:59 2020-05-05T05:00 2020-07-08T17:00',
  ],
  [
    'days_of_month: ["4:6"], months: [april], years: ["2020"]',
    '2020-04-04T15:04 2020-04-05T00:00 2020-04-06T23:05',
    '2018-05-03T15:04 2020-04-03T23:59 2020-06-04T23:59 2019-04-06T23:59 2020-04-07T00:00',
  ],
  [
    'days_of_month: ["-3:-1"]',
    '2020-01-31T15:04 2020-01-30T15:04 2020-01-29T15:04 2020-06-30T00:00 2020-02-29T23:05',
    '2020-01-27T15:04 2020-04-03T23:59 2020-03-01T00:00',
  ],
  ['months: [june], days_of_month: ["1:31"]', '2020-06-30T00:00 2020-06-01T00:00', '2020-05-31T00:00 2020-07-01T00:00'],
  [`${OFFICE}, location: Australia/Sydney`, '2021-04-06T13:00+10:00', '2021-04-06T13:00'],
  [
    `${OFFICE}, months: [november], location: Australia/Sydney`,
    '2021-11-01T09:00+11:00 2021-10-31T22:00',
    '2021-10-31T21:00',
  ],
  ['days_of_month: [-1], location: America/New_York', '2021-03-31T12:00-04:00', '2021-03-30T12:00-04:00'],
  [
    `weekdays: ["monday:friday", sunday], months: ["january:march"], days_of_month: ["-7:-1"],
     years: ["2020:2025", "2030:2035"], times: [{start_time: "09:00", end_time: "17:00"}]`,
    '2021-01-27T09:00 2021-01-28T09:00 2021-01-29T13:00 2025-03-31T13:00 2035-01-31T13:00',
    '2021-01-30T13:00 2021-04-01T13:00 2026-01-30T13:00 2035-01-31T17:01',
  ],
  [
    `weekdays: ["monday:wednesday", saturday, sunday], times: [{start_time: "13:00", end_time: "15:00"}],
     days_of_month: ["1", "10", "20:-1"], years: ["2020:2023"], months: ["january:march"]`,
    '2021-01-10T13:00 2021-01-30T14:24',
    '2021-01-09T13:00 2021-01-20T12:59 2021-02-02T13:00',
  ],
  ['days_of_month: ["30:31"], years: ["2020:2023"], months: [february]', '', '2021-02-28T13:00'],
  ['days_of_month: ["27:31"], months: [2]', '2021-02-28T13:00 2021-02-27T00:00', '2021-02-26T23:59 2021-03-01T00:00'],
  ['times: [{start_time: "00:00", end_time: "24:00"}]', '2021-02-28T00:00 2021-02-28T23:59:59.999', ''],
  ['times: []', '', '2021-02-28T00:00'],
  // The hour that is skipped, and the one that comes twice.
  [
    'times: [{start_time: "01:30", end_time: "03:30"}], location: Europe/Berlin',
    '2026-03-29T00:30 2026-03-29T01:29 2026-10-25T00:30 2026-10-25T01:30',
    '2026-03-29T00:29 2026-03-29T01:30 2026-10-25T02:30',
  ],
]

describe('a time interval', () => {
  test.each(ROWS)('{%s}', (text, inside, outside) => {
    const parsed = parseTimeInterval(parse(`{${text}}`))
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const contains = (moment: string) => intervalContains(parsed.interval, Date.parse(zoned(moment)))
    expect(words(inside).filter((moment) => !contains(moment))).toEqual([])
    expect(words(outside).filter(contains)).toEqual([])
  })

  test('days beyond either end of a month are clamped to it', () => {
    // No text can express the value, but upstream's data has it.
    const june = { months: [{ from: 6, to: 6 }], daysOfMonth: [{ from: -31, to: 31 }] }
    const contains = (moment: string) => intervalContains(june, Date.parse(moment))
    expect(['2020-06-30T00:00Z', '2020-06-01T00:00Z'].every(contains)).toBe(true)
    expect(['2020-05-31T00:00Z', '2020-07-01T00:00Z'].some(contains)).toBe(false)
  })

  test('looking up a zone again is cheap', () => {
    const begun = performance.now()
    for (let i = 0; i < 10_000; i++) intervalContains({ months: [{ from: 1, to: 1 }], location: 'Asia/Tokyo' }, i)
    expect(performance.now() - begun).toBeLessThan(3_000)
  })
})

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

function zoned(moment: string): string {
  return /[+-]\d\d:\d\d$/.test(moment) ? moment : `${moment}Z`
}
