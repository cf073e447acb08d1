import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Reason, reasonKey, sameReason } from '../../../shared/reason/reason.ts'
import { REASON_CODES, renderReason } from '../../../shared/reason/render.ts'

/** English texts in answers of the API. Clients may show a text; a program reads `why` instead. */
const TEXTS: [Reason, string][] = [
  [{ code: 'inhibited', source: 'f1', rule: 'r' }, 'inhibited by f1'],
  [{ code: 'outside-active-intervals', intervals: ['a', 'b'] }, 'outside active interval a, b'],
  [{ code: 'muted-by-interval', interval: 'nights' }, 'muted by interval nights'],
  [{ code: 'silenced', silence: 's1' }, 'silenced by s1'],
  [{ code: 'first' }, 'first'],
  [{ code: 'new-alerts' }, 'new-alerts'],
  [{ code: 'all-resolved' }, 'all-resolved'],
  [{ code: 'some-resolved' }, 'some-resolved'],
  [{ code: 'claim' }, 'claim'],
  [{ code: 'repeat' }, 'repeat'],
  [{ code: 'escalated' }, 'escalated'],
  [{ code: 'fallback' }, 'fallback'],
  [{ code: 'replay' }, 'replay'],
  [{ code: 'test' }, 'test'],
  [{ code: 'closed' }, 'closed'],
  [{ code: 'lifecycle' }, 'lifecycle'],
  [{ code: 'event', event: 'create' }, 'create'],
  [{ code: 'target-gone' }, 'the target said it is gone (410)'],
  [{ code: 'nothing-arrived', days: 5 }, 'nothing arrived for 5 days'],
  [{ code: 'paused', pause: { code: 'target-gone' } }, 'paused: the target said it is gone (410)'],
  [{ code: 'told-already' }, 'told already'],
  [{ code: 'told-already-resolved-unsent' }, 'told already; what resolved is not sent'],
  [{ code: 'nothing-told-fires' }, 'nothing fires that it was told of'],
  [{ code: 'all-resolved-unsent' }, 'all resolved, and the channel does not send resolved'],
  [{ code: 'claimed', handler: 'mei' }, 'mei has it in hand'],
  [{ code: 'not-asked' }, 'no step that holds names it'],
  [{ code: 'outside-period', opensAt: 0 }, 'outside of its period, until 1970-01-01T00:00:00.000Z'],
  [{ code: 'end-waits-for-period', opensAt: 0 }, 'the end is told in its period, from 1970-01-01T00:00:00.000Z'],
  [{ code: 'period-too-far' }, 'its period opens too long after the end, and the end is not told'],
  [{ code: 'nobody' }, 'nobody is told: no step that holds names anybody now'],
  [{ code: 'handler-gone', handler: 'mei' }, 'mei is disabled or removed'],
  [{ code: 'resolved-before-flush' }, 'resolved before the first flush'],
  [{ code: 'resolved-before-told' }, 'resolved before anybody was told'],
  [{ code: 'end-dropped' }, 'it ended while it was muted, and the end is not told'],
  [{ code: 'not-named' }, 'the policy names it no longer'],
  [{ code: 'channel-gone' }, 'the channel is gone'],
  [{ code: 'alerts-moved' }, 'a changed configuration moved the alerts to other groups'],
  [{ code: 'nothing-left' }, 'the group has no alert any more'],
  [{ code: 'superseded' }, 'a newer message took its place'],
  [{ code: 'end-waits' }, 'the end is told when the muting is over'],
  [{ code: 'too-many-events', limit: 500 }, 'more than 500 events wait; this one is given up'],
  [{ code: 'not-a-lifecycle-channel' }, 'the policy names it no longer as a life-cycle channel'],
  [{ code: 'channel-paused-too-long', event: 'close' }, 'close: its channel was paused too long'],
  [{ code: 'policy-removed', event: 'claim' }, 'claim: the policy was removed'],
  [{ code: 'policy-removed' }, 'its policy was removed'],
  [{ code: 'alerts-fire' }, 'alerts fire'],
  [{ code: 'alerts-resolved' }, 'all alerts resolved'],
  [{ code: 'action', action: 'claim', handler: 'mei' }, 'claimed'],
  [{ code: 'action', action: 'assign', handler: 'jo' }, 'assigned to jo'],
  [{ code: 'action', action: 'unclaim' }, 'not claimed any more'],
  [{ code: 'action', action: 'comment' }, 'comment'],
  [{ code: 'action', action: 'close' }, 'closed by hand'],
  [{ code: 'action', action: 'reopen' }, 'reopened'],
  [{ code: 'incident-over' }, 'the incident is over'],
  [{ code: 'incident-open-already' }, 'it is open already'],
  [{ code: 'incident-closed' }, 'the incident is closed'],
  [{ code: 'another-incident-open' }, 'another incident of the group is open'],
  [{ code: 'failed', failure: 'serverError', detail: 'hook.test: status 503' }, 'serverError: hook.test: status 503'],
]

describe('the text of a reason', () => {
  test.each(TEXTS)('%j reads %s', (reason, text) => {
    expect(renderReason(reason)).toBe(text)
  })

  test('is pinned for every code', () => {
    expect([...new Set(TEXTS.map(([{ code }]) => code))].sort()).toEqual([...REASON_CODES].sort())
  })

  test('is explained for every code in docs/operating.md', () => {
    const page = readFileSync('docs/operating.md', 'utf8')
    expect(REASON_CODES.filter((code) => !page.includes(`\`${code}\``))).toEqual([])
  })

  test('of a newer version is its code', () => {
    expect(renderReason({ code: 'unheard-of', after: 1 } as unknown as Reason)).toBe('unheard-of')
  })
})

test.each<[Reason | undefined, Reason | undefined, boolean]>([
  [{ code: 'inhibited', source: 'a', rule: 'r' }, { rule: 'r', source: 'a', code: 'inhibited' }, true],
  [{ code: 'inhibited', source: 'a', rule: 'r' }, { code: 'inhibited', source: 'a', rule: 's' }, false],
  [{ code: 'policy-removed', event: undefined }, { code: 'policy-removed' }, true],
  // Sentences of two reasons may read alike; the reasons differ.
  [{ code: 'event', event: 'comment' }, { code: 'action', action: 'comment' }, false],
  [{ code: 'told-already' }, undefined, false],
  [undefined, undefined, true],
])('%j and %j are the same: %s', (a, b, same) => {
  expect(sameReason(a, b)).toBe(same)
  if (a !== undefined && b !== undefined) expect(reasonKey(a) === reasonKey(b)).toBe(same)
})
