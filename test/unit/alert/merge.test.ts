import { describe, expect, test } from 'vitest'
import type { Alert } from '../../../shared/alert/alert.ts'
import { mergeAlerts, overlaps } from '../../../shared/alert/merge.ts'
import { MINUTE } from '../../../shared/base/time.ts'

// Facts from prometheus/alertmanager (Apache-2.0), alert/alert_test.go. Minutes; `~` marks an end that is only a
// recovery time; `now` is the time at which the newer alert was received.
const MERGES: [string, older: string, newer: string, now: number, merged: string][] = [
  ['the later of two recovery times', '-2..2~', '-1..3~', 0, '-2..3~'],
  ['a sender’s earlier end beats a recovery time', '-1..3~', '0..2', 0, '-1..2'],
  ['a recovery time does not shorten a sender’s end', '-1..3', '0..2~', 0, '-1..3~'],
  ['a sender’s later end stays', '-1..3', '0..2', 0, '-1..3'],
  ['a sender’s end is moved out', '-1..3', '-1..4', 0, '-1..4'],
  ['firing again keeps the earliest start', '-3..-1', '-2..1', 0, '-3..1'],
  ['a resolve ends what fired', '-2..3', '-2..0', 0, '-2..0'],
  ['the later of two resolves', '-3..-1', '-4..-2', 0, '-4..-1'],
]

describe('merge', () => {
  test.each(MERGES)('%s', (_, older, newer, now, merged) => {
    expect(range(mergeAlerts(alert(older), alert(newer), now * MINUTE))).toBe(merged)
  })

  test('takes the other members from the newer alert', () => {
    const older: Alert = { ...alert('0..5'), annotations: { was: 'old' }, generatorURL: 'http://old/' }
    const newer: Alert = { ...alert('1..5'), annotations: { is: 'new' } }
    const merged = mergeAlerts(older, newer, MINUTE)
    expect(merged.annotations).toEqual({ is: 'new' })
    expect(merged.generatorURL).toBeUndefined()
  })
})

describe('overlap', () => {
  const OVERLAPS: [string, older: string, newer: string, boolean][] = [
    ['the end is inside', '0..4', '-1..2', true],
    ['the start is inside', '0..4', '2..9', true],
    ['within', '0..4', '1..2', true],
    ['the very same', '0..4', '0..4', false],
    ['around it', '0..4', '-1..5', false],
    ['prolonged from the same start', '0..4', '0..5', false],
    ['it begins where the older one ends', '0..4', '4..9', false],
    ['it ends where the older one begins', '0..4', '-3..0', false],
    ['later', '0..4', '6..9', false],
  ]
  test.each(OVERLAPS)('%s', (_, older, newer, expected) => {
    expect(overlaps(alert(older), alert(newer))).toBe(expected)
  })
})

function alert(text: string): Alert {
  const [from, to] = text.replace('~', '').split('..').map(Number) as [number, number]
  return {
    labels: { alertname: 'A' },
    annotations: {},
    startsAt: from * MINUTE,
    endsAt: to * MINUTE,
    timeout: text.endsWith('~'),
    origin: { account: 'a', integration: 'i' },
  }
}

function range(alert: Alert): string {
  return `${alert.startsAt / MINUTE}..${alert.endsAt / MINUTE}${alert.timeout ? '~' : ''}`
}
