import { fingerprint } from '../../shared/alert/fingerprint.ts'
import type { Labels } from '../../shared/alert/labels.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { Policy } from '../../shared/config/config.ts'
import { DELIVERY_WINDOW_MS } from '../../shared/delivery/delivery.ts'
import { targetKey } from '../../shared/delivery/target.ts'
import type { TimelineEntry } from '../../shared/group/group.ts'
import { parseHead } from '../../shared/group-store/head-body.ts'
import { listGroups } from '../../shared/group-store/heads.ts'
import { groupPartition } from '../../shared/table/keys.ts'
import { storedDeliveries, wrongIncidents } from './check-incidents.ts'
import { wrongKeptIncidents } from './check-kept-incidents.ts'
import {
  emptyTickets,
  firingInTickets,
  isLateAttempt,
  openKeys,
  owesTicket,
  strangeKeys,
  type TicketOf,
  wasOvertaken,
} from './check-keys.ts'
import { wrongPauses } from './check-pauses.ts'
import { exceededRates } from './check-rates.ts'
import { earlyEnds, lostEnds } from './check-refreshes.ts'
import { wrongTimelines } from './check-timelines.ts'
import { differences } from './peer.ts'
import type { Seen, Sink } from './sink.ts'
import type { Accepted, Outcome } from './stage.ts'
import { labelsOf, type Post, type Story } from './story.ts'
import { storedTimelines } from './timelines.ts'
import { EPOCH } from './world.ts'

/**
 * The promises, checked when the run has come to rest:
 * - every accepted alert was told, or the timeline says why not;
 * - the last message to each target about an alert is the truth, also for a receiver that drops known ids;
 * - every extra delivery is explained by an attempt whose fate the sender could not know, under the same id;
 * - an id always says the same;
 * - an alert that was told as firing ends under each key that told it, and under no other; as long as it fires, some
 *   key has an open ticket of it: `check-keys.ts`;
 * - notifications name their incident: `check-incidents.ts`; the account hears of a paused target: `check-pauses.ts`;
 * - a receiver with incidents of its own has the right ones: `check-kept-incidents.ts`;
 * - a receiver is never sent more than it takes: `check-rates.ts`;
 * - an alert whose refreshes are kept in memory, or absorbed, is not told as over early, nor late where its sender gave
 *   the end: `check-refreshes.ts`;
 * - a timeline has every entry once: `check-timelines.ts`;
 * - no alert of an account reaches another account, and no text of an alert reaches another alert;
 * - no delivery is stuck, no error was thrown but planted faults, and no function answered before its work was done;
 * - where nothing fails, the same is told as Alertmanager tells.
 */
export async function violations(run: Outcome): Promise<string[]> {
  const found = [...run.errors.map((error) => `error: ${error}`)]
  if (!run.quiet) found.push('stuck: messages were still going round at the end')
  for (const [name, sink] of run.sinks) {
    found.push(...mixed(name, sink), ...extras(run, name, sink))
    const [account, target] = name.split('/') as [string, string]
    const about = { timeline: wholeTimeline(run, account), anyAlert: dropsMutedEnds(run.story, target) }
    found.push(...strangeKeys(run, name, sink.seen, about))
  }
  found.push(...misplaced(run), ...wrongIncidents(run), ...(await wrongTimelines(run)))
  for (const account of run.story.accounts) found.push(...(await truth(run, account)))
  found.push(...(await wrongPauses(run)), ...(await wrongKeptIncidents(run)), ...exceededRates(run))
  found.push(...earlyEnds(run), ...lostEnds(run))
  if (run.story.clean) found.push(...differences(run))
  return found
}

