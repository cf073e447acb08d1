import { type Alert, type Fingerprint, type PostedAlert, sameOrigin } from '../alert/alert.ts'
import { sameLabels } from '../alert/labels.ts'
import { placeOf, type Stamp } from '../alert/stamp.ts'
import { MAX_MILLIS, MINUTE, type Millis, SECOND } from '../base/time.ts'
import type { Arrival } from '../group/fold.ts'
import type { AlertsReceived } from '../message/message.ts'
import { originOf } from '../message/origin.ts'

/*
 * A refresh is a known alert that fires, sent again with nothing new but a later end. Prometheus refreshes each alert
 * once a minute. On one machine, where ingest and dispatch share a process, a refresh is kept here, in memory, and is
 * written with the next decision on its group: at the latest when the stored end is over.
 *
 * Never early: the decision on a group takes the kept refreshes first, so no alert ends while its sender goes on. Lost
 * with the process is at most `UNWRITTEN_MS` of an end, and `ends-after-start.ts` makes up for that time. An alert is
 * known from the save in all of its groups until ingest sends news of the alert; so a kept refresh never overtakes a
 * message with news. A refresh that moves the stored end too far is sent. Once the queue has the refresh, the end is as
 * good as stored, and the alert stays known: stamps say which refresh is newer, in any order of dispatch.
 */

/** The longest time by which a kept refresh moves a stored end; shorter for alerts with an end close by. */
export const UNWRITTEN_MS = 2 * MINUTE

/** A stored end this close is written anew: a decision that began already may find the alert ended. */
const CLOSE_MS = 30 * SECOND

/** Alerts known at most. Beyond, all are forgotten, and each is known again after its next message. */
const MOST_KNOWN = 300_000

/** An alert of a post, with its fingerprint. */
export type SentAlert = PostedAlert & { fingerprint: Fingerprint }

type SentAlerts = Omit<AlertsReceived, 'v' | 'kind' | 'alerts' | 'rule'> & { alerts: readonly SentAlert[] }

/** The number of kept refreshes of an integration, and the moment of the last one. */
export interface RefreshCount {
  account: string
  integration: string
  events: number
  at: Millis
}

/** Takes refreshes before the queue. */
export interface RefreshKeeper {
  /** Whether refreshes of the integration are kept at all. */
  keeps(integration: { settings: Readonly<Record<string, unknown>> }): boolean
  /** Keeps the refreshes among the alerts of a post. The other alerts go to dispatch, and may get equal texts of memory. */
  keep(sent: SentAlerts): Others
}

/** The refreshes that a process keeps, of all accounts. */
export interface Refreshes extends RefreshKeeper {
  /** The kept refreshes of a group. */
  of(account: string, group: string): readonly Arrival[]
  /**
   * The group was saved, with these refreshes. Returns the refreshes that were kept meanwhile: no decision has seen
   * them.
   */
  saved(account: string, group: string, refreshes: readonly Arrival[]): readonly Arrival[]
  /** Dispatch decides by this revision of the account's configuration: under another one alerts have other groups. */
  decidedBy(account: string, revision: string): void
  /** The alert was saved in all of its groups. */
  learn(account: string, arrival: Arrival, groups: readonly string[]): void
  /** The counts since the last call. */
  takeCounts(): RefreshCount[]
  /**
   * Forgets which alerts are known, and no refresh that is kept. For a host at rest: while no message is on its way to
   * dispatch, no later message has the place of one before.
   */
  forget(): void
}

/** The alerts of a post that are no kept refreshes. */
export interface Others {
  /** The places of the alerts in the post. */
  places: readonly number[]
  /** To be called when the queue has the alerts. */
  areSent(): void
}

interface Known {
  /** As saved in every group; its end is the stored end, or the end in a message that the queue has. */
  alert: Alert
  groups: readonly string[]
  /** The configuration under which the alert has these groups. */
  revision: string | undefined
}

