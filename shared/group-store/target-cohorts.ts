import { isDeepStrictEqual } from 'node:util'
import type { Millis } from '../base/time.ts'
import type { AlertSet } from '../group/alert-sets.ts'
import { deliveryId } from '../group/content.ts'
import type { Group } from '../group/group.ts'
import type { Doubt, NotificationLogEntry } from '../group/heard.ts'
import { keysOf, type StoredKeys, storedKeys } from '../group/stored-keys.ts'
import type { OpenDelivery, SentDelivery, TargetState } from '../group/target-state.ts'
import { numberedSets, readSets, type StoredSet } from './stored-sets.ts'

/*
 * The states of a group's targets. Hundreds of targets are mostly told the same at the same time, so targets in an equal
 * state are stored as a cohort: the state once, and the keys of the targets. Sets of alerts are stored apart, each set
 * once. The id of a delivery is a function of group, target and content, and is stored only when the function gives
 * another id, for example after a new birth of the group. So 600 targets have some KiB, and not some hundred KiB.
 *
 * The order of the targets is not kept: the machine decides for each target alone.
 */

/** The states in JSON. */
export interface StoredTargets {
  sets: StoredSet[]
  cohorts: StoredCohort[]
}

interface StoredCohort extends StoredKeys {
  state: StoredState
  /** The time of each target's next attempt, in the order of the keys: chance draws another time for each target. */
  notBefore?: Millis[]
}

/**
 * A state with the number of each set. `delivery` is empty where `deliveryId` gives the id, and `notBefore` of a retry is
 * 0. `last` is mostly the open delivery.
 */
type StoredState = Omit<TargetState, 'told' | 'doubt' | 'unmentioned' | 'earlier' | 'open' | 'last'> & {
  told?: Numbered<NotificationLogEntry>
  doubt?: Numbered<Doubt>
  unmentioned?: number
  earlier?: { under: Record<string, number>; only: number; over: Record<string, number> }
  open?: Numbered<OpenDelivery>
  last?: Numbered<SentDelivery> | 'open'
}

interface Sets {
  readonly firing: AlertSet
  readonly resolved: AlertSet
  readonly leftOut?: AlertSet
}

interface Numbers {
  readonly firing: number
  readonly resolved: number
  readonly leftOut?: number
}

type Numbered<Heard extends Sets> = Omit<Heard, keyof Sets> & Numbers

/** A delivery, or an event that waits. */
interface HasId {
  readonly delivery: string
  readonly content: string
}

/** The id of a content that was opened as the target's content of this count. */
type IdOf = (content: string, count: number) => string

type Place = Pick<Group, 'id' | 'birth' | 'members' | 'tombstones'>

export function packTargets(group: Place & Pick<Group, 'targets'>): StoredTargets {
  const { sets, numberOf } = numberedSets(group)
  const cohorts = new Map<string, { state: StoredState; notBefore: Map<string, Millis | undefined> }>()
  for (const [key, state] of group.targets) {
    const stored = storedState(state, numberOf, idsOf(group, key))
    const text = JSON.stringify(stored)
    const cohort = cohorts.get(text) ?? { state: stored, notBefore: new Map() }
    cohorts.set(text, cohort)
    cohort.notBefore.set(key, state.retry?.notBefore)
  }
  const stored = Array.from(cohorts.values(), ({ state, notBefore }) => {
    const keys = storedKeys([...notBefore.keys()])
    const times = keysOf(keys).flatMap((key) => notBefore.get(key) ?? [])
    return { state, ...keys, ...(times.length > 0 && { notBefore: times }) }
  })
  return { sets, cohorts: stored }
}

/** The targets of a cohort share all that is equal for them. */
export function unpackTargets({ sets, cohorts }: StoredTargets, group: Place): Group['targets'] {
  const lists = readSets(sets, group)
  const targets: Group['targets'] = new Map()
  for (const { state, notBefore, ...keys } of cohorts) {
    const read = stateReader(state, lists)
    for (const [index, key] of keysOf(keys).entries()) targets.set(key, read(idsOf(group, key), notBefore?.[index]))
  }
  return targets
}

function idsOf(group: Place, key: string): IdOf {
  return (content, count) => deliveryId(group, key, { count }, { hash: content })
}

