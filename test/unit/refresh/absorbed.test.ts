import { beforeEach, describe, expect, test } from 'vitest'
import type { PostedAlert } from '../../../shared/alert/alert.ts'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import { DAY, MINUTE, SECOND } from '../../../shared/base/time.ts'
import { createAbsorbed, isAbsorbed, LONGEST_MS, type Passed } from '../../../shared/refresh/absorbed.ts'
import type { RefreshKeeper } from '../../../shared/refresh/refreshes.ts'

const T0 = Date.parse('2026-06-01T10:00:00Z')
const LABELS = { alertname: 'Slow', instance: 'a' }
const POSTED: PostedAlert = {
  labels: LABELS,
  annotations: { summary: 'slow' },
  startsAt: T0 - MINUTE,
  generatorURL: 'http://prometheus.example/graph',
}

describe('a refresh is absorbed', () => {
  const CASES: [claimed: number, after: number, claims: number, absorbed: boolean][] = [
    // Prometheus: `evaluation_interval` of 15 s, of 30 s and of a minute, and a resend delay of a minute.
    [240, 75, 240, true],
    [240, 90, 240, true],
    [240, 120, 240, false],
    // While more than three fifths of the claimed time are left.
    [240, 95.9, 240, true],
    [240, 96, 240, false],
    [120, 40, 120, true],
    [120, 60, 120, false],
    // And two minutes at most.
    [1200, 119.9, 1200, true],
    [1200, 120, 1200, false],
    // An end that the sender gives, by its right clock, and by one that is ahead by ten minutes.
    [240, 60, 0, false],
    [240, 60, -1, false],
    [840, 60, 600, false],
    [660, 60, 600, false],
    // The sender's clock is behind: half of the minute's refreshes would be the last before the end.
    [120, 60, 120, false],
    // The sender repeats less often from now on, or more often.
    [240, 60, 1200, false],
    [240, 60, 120, false],
    // Posts that were longer on their way, or shorter.
    [240, 60, 235, true],
    [240, 60, 234.9, false],
    [240, 60, 245, true],
    [240, 60, 245.1, false],
    // The clock of the container went back, or shows the time before the container stood still.
    [240, -10, 250, false],
    [240, 0, 840, false],
    // The container stood still.
    [240, 600, 240, false],
    [7 * 24 * 3600, 600, 7 * 24 * 3600, false],
    // A claim too short to be told from a resolve.
    [29, 5, 29, false],
    [30, 5, 30, true],
  ]

  test.each(CASES)('that claimed %d s, comes %d s later and claims %d s: %s', (claimed, after, claims, absorbed) => {
    const passed: Passed = { said: 'it', receivedAt: T0, endsAt: T0 + claimed * SECOND }
    const receivedAt = T0 + after * SECOND
    expect(isAbsorbed(passed, { said: 'it', receivedAt, endsAt: receivedAt + claims * SECOND })).toBe(absorbed)
  })

  test('and the next one comes before the end, with a fifth of the time to spare, if the sender keeps its pace', () => {
    const late: number[][] = []
    for (let claimed = 30; claimed <= 1200; claimed += 10) {
      for (let everyMs = SECOND; everyMs <= 0.4 * claimed * SECOND; everyMs += 500) {
        let passed: Passed = { said: 'it', receivedAt: T0, endsAt: T0 + claimed * SECOND }
        for (let at = T0; at < T0 + 2 * claimed * SECOND; at += everyMs) {
          const post: Passed = { said: 'it', receivedAt: at, endsAt: at + claimed * SECOND }
          if (isAbsorbed(passed, post)) continue
          if (passed.endsAt - at < 0.2 * claimed * SECOND) late.push([claimed, everyMs, at - T0])
          passed = post
        }
      }
    }
    expect(late).toEqual([])
  })
})

