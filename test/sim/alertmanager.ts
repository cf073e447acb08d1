import type { Labels } from '../../shared/alert/labels.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { InhibitRule, Policy } from '../../shared/config/config.ts'
import type { Sections } from '../../shared/config/sections.ts'
import type { Matcher } from '../../shared/matcher/matcher.ts'

/*
 * A small Alertmanager: a single thread, no fault, no step takes time. Its behaviour is the behaviour of
 * prometheus/alertmanager (facts from dispatch/, notify/, provider/mem/, inhibit/, Apache-2.0), written without a look
 * at the product. The model shares no code with the product, or both could be wrong alike. The notification log of the
 * model forgets nothing: upstream collects entries older than twice the repeat interval now and then, which decides the
 * messages about alerts that were muted for so long.
 *
 * A policy with `silencedEnds: told` differs in one point: the end of an alert that resolves while it is muted is told
 * when the muting is over, to the targets that were told of the firing.
 */

interface PostedToIt {
  at: Millis
  labels: Labels
  startsAt: Millis
  endsAt?: Millis
}

interface Silenced {
  from: Millis
  until: Millis
  name: string
}

interface Alert {
  labels: Labels
  startsAt: Millis
  endsAt: Millis
  timeout: boolean
}

interface AggregationGroup {
  policy: Policy
  labels: Labels
  next: Millis
  alerts: Map<string, Alert>
}

interface LogEntry {
  at: Millis
  firing: Set<string>
  resolved: Set<string>
  /** Told as firing once, and muted when the target was told of others. */
  missed: Set<string>
}

export interface Notification {
  at: Millis
  policy: string
  labels: Labels
  target: string
  reason: string
  alerts: { labels: Labels; startsAt: Millis; endsAt?: Millis }[]
}

type Settings = Pick<Sections, 'policies' | 'channels' | 'inhibitRules'> & { resolveTimeoutMs: number }

/** The messages of an account's Alertmanager until the end. Posts come in order of time. */
export function alertmanager(
  settings: Settings,
  silences: Silenced[],
  posts: PostedToIt[],
  until: Millis,
): Notification[] {
  const provider = new Map<string, Alert>()
  const groups = new Map<string, AggregationGroup>()
  const log = new Map<string, LogEntry>()
  const told: Notification[] = []
  let coming = 0
  for (;;) {
    const flushAt = Math.min(...[...groups.values()].map(({ next }) => next))
    const postAt = posts[coming]?.at ?? Number.POSITIVE_INFINITY
    if (Math.min(flushAt, postAt) > until) return told
    if (postAt <= flushAt) take(posts[coming++]!)
    else for (const [key, group] of groups) if (group.next === flushAt) flush(key, group)
  }

  function take({ at, labels, startsAt, endsAt }: PostedToIt): void {
    const id = identity(labels)
    const timeout = endsAt === undefined
    const newer = { labels, startsAt, endsAt: endsAt ?? at + settings.resolveTimeoutMs, timeout }
    const older = provider.get(id)
    const overlap =
      older !== undefined &&
      ((newer.endsAt > older.startsAt && newer.endsAt < older.endsAt) ||
        (newer.startsAt > older.startsAt && newer.startsAt < older.endsAt))
    const alert = overlap ? merge(older, newer, at) : newer
    provider.set(id, alert)
    for (const policy of settings.policies) {
      if (!matches(policy.match, labels)) continue
      const own = grouped(policy, labels)
      const key = `${policy.id} ${identity(own)}`
      let group = groups.get(key)
      if (group === undefined) {
        const old = alert.startsAt + policy.groupWaitMs < at
        group = { policy, labels: own, next: old ? at : at + policy.groupWaitMs, alerts: new Map() }
        groups.set(key, group)
      }
      group.alerts.set(id, alert)
    }
  }

  function flush(key: string, group: AggregationGroup): void {
    const now = group.next
    group.next = now + group.policy.groupIntervalMs
    const heard = [...group.alerts].filter(([, { labels }]) => !inhibited(labels, now) && !silenced(labels, now))
    if (heard.length > 0) for (const { channel: target } of group.policy.targets) notify(key, group, target, heard, now)
    // Sends never fail here, so a resolved alert leaves after the flush, and so does an empty group.
    for (const [id, alert] of group.alerts) {
      if (alert.endsAt > now) continue
      const muted = heard.every(([other]) => other !== id)
      if (muted && group.policy.silencedEnds === 'told' && waits(key, group, id)) continue
      group.alerts.delete(id)
    }
    if (group.alerts.size === 0) groups.delete(key)
  }

  /** Whether the end of a muted alert waits for a target; a target that is sent no ends takes the end as known. */
  function waits(key: string, { policy }: AggregationGroup, id: string): boolean {
    const entries = policy.targets.flatMap(({ channel }) => {
      const entry = log.get(`${key} ${channel}`)
      return entry === undefined ? [] : [{ entry, sent: sendsEnds(channel) }]
    })
    if (entries.some(({ entry, sent }) => sent && (entry.firing.has(id) || entry.missed.has(id)))) return true
    for (const { entry, sent } of entries)
      if (!sent) for (const known of [entry.firing, entry.resolved]) known.delete(id)
    return false
  }

  function sendsEnds(channel: string): boolean {
    return settings.channels.find(({ id }) => id === channel)!.sendResolved
  }

  function notify(
    key: string,
    { policy, labels, alerts: here }: AggregationGroup,
    target: string,
    heard: [string, Alert][],
    now: Millis,
  ): void {
    const firing = new Set(heard.filter(([, alert]) => alert.endsAt > now).map(([id]) => id))
    const resolved = new Set(heard.filter(([, alert]) => alert.endsAt <= now).map(([id]) => id))
    const sendResolved = sendsEnds(target)
    const entry = log.get(`${key} ${target}`)
    const reason = needsUpdate(entry, firing, resolved, policy.repeatIntervalMs, sendResolved, now)
    if (reason === undefined) return
    if (policy.silencedEnds === 'told' && firing.size === 0 && knowsEnds(entry, resolved)) return
    const before = policy.silencedEnds === 'told' && entry !== undefined ? [...entry.firing, ...entry.missed] : []
    const missed = new Set(before.filter((id) => !firing.has(id) && !resolved.has(id) && here.has(id)))
    log.set(`${key} ${target}`, { at: now, firing, resolved, missed })
    const sent = sendResolved ? heard : heard.filter(([id]) => firing.has(id))
    if (sent.length === 0) return
    const alerts = sent.map(([id, alert]) => ({
      labels: alert.labels,
      startsAt: alert.startsAt,
      ...(resolved.has(id) ? { endsAt: alert.endsAt } : {}),
    }))
    told.push({ at: now, policy: policy.id, labels, target, reason, alerts })
  }

  function silenced(labels: Labels, now: Millis): boolean {
    return silences.some(({ name, from, until: end }) => labels.name === name && from <= now && now < end)
  }

  function inhibited(labels: Labels, now: Millis): boolean {
    const equal = (rule: InhibitRule, other: Labels): boolean =>
      rule.equal.every((name) => (labels[name] ?? '') === (other[name] ?? ''))
    return settings.inhibitRules.some((rule) => {
      if (!matches(rule.target, labels)) return false
      return [...provider.values()].some((source) => {
        const both = matches(rule.target, source.labels) && matches(rule.source, labels)
        return matches(rule.source, source.labels) && source.endsAt > now && equal(rule, source.labels) && !both
      })
    })
  }
}

