import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import { MINUTE, type Millis } from '../../../shared/base/time.ts'
import type { Policy } from '../../../shared/config/config.ts'
import { UNROUTED } from '../../../shared/config/unrouted.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { unbornGroup } from '../../../shared/group/advance.ts'
import type { Context, Input } from '../../../shared/group/context.ts'
import type { Group } from '../../../shared/group/group.ts'
import { BODY_BYTES } from '../../../shared/group/parts.ts'

export const START: Millis = 1_700_000_000_000

/** The group of these tests, empty. */
export function unborn(now: Millis = START): Group {
  return unbornGroup('acme', 'g'.repeat(32), 'p', {}, { now, revision: '1' })
}

/** One moment of the group under a policy that tells `hook`, or under the given policy. */
export function context(now: Millis, policy: Partial<Policy> = {}, more: Partial<Context> = {}): Context {
  return {
    now,
    chance: () => 0.5,
    revision: '1',
    since: 0,
    policy: { ...UNROUTED, id: 'p', targets: [notificationTarget('hook')], ...policy },
    channel: () => undefined,
    muted: () => undefined,
    groupKey: '{}:{}',
    bodyBytes: BODY_BYTES,
    messageLifeMs: MINUTE,
    ...more,
  }
}

export type AlertInput = Extract<Input, { kind: 'alert' }>

/** An alert with an end given by its sender, as part of a batch. */
export function alertInput(
  labels: Labels,
  { at = START, tie, endsAt, key = fingerprint(labels) }: { at?: Millis; tie: string; endsAt: Millis; key?: string },
): AlertInput {
  const origin = { account: 'acme', integration: 'default' }
  const alert = { labels, annotations: {}, startsAt: START, endsAt, timeout: false, origin }
  return { kind: 'alert', arrival: { fingerprint: key, alert, stamp: { at, tie }, claimedEnd: endsAt } }
}

/** The arrival of the open delivery to `hook`. */
export function arrived(group: Group, at: Millis): Input {
  const { delivery } = group.targets.get('hook')!.open!
  return { kind: 'outcome', target: 'hook', delivery, attempt: 1, outcome: { kind: 'arrived', at } }
}
