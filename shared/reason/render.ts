import { toRfc3339 } from '../base/time.ts'
import type { ActionReason, Reason } from './reason.ts'

/**
 * The English text of a reason. Only this file builds such texts, and no code parses a text. Functions deploy one by
 * one, so a function may read a code of a newer version: the text is then the code.
 */
export function renderReason(reason: Reason): string {
  const text = TEXTS[reason.code] as ((reason: Reason) => string) | undefined
  return text?.(reason) ?? reason.code
}

const TEXTS: { [Code in Reason['code']]: (reason: Extract<Reason, { code: Code }>) => string } = {
  inhibited: ({ source }) => `inhibited by ${source}`,
  'outside-active-intervals': ({ intervals }) => `outside active interval ${intervals.join(', ')}`,
  'muted-by-interval': ({ interval }) => `muted by interval ${interval}`,
  silenced: ({ silence }) => `silenced by ${silence}`,
  first: () => 'first',
  'new-alerts': () => 'new-alerts',
  'all-resolved': () => 'all-resolved',
  'some-resolved': () => 'some-resolved',
  repeat: () => 'repeat',
  escalated: () => 'escalated',
  fallback: () => 'fallback',
  replay: () => 'replay',
  claim: () => 'claim',
  closed: () => 'closed',
  lifecycle: () => 'lifecycle',
  test: () => 'test',
  event: ({ event }) => event,
  'target-gone': () => 'the target said it is gone (410)',
  'nothing-arrived': ({ days }) => `nothing arrived for ${days} days`,
  paused: ({ pause }) => `paused: ${renderReason(pause)}`,
  'told-already': () => 'told already',
  'told-already-resolved-unsent': () => 'told already; what resolved is not sent',
  'nothing-told-fires': () => 'nothing fires that it was told of',
  'all-resolved-unsent': () => 'all resolved, and the channel does not send resolved',
  claimed: ({ handler }) => `${handler} has it in hand`,
  'not-asked': () => 'no step that holds names it',
  'outside-period': ({ opensAt }) => `outside of its period, until ${toRfc3339(opensAt)}`,
  'end-waits-for-period': ({ opensAt }) => `the end is told in its period, from ${toRfc3339(opensAt)}`,
  'period-too-far': () => 'its period opens too long after the end, and the end is not told',
  nobody: () => 'nobody is told: no step that holds names anybody now',
  'resolved-before-flush': () => 'resolved before the first flush',
  'resolved-before-told': () => 'resolved before anybody was told',
  'not-named': () => 'the policy names it no longer',
  'channel-gone': () => 'the channel is gone',
  'nothing-left': () => 'the group has no alert any more',
  superseded: () => 'a newer message took its place',
  'end-waits': () => 'the end is told when the muting is over',
  'end-dropped': () => 'it ended while it was muted, and the end is not told',
  'too-many-events': ({ limit }) => `more than ${limit} events wait; this one is given up`,
  'not-a-lifecycle-channel': () => 'the policy names it no longer as a life-cycle channel',
  'channel-paused-too-long': ({ event }) => `${event}: its channel was paused too long`,
  'policy-removed': ({ event }) =>
    event === undefined ? 'its policy was removed' : `${event}: the policy was removed`,
  'alerts-fire': () => 'alerts fire',
  'alerts-resolved': () => 'all alerts resolved',
  'alerts-moved': () => 'a changed configuration moved the alerts to other groups',
  action: (reason) => (reason.action === 'assign' ? `assigned to ${reason.handler}` : ACTIONS[reason.action]),
  'incident-over': () => 'the incident is over',
  'incident-open-already': () => 'it is open already',
  'incident-closed': () => 'the incident is closed',
  'handler-gone': ({ handler }) => `${handler} is disabled or removed`,
  'another-incident-open': () => 'another incident of the group is open',
  failed: ({ failure, detail }) => `${failure}: ${detail}`,
}

const ACTIONS: Record<Exclude<Extract<ActionReason, { code: 'action' }>['action'], 'assign'>, string> = {
  claim: 'claimed',
  unclaim: 'not claimed any more',
  comment: 'comment',
  close: 'closed by hand',
  reopen: 'reopened',
}

/** Every code, for the description of the API and for the documents. */
export const REASON_CODES = Object.keys(TEXTS) as Reason['code'][]