/**
 * Merges two alerts: the earlier start, the other fields of the newer alert, and an end that a mere timeout never
 * decides.
 */
function merge(older: Alert, newer: Alert, now: Millis): Alert {
  const merged = { ...newer, startsAt: Math.min(older.startsAt, newer.startsAt) }
  if (newer.endsAt <= now) {
    if (older.endsAt <= now && older.endsAt > newer.endsAt) merged.endsAt = older.endsAt
  } else if (older.endsAt > newer.endsAt && !older.timeout) merged.endsAt = older.endsAt
  return merged
}

function needsUpdate(
  entry: LogEntry | undefined,
  firing: Set<string>,
  resolved: Set<string>,
  repeatMs: number,
  sendResolved: boolean,
  now: Millis,
): string | undefined {
  if (entry === undefined) return firing.size > 0 ? 'first notification' : undefined
  if (![...firing].every((id) => entry.firing.has(id))) {
    return entry.firing.size === 0 ? 'first notification' : 'new alerts added'
  }
  if (firing.size === 0) {
    const owed = entry.firing.size > 0 || [...resolved].some((id) => entry.missed.has(id))
    return owed ? 'all alerts resolved' : undefined
  }
  if (sendResolved && !knowsEnds(entry, resolved)) return 'some alerts resolved'
  return entry.at < now - repeatMs ? 'repeat interval elapsed' : undefined
}

function knowsEnds(entry: LogEntry | undefined, resolved: Set<string>): boolean {
  return entry !== undefined && [...resolved].every((id) => entry.resolved.has(id) && !entry.missed.has(id))
}

/** Stories use matchers of equality only. */
function matches(matchers: Matcher[], labels: Labels): boolean {
  return matchers.every(({ name, value }) => (labels[name] ?? '') === value)
}

function grouped({ groupBy }: Policy, labels: Labels): Labels {
  if (groupBy === 'all') return labels
  return Object.fromEntries(Object.entries(labels).filter(([name]) => groupBy.includes(name)))
}

function identity(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort())
}