function storedState(state: TargetState, numberOf: (set: AlertSet) => number, idOf: IdOf): StoredState {
  const { count, told, doubt, unmentioned, earlier, last, open, retry, owedEvents } = state
  const numbered = <Heard extends Sets>({ firing, resolved, leftOut, ...heard }: Heard): Numbered<Heard> => {
    const numbers = { firing: numberOf(firing), resolved: numberOf(resolved) }
    return { ...heard, ...numbers, ...(leftOut && { leftOut: numberOf(leftOut) }) }
  }
  const withoutId = <Sent extends HasId>(sent: Sent, countThen: number): Sent =>
    sent.delivery === idOf(sent.content, countThen) ? { ...sent, delivery: '' } : sent
  return {
    ...state,
    told: told && numbered(told),
    doubt: doubt && numbered(doubt),
    unmentioned: unmentioned && numberOf(unmentioned),
    earlier: earlier && {
      under: eachKey(earlier.under, numberOf),
      only: numberOf(earlier.only),
      over: eachKey(earlier.over, numberOf),
    },
    open: open && numbered(withoutId(open, countAt(state, 0))),
    last: last && (isOpen(last, open) ? 'open' : numbered(withoutId(last, count))),
    retry: retry && { ...retry, notBefore: 0 },
    owedEvents: owedEvents?.map((event, index) => withoutId(event, countAt(state, index))),
  }
}

/** Reads the state of one target after the other. */
function stateReader(
  { told, doubt, unmentioned, earlier, open, last, retry, owedEvents, ...rest }: StoredState,
  lists: readonly AlertSet[],
): (idOf: IdOf, notBefore: Millis | undefined) => TargetState {
  const listOf = (number: number): AlertSet => lists[number]!
  const withSets = <Heard extends Numbers>({ firing, resolved, leftOut, ...heard }: Heard) => ({
    ...heard,
    firing: lists[firing]!,
    resolved: lists[resolved]!,
    ...(leftOut !== undefined && { leftOut: lists[leftOut]! }),
  })
  const same = {
    ...rest,
    ...(told && { told: withSets(told) }),
    ...(doubt && { doubt: withSets(doubt) }),
    ...(unmentioned !== undefined && { unmentioned: lists[unmentioned]! }),
    ...(earlier && {
      earlier: {
        under: eachKey(earlier.under, listOf),
        only: listOf(earlier.only),
        over: eachKey(earlier.over, listOf),
      },
    }),
  }
  if (open === undefined && last === undefined && retry === undefined && owedEvents === undefined)
    return () => same as TargetState
  const sameOpen = open && withSets(open)
  const sameLast = last === undefined || last === 'open' ? undefined : withSets(last)
  return (idOf, notBefore = 0) => {
    const withId = <Sent extends HasId>(sent: Sent, countThen: number): Sent =>
      sent.delivery === '' ? { ...sent, delivery: idOf(sent.content, countThen) } : sent
    const events = owedEvents?.map((event, index) => withId(event, countAt({ ...rest, owedEvents }, index)))
    const opened = sameOpen && withId(sameOpen, countAt({ ...rest, owedEvents }, 0))
    const sent = last === 'open' ? withoutDeadline(opened) : sameLast && withId(sameLast, rest.count)
    return {
      ...same,
      ...(opened && { open: opened }),
      ...(sent && { last: sent }),
      ...(retry && { retry: { ...retry, notBefore } }),
      ...(events && { owedEvents: events }),
    } as TargetState
  }
}

function eachKey<From, To>(under: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(under).map(([group, value]) => [group, change(value)]))
}

function isOpen(last: SentDelivery, open: OpenDelivery | undefined): boolean {
  return isDeepStrictEqual(last, withoutDeadline(open))
}

function withoutDeadline(open: OpenDelivery | undefined): SentDelivery | undefined {
  if (open === undefined) return undefined
  const { deadline: _, ...sent } = open
  return sent
}

/**
 * The count of a target when it was owed the event of this index; without events, the present count. Each event counts,
 * so the last event has the present count.
 */
function countAt({ count, owedEvents = [] }: Pick<TargetState, 'count' | 'owedEvents'>, index: number): number {
  return count - Math.max(0, owedEvents.length - 1 - index)
}