export function mixed(name: string, { seen }: Sink): string[] {
  const account = name.split('/')[0]!
  const found: string[] = []
  for (const { labels, annotations } of seen.flatMap(({ alerts }) => alerts)) {
    // Tocsin's own alert, such as that of a target which a clock set forward by days has paused.
    if (labels.alertname?.startsWith('Tocsin')) continue
    if (labels.account !== account) found.push(`leak: ${name} heard of an alert of ${labels.account}`)
    if (!annotations.about?.startsWith(`${labels.name}/${labels.group}/${labels.account} `)) {
      found.push(`mixed up: ${name} heard of ${labels.name}/${labels.group} with ${annotations.about?.slice(0, 20)}`)
    }
  }
  return found
}

/** A group lies under its own account. */
export function misplaced(run: Outcome): string[] {
  return run.everything().flatMap(({ partition, sort, body }) => {
    if (sort !== 'head') return []
    const { account, id } = parseHead({ partition, sort, body }).core
    return partition === groupPartition(account, id) && partition.includes(account)
      ? []
      : [`leak: a group of ${account} lies in ${partition}`]
  })
}

/**
 * Deliveries that a receiver took without need. A second copy must be explained by an ambiguous attempt of the same
 * delivery; the same words under another id must be explained by an attempt of other words in between.
 */
function extras(run: Outcome, name: string, sink: Sink): string[] {
  const [account, target] = name.split('/') as [string, string]
  const timeline = wholeTimeline(run, account)
  const doubtful = timeline.filter((entry) => entry.kind === 'ambiguous' && entry.target === target)
  const deliveries = storedDeliveries(run)
  const incidentOf = (id: string): string => JSON.stringify(deliveries.get(id)?.notification.incident ?? '')
  const found: string[] = []
  for (const [id, list] of Map.groupBy(sink.seen, (seen) => seen.id)) {
    const allowed = 1 + doubtful.filter((entry) => entry.delivery === id).length
    if (list.length > allowed) found.push(`extra: ${name} took ${id} ${list.length} times, ${allowed} can be explained`)
    if (new Set(list.map(words)).size > 1) found.push(`changed: ${name} took ${id} with other words`)
  }
  const silent = run.story.sections.channels.some(({ id, sendResolved }) => id === target && !sendResolved)
  for (const [group, list] of Map.groupBy(sink.seen, ({ id }) => id.slice(0, id.indexOf('-')))) {
    for (const [index, seen] of list.entries()) {
      if (silent && seen.alerts.some(({ status }) => status === 'resolved')) {
        found.push(`unwanted: ${name} heard of a resolve`)
      }
      const before = list[index - 1]
      if (before === undefined || before.id === seen.id || words(before) !== words(seen)) continue
      if (seen.reason === 'repeat interval elapsed' || seen.reason === 'claimed by a person') continue
      // Firing alerts are told anew under a new incident, and when the incident has another handler.
      if (seen.alerts.some(({ status }) => status === 'firing') && incidentOf(before.id) !== incidentOf(seen.id))
        continue
      // A resolve in between was not sent, and the alert that fires again began when the alert did before.
      if (silent && timeline.some((entry) => entry.target === target && endedUnsaid(entry))) continue
      // As upstream: when all that fires is muted, an end that was told beside it is told again, as the end of all.
      const endOfAll = seen.reason === 'all alerts resolved' && before.reason !== seen.reason
      if (endOfAll && dropsMutedEnds(run.story, target)) continue
      // As upstream: while the only firing alert is muted, a resolve beside the muted alert counts as all resolved, so
      // the alert is new afterwards.
      const wasMuted = seen.alerts.some(({ fingerprint }) =>
        timeline.some((entry) => excuses(entry, fingerprint, false)),
      )
      const other = ({ delivery }: TimelineEntry): boolean => {
        return delivery !== before.id && delivery !== seen.id && delivery?.startsWith(`${group}-`) === true
      }
      // Other words may have been heard in between, or were at least tried after words of unknown fate.
      const between =
        doubtful.some(other) ||
        (doubtful.some(({ delivery }) => delivery === before.id) &&
          timeline.some((entry) => entry.kind === 'telling' && entry.target === target && other(entry)))
      // An end under the same key, of a different group, may have closed the ticket in between.
      const closed = sink.seen.some(({ id, groupKey, status, at }) => {
        const isNear = at > before.at - DELIVERY_WINDOW_MS && at < seen.at
        return isNear && groupKey === seen.groupKey && status === 'resolved' && !id.startsWith(`${group}-`)
      })
      const explained = wasMuted || between || closed || outAtMove(run, seen, timeline)
      if (!explained) found.push(`extra: ${name} heard the same twice, as ${before.id} and as ${seen.id}`)
    }
  }
  return found
}

