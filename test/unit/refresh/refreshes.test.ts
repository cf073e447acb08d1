import { beforeEach, describe, expect, test } from 'vitest'
import type { Alert, PostedAlert } from '../../../shared/alert/alert.ts'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import { createRefreshes, type Refreshes, UNWRITTEN_MS } from '../../../shared/refresh/refreshes.ts'

const T0 = Date.parse('2026-06-01T10:00:00Z')
const LABELS = { alertname: 'Slow', instance: 'a' }
const PRINT = fingerprint(LABELS)
const POSTED: PostedAlert = {
  labels: LABELS,
  annotations: { summary: 'slow' },
  startsAt: T0 - MINUTE,
  endsAt: T0 + 4 * MINUTE,
  generatorURL: 'http://prometheus.example/graph',
}
const ORIGIN = { account: 'one', integration: 'prod' }

let refreshes: Refreshes
/** Posts the alert some time after T0; true: the refresh is kept, and nothing is sent to dispatch. */
function keeps(
  afterMs: number,
  change: Partial<PostedAlert> = {},
  sent: Partial<{ integration: string }> = {},
): boolean {
  const receivedAt = T0 + afterMs
  const posted = { ...POSTED, endsAt: receivedAt + 4 * MINUTE, ...change }
  const about = { account: 'one', integration: 'prod', receivedAt, recoverAfterMs: 5 * MINUTE, ...sent }
  const others = refreshes.keep({ ...about, alerts: [{ ...posted, fingerprint: fingerprint(posted.labels) }] })
  others.areSent()
  return others.places.length === 0
}

function saved(receivedAt: number, groups = ['g'], change: Partial<Alert> = {}): void {
  const { endsAt = 0, ...rest } = POSTED
  const alert: Alert = { ...rest, endsAt: endsAt + receivedAt - T0, timeout: false, origin: ORIGIN, ...change }
  refreshes.learn(
    'one',
    { fingerprint: PRINT, alert, stamp: { at: receivedAt, tie: '1#0' }, claimedEnd: endsAt },
    groups,
  )
}

beforeEach(() => {
  refreshes = createRefreshes()
  refreshes.decidedBy('one', '1')
})

test('an alert that its groups saved is refreshed without a message', () => {
  expect(keeps(0)).toBe(false)
  saved(T0, ['g', 'h'])
  expect(keeps(30 * SECOND)).toBe(true)
  for (const group of ['g', 'h']) {
    const [refresh, ...more] = refreshes.of('one', group)
    expect([refresh?.alert.endsAt, refresh?.stamp.at, more]).toEqual([T0 + 270 * SECOND, T0 + 30 * SECOND, []])
  }
})

describe('sent to dispatch is', () => {
  const MOVED = 'an alert whose stored end would move too far'
  const CASES: [what: string, afterMs: number, change: Partial<PostedAlert>, sent?: { integration: string }][] = [
    ['an alert with other annotations', SECOND, { annotations: { summary: 'slower' } }],
    ['an alert with an annotation more', SECOND, { annotations: { summary: 'slow', more: '' } }],
    ['an alert that began at another moment', SECOND, { startsAt: T0 }],
    ['an alert of another source', SECOND, { generatorURL: 'http://other.example' }],
    ['an alert without its source', SECOND, { generatorURL: undefined }],
    ['an alert that is over', SECOND, { endsAt: T0 + SECOND }],
    ['an alert whose end comes sooner', SECOND, { endsAt: T0 + 239 * SECOND }],
    ['an alert without an end, after one with an end', SECOND, { endsAt: undefined }],
    ['an alert of another integration', SECOND, {}, { integration: 'test' }],
    ['an alert that another product raised', SECOND, { origin: { account: 'two', integration: 'x' } }],
    [MOVED, UNWRITTEN_MS + SECOND, {}],
    [`${MOVED} for its time`, SECOND, { endsAt: T0 + 6 * MINUTE + 1 }],
    ['an alert whose stored end is close', 211 * SECOND, { endsAt: T0 + 5 * MINUTE }],
    ['an alert whose stored end is over', 241 * SECOND, { endsAt: T0 + 5 * MINUTE }],
    ['another alert', SECOND, { labels: { ...LABELS, instance: 'b' } }],
  ]

  test.each(CASES)('%s', (_, afterMs, change, sent) => {
    keeps(0)
    saved(T0)
    expect(keeps(afterMs, change, sent)).toBe(false)
    expect(refreshes.of('one', 'g')).toEqual([])
  })

  test('the next post of an alert, until that message is saved', () => {
    keeps(0)
    saved(T0)
    expect(keeps(SECOND, { annotations: {} })).toBe(false)
    expect(keeps(2 * SECOND)).toBe(false)
    // The earlier of two messages.
    saved(T0 + SECOND)
    expect(keeps(3 * SECOND)).toBe(false)
    saved(T0 + 3 * SECOND)
    expect(keeps(4 * SECOND)).toBe(true)
  })

  test('an alert of which two messages came in one millisecond', () => {
    keeps(0)
    keeps(0)
    saved(T0)
    expect(keeps(SECOND)).toBe(false)
  })

  test('an alert that was saved by the process before', () => {
    saved(T0)
    expect(keeps(SECOND)).toBe(false)
  })

  test('every alert of an account whose configuration changed', () => {
    keeps(0)
    saved(T0)
    refreshes.decidedBy('one', '2')
    expect(keeps(SECOND)).toBe(false)
  })
})

