import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import { MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import type { Channel, Policy } from '../../../shared/config/config.ts'
import { UNROUTED } from '../../../shared/config/unrouted.ts'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { advance, unbornGroup } from '../../../shared/group/advance.ts'
import type { Context, Decision, Input } from '../../../shared/group/context.ts'
import type { Group, LogEntry } from '../../../shared/group/group.ts'
import { targetsOf } from '../../../shared/group/log-entry.ts'
import { BODY_BYTES } from '../../../shared/group/parts.ts'
import { forgetting } from '../../../shared/group/target-state.ts'
import { renderReason } from '../../../shared/reason/render.ts'

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
    peopleRevision: '0',
    since: 0,
    policy: { ...UNROUTED, id: 'p', targets: [notificationTarget('hook')], ...policy },
    channel: () => undefined,
    user: () => undefined,
    muted: () => undefined,
    groupKey: '{}:{}',
    openGroups: new Map(),
    bodyBytes: BODY_BYTES,
    messageLifeMs: MINUTE,
    maxDelayMs: 15 * MINUTE,
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

/** The circumstances under which a group is played; each step may change them. */
export interface Play {
  /** Beside the first flush at once, and a flush every 30 s. */
  policy: Partial<Policy>
  channels: Partial<Channel>[]
  muted: Context['muted']
  revision: string
  silenceEnds: Millis | undefined
}

/** A group that goes through a test's steps, with all that was told and noted. Seconds count from `START`. */
export function play(first: Partial<Play> = {}) {
  const nothing: Play = { policy: {}, channels: [], muted: () => undefined, revision: '1', silenceEnds: undefined }
  const now: Play = { ...nothing, ...first }
  let group = unborn()
  const contents = new Map<string, Delivery>()
  const told: string[] = []
  const noted: { at: number; entry: LogEntry }[] = []
  const decisions: Decision[] = []
  const step = (seconds: number, ...inputs: Input[]): Decision => {
    const at = START + seconds * SECOND
    const policy = { groupWaitMs: 0, groupIntervalMs: 30 * SECOND, ...now.policy }
    const channel = (id: string): Channel | undefined => {
      const given = now.channels.find((one) => one.id === id)
      return given && { id, type: 'webhook', sendResolved: true, settings: {}, ...given }
    }
    const decision = advance(
      group,
      inputs,
      context(at, policy, { channel, muted: now.muted, revision: now.revision, silenceEnds: now.silenceEnds }),
    )
    group = decision.group
    decisions.push(decision)
    for (const delivery of decision.contents) contents.set(delivery.id, delivery)
    for (const { target, delivery } of decision.open) {
      const { alerts, reason, event } = contents.get(delivery)!.notification
      const words = alerts.map(({ labels, endsAt }) => `${labels.n}${endsAt === undefined ? '+' : '-'}`)
      told.push(`${seconds} ${target} ${event?.type ?? reason}: ${words.join(' ')}`)
    }
    noted.push(...group.log.map((entry) => ({ at: seconds, entry })))
    return decision
  }
  return {
    step,
    /** A changed configuration put these alerts into other groups. */
    move(seconds: number, ...prints: string[]): Decision {
      const members = new Map([...group.members].filter(([print]) => prints.includes(print)))
      group = { ...group, members: new Map([...group.members].filter(([print]) => !prints.includes(print))) }
      for (const [key, state] of group.targets) group.targets.set(key, forgetting(state, prints))
      return step(seconds, { kind: 'moved', members })
    },
    /** Changes what the following steps are decided under. */
    under: (change: Partial<Play>): void => void Object.assign(now, change),
    group: () => group,
    decisions,
    /** `0 hook first: a+ b-`: each attempt, with its alerts that fire or are resolved. */
    told,
    /** `30 hook told-already`, of the entries of a kind. */
    noted: (kind: LogEntry['kind']) =>
      noted
        .filter(({ entry }) => entry.kind === kind)
        .map(({ at, entry }) => [at, ...targetsOf(entry), renderReason(entry.reason)].join(' ')),
    /** An alert that fires until a second, or its end. */
    alert(seconds: number, n: string, endSeconds = 3600): AlertInput {
      const [at, endsAt] = [START + seconds * SECOND, START + endSeconds * SECOND]
      return alertInput({ n }, { at, tie: `${n}${seconds}`, endsAt, key: n })
    },
    end(seconds: number, n: string): AlertInput {
      return alertInput(
        { n },
        { at: START + seconds * SECOND, tie: `${n}${seconds}`, endsAt: START + seconds * SECOND, key: n },
      )
    },
    /** The outcome of the attempt that is open to the target. */
    came(seconds: number, target = 'hook', kind: 'arrived' | 'refused' | 'ambiguous' | 'dead' = 'arrived'): Decision {
      const { delivery, attempt } = group.targets.get(target)!.open!
      const at = START + seconds * SECOND
      const outcome = kind === 'arrived' ? { kind, at } : { kind, at, reason: 'timeout' as const, detail: '' }
      return step(seconds, { kind: 'outcome', target, delivery, attempt, outcome })
    },
  }
}