function endedUnsaid({ kind, reason }: TimelineEntry): boolean {
  return kind === 'not-told' && reason.code === 'all-resolved-unsent'
}

/**
 * Whether a delivery about the alert was out when the alert moved: a group that cannot know whether the delivery came,
 * or came last, says the same again.
 */
function outAtMove({ story }: Outcome, { id, alerts, at }: Seen, timeline: readonly TimelineEntry[]): boolean {
  const [first] = story.changes
  if (first === undefined) return false
  const prints = new Set(alerts.map(({ fingerprint }) => fingerprint))
  return timeline.some((entry) => {
    const told = trueMoment(story, entry.at)
    return (
      entry.kind === 'telling' &&
      entry.delivery !== id &&
      told < at &&
      told > EPOCH + first.atMs - DELIVERY_WINDOW_MS &&
      entry.alerts?.some((print) => prints.has(print)) === true
    )
  })
}

/** The true moment of an entry, also of one that was written before the clock of the hub was set right. */
function trueMoment({ hub }: Story, at: Millis): Millis {
  const before = at - (hub?.wrongByMs ?? 0)
  return hub !== undefined && before >= EPOCH && before < EPOCH + hub.rightAtMs ? before : at
}

function words({ alerts, said = '' }: Seen): string {
  return alerts.map((alert) => `${alert.fingerprint} ${alert.status} ${alert.startsAt} ${alert.endsAt}`).join() + said
}

