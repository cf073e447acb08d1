import { describe, expect, test } from 'vitest'
import type { Labels } from '../../../shared/alert/labels.ts'
import { compareAlerts, compareLabels } from '../../../shared/alert/sort.ts'

// Facts from prometheus/alertmanager (Apache-2.0), alert/alert_test.go.
describe('order of alerts', () => {
  test('goes by job, then instance, then labels, and puts alerts without a job last', () => {
    const sorted: Labels[] = [
      { job: 'j1', instance: 'i1', alertname: 'an1' },
      { job: 'j1', instance: 'i1', alertname: 'an2' },
      { job: 'j1', instance: 'i2', alertname: 'an0' },
      { job: 'j1', alertname: 'an0' },
      { job: 'j2', instance: 'i1', alertname: 'an1' },
      { instance: 'i1', alertname: 'an1' },
      { alertname: 'an1' },
      { alertname: 'an1' },
      { alertname: 'an2' },
    ]
    expect(sorted.toReversed().sort(compareAlerts)).toEqual(sorted)
  })

  const LESS: [Labels, Labels][] = [
    [{ z: '9' }, { a: '1', b: '1' }],
    [{ b: '1' }, { a: '1' }],
    [
      { a: '1', c: '1' },
      { a: '1', b: '9' },
    ],
    [
      { a: '1', c: '9' },
      { a: '2', b: '1' },
    ],
    [{ a: '1' }, { a: '2' }],
    [{ a: '10' }, { a: '9' }],
    [{ a: '\uffee' }, { a: '\u{1f642}' }],
  ]
  test.each(LESS)('%j comes before %j', (less, more) => {
    expect(compareLabels(less, more)).toBeLessThan(0)
    expect(compareLabels(more, less)).toBeGreaterThan(0)
    expect(compareLabels(less, less)).toBe(0)
  })
})
