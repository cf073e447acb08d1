import { describe, expect, test } from 'vitest'
import { DAY, MINUTE } from '../../../shared/base/time.ts'
import { nextChange } from '../../../shared/interval/next.ts'
import { wallTime } from '../../../shared/interval/zone.ts'

function hours(zone: string, from: number, to: number) {
  const holds = (at: number): boolean => {
    const { minuteOfDay } = wallTime(at, zone)
    return from <= minuteOfDay && minuteOfDay < to
  }
  return { zone, minutes: [from, to], holds }
}

describe('the next change', () => {
  const rows: [zone: string, from: number, to: number, at: string, next: string][] = [
    ['UTC', 540, 1080, '2026-03-02T08:00Z', '2026-03-02T09:00Z'],
    ['UTC', 540, 1080, '2026-03-02T09:00Z', '2026-03-02T18:00Z'],
    ['UTC', 540, 1080, '2026-03-02T18:00Z', '2026-03-03T09:00Z'],
    ['Asia/Shanghai', 540, 1080, '2026-03-02T08:00Z', '2026-03-02T10:00Z'],
    // The clock of Berlin is set from 02:00 to 03:00 on 29 March 2026, …
    ['Europe/Berlin', 540, 1080, '2026-03-28T20:00Z', '2026-03-29T07:00Z'],
    ['Europe/Berlin', 150, 1080, '2026-03-28T20:00Z', '2026-03-29T01:00Z'],
    ['Europe/Berlin', 0, 150, '2026-03-29T00:00Z', '2026-03-29T01:00Z'],
    // … and from 03:00 to 02:00 on 25 October, when 02:30 comes twice.
    ['Europe/Berlin', 0, 150, '2026-10-25T00:00Z', '2026-10-25T00:30Z'],
    ['Europe/Berlin', 0, 150, '2026-10-25T00:30Z', '2026-10-25T01:00Z'],
    ['Europe/Berlin', 0, 150, '2026-10-25T01:00Z', '2026-10-25T01:30Z'],
    // The clock of Lord Howe Island is set by half an hour.
    ['Australia/Lord_Howe', 540, 1080, '2026-10-03T12:00Z', '2026-10-03T22:00Z'],
    ['Asia/Kathmandu', 540, 1080, '2026-03-02T00:00Z', '2026-03-02T03:15Z'],
  ]
  test.each(rows)('%s, minutes %i to %i, from %s: %s', (zone, from, to, at, next) => {
    expect(new Date(nextChange(hours(zone, from, to), Date.parse(at))).toISOString()).toBe(
      new Date(Date.parse(next)).toISOString(),
    )
  })

  test('is looked for again after eight days', () => {
    const from = Date.parse('2026-03-02T08:00Z')
    expect(nextChange({ zone: 'UTC', minutes: [], holds: () => true }, from)).toBe(from + 8 * DAY)
  })

  test('is the moment that a look at every minute finds', () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Asia/Shanghai', 'Pacific/Apia']) {
      for (const day of ['2026-03-08', '2026-03-28', '2026-10-24', '2026-11-01', '2026-06-01']) {
        const property = hours(zone, 130, 1200)
        const from = Date.parse(`${day}T12:00Z`)
        let at = from
        while (property.holds(at) === property.holds(from)) at += MINUTE
        expect([zone, day, nextChange(property, from)]).toEqual([zone, day, at])
      }
    }
  })
})