/** Compares the truth, by the last word of the senders, with the last message to each target. */
async function truth(run: Outcome, account: string): Promise<string[]> {
  const { world, story, table } = run
  const last = new Map<string, Accepted>()
  for (const post of run.accepted.filter((one) => one.account === account)) last.set(`${post.name}/${post.group}`, post)
  const timeline = wholeTimeline(run, account)
  const present = lastSections(story)
  // A target that no policy names any more heard its ends before, or the timeline says that they are dropped.
  const everNamed = [story.sections, ...story.changes.map(({ sections }) => sections)].flatMap((one) => one.policies)
  const targets = new Set(everNamed.flatMap(({ targets }) => targets.map(targetKey)))
  const found: string[] = []
  const groups = await listGroups(table, account, { limit: 500 })
  const byIncident = incidentTickets(run)
  for (const id of targets) {
    // Nothing more is sent to a paused target: the account knows.
    if (groups.groups.some((group) => group.targets.get(id)?.paused !== undefined)) continue
    const { sendResolved = true, keepsIncidents } = present.channels.find((channel) => channel.id === id) ?? {}
    const all = run.sinks.get(`${account}/${id}`)!.seen
    const fresh = all.filter((seen, index) => all.findIndex((other) => other.id === seen.id) === index)
    for (const [reader, seen] of [
      ['', all],
      [', ids it has seen dropped,', fresh],
    ] as const) {
      const heard = lastWords(seen)
      const open = openKeys(seen)
      const ticketOf = keepsIncidents ? byIncident : undefined
      const tickets = firingInTickets(seen, ticketOf)
      const about = { policies: present.policies, now: world.now() }
      for (const name of sendResolved ? emptyTickets(seen, ticketOf) : []) {
        if (groups.groups.some((group) => owesTicket(group, id, name, about))) continue
        if (wasOvertaken(story, seen, timeline, { name, ticketOf })) continue
        found.push(`empty: ${account}/${id}${reader} keeps the ticket ${name} open, in which nothing fires`)
      }
      for (const post of last.values()) {
        const print = fingerprint(labelsOf(post))
        const ended =
          post.status === 'resolved' || (post.endsAfterMs !== undefined && post.at + post.endsAfterMs <= world.now())
        const knows = heard.get(print)
        const about = `${post.name}/${post.group} fires`
        const muted = stillMuted(run, post, last)
        if (!ended) {
          if (!isTakenFor(id, post, present.policies) || wasLeft(story, id, post)) continue
          if ((knows === 'firing' && tickets.has(print)) || muted) continue
          const heard = knows === 'firing' ? 'that a ticket is resolved' : (knows ?? 'nothing')
          found.push(`lost: ${account}/${id}${reader} ought to know that ${about}, but heard ${heard}`)
          continue
        }
        // An alert that was told as firing is told as over, however long the alert is muted, unless such ends are
        // dropped.
        const mute = dropsMutedEnds(story, id) || muted
        for (const { groupKey, at } of sendResolved ? (open.get(print) ?? []) : []) {
          const excused = timeline.some((entry) => {
            const later = trueMoment(story, entry.at) > at - DELIVERY_WINDOW_MS
            return (later && excuses(entry, print, true, mute)) || dropsEnds(entry, id, print)
          })
          if (excused || isLateAttempt(story, seen, timeline, { groupKey, at })) continue
          found.push(`stale: ${account}/${id}${reader} still thinks that ${about}, under ${groupKey}`)
        }
      }
    }
  }
  found.push(...unexplained(run, account, timeline))
  for (const group of groups.groups) {
    for (const [target, { open }] of group.targets) {
      // A clean run ends while repeats go on; an arrival that is not reported is known by the deadline.
      if (open !== undefined && open.deadline <= world.now()) {
        found.push(`stuck: ${account}/${target} has a delivery open`)
      }
    }
  }
  return found
}

/** A receiver with incidents has a ticket for each incident, and a group key may have several incidents. */
function incidentTickets(run: Outcome): TicketOf {
  const deliveries = storedDeliveries(run)
  return ({ id, groupKey }) => {
    const { incident, ended } = deliveries.get(id)?.notification ?? {}
    return { ticket: incident?.id ?? groupKey, closes: ended }
  }
}

/**
 * Whether a policy told the target of the alert and names the target no longer: the policy tells nothing more, and the
 * target may have heard it last, whatever another policy goes on telling.
 */
function wasLeft(story: Story, id: string, post: Post): boolean {
  const all = [story.sections, ...story.changes.map(({ sections }) => sections)]
  const left = lastSections(story).policies.filter((policy) => {
    return takes(policy, labelsOf(post)) && !isTakenFor(id, post, [policy])
  })
  const earlier = all.flatMap(({ policies }) => policies).filter((policy) => isTakenFor(id, post, [policy]))
  return earlier.some((policy) => left.some((other) => other.id === policy.id))
}

/**
 * Alerts that fired although no target ever heard of the firing: the timeline must have the reason, or a delivery that
 * a target may have heard.
 */