/** An alert, as far as ingest and dispatch have told. */
interface State {
  known: Known | undefined
  /** Is known as soon as the queue has the last message. */
  next: Known | undefined
  /** The place in the order of the last message that was sent to dispatch, until dispatch has saved the message. */
  place: Millis | undefined
  /** The number of messages that were sent at that place. */
  count: number
}

export function createRefreshes(): Refreshes {
  const accounts = new Map<string, OfAccount>()
  const counts = new Map<string, RefreshCount>()
  let kept = 0
  const of = (account: string): OfAccount => {
    const found = accounts.get(account) ?? { states: new Map(), byGroup: new Map() }
    accounts.set(account, found)
    return found
  }
  return {
    keeps: () => true,
    keep(sent) {
      const here = of(sent.account)
      const places: number[] = []
      const following: [State, Known][] = []
      const times: ReceivedAt = { receivedAt: sent.receivedAt, order: sent.order }
      for (const [place, alert] of sent.alerts.entries()) {
        const { fingerprint } = alert
        const known = knownOf(here, fingerprint)
        const endsAt = endOf(alert, sent)
        const refreshes = known !== undefined && isRefresh(known.alert, alert, endsAt, sent)
        if (refreshes && isShort(known.alert, endsAt, sent)) {
          keepRefresh(here, { known, fingerprint, endsAt, times, count: ++kept })
          continue
        }
        const state = noteSent(here, fingerprint, sent.order ?? sent.receivedAt)
        places.push(place)
        if (!refreshes) continue
        takeTexts(alert, known.alert)
        state.next = { ...known, alert: { ...known.alert, endsAt } }
        following.push([state, state.next])
      }
      if (places.length < sent.alerts.length) count(counts, sent, sent.alerts.length - places.length)
      const areSent = (): void => {
        for (const [state, next] of following) if (state.next === next) state.known = next
      }
      return { places, areSent }
    },
    of: (account, group) => Array.from(accounts.get(account)?.byGroup.get(group)?.values() ?? [], arrivalOf),
    saved(account, group, refreshes) {
      const { byGroup } = of(account)
      const left = byGroup.get(group)
      if (left === undefined) return []
      for (const refresh of refreshes) {
        if (left.get(refresh.fingerprint)?.arrival === refresh) left.delete(refresh.fingerprint)
      }
      if (left.size === 0) byGroup.delete(group)
      return Array.from(left.values(), arrivalOf)
    },
    decidedBy(account, revision) {
      of(account).revision = revision
    },
    learn(account, arrival, groups) {
      const { states, revision } = of(account)
      const { fingerprint, alert, stamp } = arrival
      const state = states.get(fingerprint)
      if (state === undefined) return
      const isLast = state.place === placeOf(stamp)
      // Two messages have the same place in the order: the other message may be on the way.
      const isSaved = isLast && state.count === 1 && alert.endsAt > stamp.at
      state.known = isSaved ? { alert, groups, revision } : undefined
      state.next = undefined
      if (isLast) state.place = undefined
      if (isLast && !isSaved) states.delete(fingerprint)
    },
    takeCounts() {
      const taken = [...counts.values()]
      counts.clear()
      return taken
    },
    forget() {
      for (const { states } of accounts.values()) states.clear()
    },
  }
}

interface OfAccount {
  revision?: string
  states: Map<Fingerprint, State>
  byGroup: Map<string, Map<Fingerprint, KeptRefresh>>
}

/** Undefined: not known, or known under another configuration, by which the alert may have other groups. */
function knownOf({ states, revision }: OfAccount, fingerprint: Fingerprint): Known | undefined {
  const known = states.get(fingerprint)?.known
  return known?.revision === revision ? known : undefined
}

/** The alert is not known until dispatch has saved the message. */
function noteSent({ states }: OfAccount, fingerprint: Fingerprint, place: Millis): State {
  const state = states.get(fingerprint)
  if (state !== undefined) {
    state.count = state.place === place ? state.count + 1 : 1
    state.place = place
    state.known = undefined
    state.next = undefined
    return state
  }
  if (states.size >= MOST_KNOWN) states.clear()
  const first = { known: undefined, next: undefined, place, count: 1 }
  states.set(fingerprint, first)
  return first
}