describe('a container of ingest', () => {
  let absorbed: RefreshKeeper

  /** Posts the alert some time after T0; true: nothing is sent to dispatch. */
  function absorbs(
    afterMs: number,
    change: Partial<PostedAlert> = {},
    { account = 'one', integration = 'prod', isTaken = true } = {},
  ): boolean {
    const receivedAt = T0 + afterMs
    const posted = { ...POSTED, endsAt: receivedAt + 4 * MINUTE, ...change }
    const alert = { ...posted, fingerprint: fingerprint(posted.labels) }
    const about = { account, integration, receivedAt, recoverAfterMs: 5 * MINUTE }
    const others = absorbed.keep({ ...about, alerts: [alert] })
    if (isTaken) others.areSent()
    return others.places.length === 0
  }

  beforeEach(() => {
    absorbed = createAbsorbed()
  })

  test('absorbs refreshes of integrations with the setting only', () => {
    const asked = [{}, { absorbRefreshes: false }, { absorbRefreshes: 'yes' }, { absorbRefreshes: true }]
    expect(asked.map((settings) => absorbed.keeps({ settings }))).toEqual([false, false, false, true])
  })

  test('absorbs what it gave to the queue, until two fifths of the time are over, and once more from then on', () => {
    const moments = [0, 30, 60, 90, 120, 150, 180, 210, 240]
    const sent = moments.filter((second) => !absorbs(second * SECOND))
    expect(sent).toEqual([0, 120, 240])
  })

  test.each<[what: string, change: Partial<PostedAlert>, about?: object]>([
    ['an alert with other annotations', { annotations: { summary: 'slower' } }],
    ['an alert with an annotation more', { annotations: { summary: 'slow', more: '' } }],
    ['an alert without its annotations', { annotations: {} }],
    ['an alert that began at another moment', { startsAt: T0 }],
    ['an alert of another source', { generatorURL: 'http://other.example' }],
    ['an alert without its source', { generatorURL: undefined }],
    ['an alert that is over', { endsAt: T0 + SECOND }],
    ['an alert that was over long ago', { endsAt: T0 - DAY }],
    ['an alert without an end', { endsAt: undefined }],
    ['an alert of another integration', {}, { integration: 'test' }],
    ['the alert of another account', {}, { account: 'two' }],
    ['another alert', { labels: { ...LABELS, instance: 'b' } }],
  ])('sends %s', (_, change, about) => {
    absorbs(0)
    expect(absorbs(SECOND, change, about)).toBe(false)
  })

  test.each<[what: string, change: Partial<PostedAlert>]>([
    ['an end', { endsAt: T0 + SECOND }],
    ['a change', { annotations: {} }],
    ['an alert without an end', { endsAt: undefined }],
  ])('after %s sends what the alert said before', (_, change) => {
    absorbs(0)
    absorbs(SECOND, change)
    expect(absorbs(2 * SECOND)).toBe(false)
    expect(absorbs(3 * SECOND)).toBe(true)
  })

  test('does not know what the queue did not take, nor what it knew before', () => {
    absorbs(0)
    absorbs(SECOND, { annotations: {} }, { isTaken: false })
    expect(absorbs(2 * SECOND, { annotations: {} }, { isTaken: false })).toBe(false)
    expect(absorbs(3 * SECOND)).toBe(false)
  })

  test('does not take a firing for passed on because the queue takes it after an end', () => {
    const alerts = [{ ...POSTED, endsAt: T0 + 4 * MINUTE, fingerprint: fingerprint(LABELS) }]
    const about = { account: 'one', integration: 'prod', receivedAt: T0, recoverAfterMs: 0 }
    const firing = absorbed.keep({ ...about, alerts })
    absorbs(SECOND, { endsAt: T0 + SECOND })
    firing.areSent()
    expect(absorbs(2 * SECOND)).toBe(false)
  })

  test('sends the alerts of a post that are no refreshes, by their places', () => {
    const alertsAt = (receivedAt: number, summaries: string[]) =>
      summaries.map((summary, place) => {
        const labels = { ...LABELS, instance: `${place}` }
        const times = { startsAt: T0, endsAt: receivedAt + 4 * MINUTE }
        return { labels, annotations: { summary }, ...times, fingerprint: fingerprint(labels) }
      })
    const about = { account: 'one', integration: 'prod', recoverAfterMs: 0 }
    absorbed.keep({ ...about, receivedAt: T0, alerts: alertsAt(T0, ['a', 'b', 'c']) }).areSent()
    const later = T0 + MINUTE
    const others = absorbed.keep({ ...about, receivedAt: later, alerts: alertsAt(later, ['a', 'B', 'c', 'd']) })
    expect(others.places).toEqual([1, 3])
  })

  test('remembers so many alerts, the latest, and none for longer than it absorbs', () => {
    absorbed = createAbsorbed(2)
    const named = (instance: string): Partial<PostedAlert> => ({ labels: { ...LABELS, instance } })
    for (const [second, name] of ['a', 'b', 'c'].entries()) absorbs(second * SECOND, named(name))
    expect(['b', 'c', 'a'].map((name) => absorbs(4 * SECOND, named(name)))).toEqual([true, true, false])
    expect(absorbs(4 * SECOND + LONGEST_MS, named('c'))).toBe(false)
  })
})