function unexplained(run: Outcome, account: string, timeline: readonly TimelineEntry[]): string[] {
  const heard = new Set<string>()
  for (const [name, { seen }] of run.sinks) {
    if (name.split('/')[0] !== account) continue
    for (const { alerts } of seen) for (const alert of alerts) heard.add(alert.fingerprint)
  }
  const count = (id: string | undefined, ...kinds: TimelineEntry['kind'][]): number =>
    timeline.filter(({ delivery, kind }) => delivery === id && kinds.includes(kind)).length
  // An alert that moves while a delivery is out does not learn the outcome of the delivery, and counts as heard of.
  const mayHaveHeard = ({ kind, delivery, alerts }: TimelineEntry, print: string): boolean =>
    kind === 'telling' &&
    alerts?.includes(print) === true &&
    (run.story.changes.length > 0 || count(delivery, 'telling') > count(delivery, 'refused', 'dead'))
  const explains = (entry: TimelineEntry, print: string): boolean =>
    excuses(entry, print, true) || mayHaveHeard(entry, print)
  // Where a change left no target for an alert, nobody is told, and no timeline is asked.
  const { policies } = lastSections(run.story)
  const targets = policies.flatMap((policy) => policy.targets.map(targetKey))
  const isTaken = (post: Post): boolean => targets.some((target) => isTakenFor(target, post, policies))
  const fired = run.accepted.filter((post) => post.account === account && post.status === 'firing' && isTaken(post))
  const prints = new Set(fired.map((post) => fingerprint(labelsOf(post))))
  if (timeline.some(({ kind }) => kind === 'paused')) return []
  return [...prints]
    .filter((print) => !heard.has(print) && !timeline.some((entry) => explains(entry, print)))
    .map((print) => `silent: nobody of ${account} heard of ${print}, and nothing says why`)
}

/** Whether a policy takes the alert for the target: where none does any more, the target hears no end. */
function isTakenFor(target: string, post: Post, policies: readonly Policy[]): boolean {
  const labels = labelsOf(post)
  const tells = policies.filter(({ targets }) => targets.some((one) => targetKey(one) === target))
  return tells.some((policy) => takes(policy, labels))
}

function takes({ match }: Policy, labels: Labels): boolean {
  return match.every(({ name, op, value }) => (labels[name] === value) === (op === '='))
}

/** Whether a policy that ever told the target drops the ends of muted alerts. */
function dropsMutedEnds({ sections, changes }: Story, target: string): boolean {
  const policies = [sections, ...changes.map((change) => change.sections)].flatMap(({ policies }) => policies)
  return policies.some(
    ({ targets, silencedEnds }) => silencedEnds === 'dropped' && targets.some((one) => targetKey(one) === target),
  )
}

function lastSections({ sections, changes }: Story): Story['sections'] {
  return changes.at(-1)?.sections ?? sections
}

function lastWords(seen: readonly Seen[]): Map<string, string> {
  return new Map(seen.flatMap(({ alerts }) => alerts.map((alert) => [alert.fingerprint, alert.status])))
}

/** A silence is over when a run ends; an inhibition source may fire on. */
function stillMuted(run: Outcome, post: Accepted, last: Map<string, Accepted>): boolean {
  const rules = lastSections(run.story).inhibitRules
  return rules.length > 0 && post.name === 'b' && last.get(`a/${post.group}`)?.status === 'firing'
}

/**
 * Whether an entry explains an alert that was not told. A mute explains a firing and a resolve; an untold resolve is
 * also explained by targets without knowledge of the alert.
 */
function excuses(entry: TimelineEntry, fingerprint: string, ended: boolean, mute = true): boolean {
  if (entry.kind !== 'not-told' || !entry.alerts?.includes(fingerprint)) return false
  const { code } = entry.reason
  if (code === 'silenced' || code === 'inhibited') return mute
  return ended && code === 'resolved-before-told'
}

/** Whether a changed configuration has no policy, or no channel, that tells the target: it hears no end. */
function dropsEnds({ kind, reason, target, alerts }: TimelineEntry, id: string, fingerprint: string): boolean {
  const dropped = reason.code === 'not-named' || reason.code === 'channel-gone'
  return kind === 'not-told' && dropped && target === id && alerts?.includes(fingerprint) !== false
}

/** The timeline of an account: items of all groups that ever lived, and entries that living heads still carry. */
export function wholeTimeline(run: Outcome, account: string): TimelineEntry[] {
  const prefix = groupPartition(account, '')
  const timelines = storedTimelines(run.everything())
  return [...timelines].flatMap(([partition, entries]) => (partition.startsWith(prefix) ? entries : []))
}