describe('a refresh that moves the stored end too far', () => {
  const FAR = UNWRITTEN_MS + SECOND
  const ends = (): number[] => refreshes.of('one', 'g').map(({ alert }) => alert.endsAt - T0)
  beforeEach(() => {
    keeps(0)
    saved(T0)
    expect(keeps(FAR)).toBe(false)
  })

  test('is sent, and the refreshes after it move the sent end', () => {
    expect(keeps(2 * FAR - SECOND)).toBe(true)
    expect(keeps(2 * FAR)).toBe(false)
    expect(ends()).toEqual([2 * FAR - SECOND + 4 * MINUTE])
  })

  test('is the stored one when dispatch has saved it', () => {
    saved(T0 + FAR)
    expect(keeps(2 * FAR - SECOND)).toBe(true)
    expect(keeps(2 * FAR)).toBe(false)
  })

  test('counts no more after a message with news, or under another configuration', () => {
    expect(keeps(FAR + SECOND, { annotations: {} })).toBe(false)
    expect(keeps(FAR + 2 * SECOND)).toBe(false)
    saved(T0 + FAR + 2 * SECOND)
    expect(keeps(2 * FAR + 3 * SECOND)).toBe(false)
    refreshes.decidedBy('one', '2')
    expect(keeps(2 * FAR + 4 * SECOND)).toBe(false)
  })
})

test('a refresh is the next one only when the queue has it', () => {
  keeps(0)
  saved(T0)
  const far = { ...POSTED, endsAt: T0 + UNWRITTEN_MS + 5 * MINUTE, fingerprint: PRINT }
  const about = { account: 'one', integration: 'prod', receivedAt: T0 + 3 * MINUTE, recoverAfterMs: 0 }
  const { places, areSent } = refreshes.keep({ ...about, alerts: [far] })
  expect(places).toEqual([0])
  expect(keeps(3 * MINUTE + SECOND, { endsAt: far.endsAt })).toBe(false)
  // The message after it is the last one now.
  areSent()
  expect(keeps(3 * MINUTE + 2 * SECOND, { endsAt: far.endsAt })).toBe(false)
})

test('a refresh that is sent has the texts of its groups, and an alert with other texts keeps its own', () => {
  keeps(0)
  saved(T0)
  const sent = (annotations: Record<string, string>) => {
    const alert = { ...POSTED, labels: { ...LABELS }, annotations, endsAt: T0 + 9 * MINUTE, fingerprint: PRINT }
    const about = { account: 'one', integration: 'prod', receivedAt: T0 + MINUTE, recoverAfterMs: 5 * MINUTE }
    expect(refreshes.keep({ ...about, alerts: [alert] }).places).toEqual([0])
    return alert
  }
  const refresh = sent({ summary: 'slow' })
  expect(refresh.labels).toBe(LABELS)
  expect(refresh.annotations).toBe(POSTED.annotations)
  expect(sent({ summary: 'slower' }).annotations).toEqual({ summary: 'slower' })
})

test('an alert without an end is refreshed by its recovery time', () => {
  keeps(0, { endsAt: undefined })
  saved(T0, ['g'], { timeout: true, endsAt: T0 + 5 * MINUTE })
  expect(keeps(MINUTE, { endsAt: undefined })).toBe(true)
  expect(refreshes.of('one', 'g').map(({ alert }) => alert.endsAt)).toEqual([T0 + 6 * MINUTE])
})

test('a save takes away the refreshes that it had, and names those that were kept meanwhile', () => {
  keeps(0)
  saved(T0)
  keeps(10 * SECOND)
  const before = refreshes.of('one', 'g')
  keeps(20 * SECOND)
  const meanwhile = refreshes.saved('one', 'g', before)
  expect(meanwhile.map(({ stamp }) => stamp.at)).toEqual([T0 + 20 * SECOND])
  expect(refreshes.saved('one', 'g', meanwhile)).toEqual([])
  expect(refreshes.of('one', 'g')).toEqual([])
})

test('a host at rest forgets which alerts it knows, and no refresh that it kept', () => {
  keeps(0)
  saved(T0)
  expect(keeps(10 * SECOND)).toBe(true)
  refreshes.forget()
  expect(refreshes.of('one', 'g')).toHaveLength(1)
  expect(keeps(20 * SECOND)).toBe(false)
  saved(T0 + 20 * SECOND)
  expect(keeps(30 * SECOND)).toBe(true)
})

test('refreshes are counted once, for the load of their integration', () => {
  keeps(0)
  saved(T0)
  keeps(10 * SECOND)
  keeps(20 * SECOND)
  expect(refreshes.takeCounts()).toEqual([{ account: 'one', integration: 'prod', events: 2, at: T0 + 20 * SECOND }])
  expect(refreshes.takeCounts()).toEqual([])
})