interface ReceivedAt {
  receivedAt: Millis
  order: Millis | undefined
}

/** A kept refresh. Most are replaced by the next one before a decision asks, so the arrival is made for the decision. */
interface KeptRefresh {
  known: Known
  fingerprint: Fingerprint
  endsAt: Millis
  /** When the post was received, without its alerts. */
  times: ReceivedAt
  /** The number of refreshes that the process kept before, and this one. */
  count: number
  arrival?: Arrival
}

function keepRefresh({ byGroup }: OfAccount, refresh: KeptRefresh): void {
  const { known, fingerprint } = refresh
  for (const group of known.groups) {
    const inGroup = byGroup.get(group) ?? new Map<Fingerprint, KeptRefresh>()
    byGroup.set(group, inGroup)
    const before = inGroup.get(fingerprint)
    if (before === undefined || placeIn(before) <= placeIn(refresh)) inGroup.set(fingerprint, refresh)
  }
}

function placeIn({ times: { receivedAt, order = receivedAt } }: KeptRefresh): Millis {
  return order
}

function arrivalOf(refresh: KeptRefresh): Arrival {
  const { known, fingerprint, endsAt, times, count } = refresh
  refresh.arrival ??= {
    fingerprint,
    alert: { ...known.alert, endsAt },
    stamp: stampOf(times, count),
    claimedEnd: endsAt,
  }
  return refresh.arrival
}

/** Whether so little of the end is only in memory that the end may be kept there. */
function isShort(stored: Alert, endsAt: Millis, { receivedAt }: SentAlerts): boolean {
  return endsAt - stored.endsAt <= Math.min(UNWRITTEN_MS, (endsAt - receivedAt) / 2)
}

/** Whether the posted alert says nothing new but its end, of an alert that no decision finds ended meanwhile. */
function isRefresh(stored: Alert, posted: SentAlert, endsAt: Millis, sent: SentAlerts): boolean {
  if (endsAt < stored.endsAt || stored.endsAt - sent.receivedAt < CLOSE_MS) return false
  return (
    (posted.endsAt === undefined) === stored.timeout &&
    posted.startsAt === stored.startsAt &&
    posted.generatorURL === stored.generatorURL &&
    sameLabels(posted.labels, stored.labels) &&
    sameLabels(posted.annotations, stored.annotations) &&
    sameOrigin(originOf(sent, posted), stored.origin)
  )
}

/** The groups keep the texts that they have, and compare them at a glance: new texts would be garbage among old objects. */
function takeTexts(posted: SentAlert, { labels, annotations, generatorURL }: Alert): void {
  posted.labels = labels
  posted.annotations = annotations
  if (generatorURL !== undefined) posted.generatorURL = generatorURL
}

/** The end as dispatch computes the end of a message that is received at once. */
function endOf({ endsAt, recoverAfterMs }: PostedAlert, sent: SentAlerts): Millis {
  if (endsAt !== undefined) return endsAt
  const after = recoverAfterMs ?? sent.recoverAfterMs
  return after === 0 ? MAX_MILLIS : sent.receivedAt + after
}

/** The tie is unique in the process; no message of the queue has such a tie. */
function stampOf({ receivedAt, order }: ReceivedAt, kept: number): Stamp {
  const tie = `refresh-${String(kept).padStart(12, '0')}`
  return order === undefined ? { at: receivedAt, tie } : { at: receivedAt, tie, order }
}

function count(counts: Map<string, RefreshCount>, sent: SentAlerts, events: number): void {
  const { account, integration, receivedAt: at } = sent
  const key = JSON.stringify([account, integration])
  const known = counts.get(key)
  counts.set(key, { account, integration, events: events + (known?.events ?? 0), at })
}
