import { type Alert, type Fingerprint, resolvedAt } from '../alert/alert.ts'
import { type Labels, label } from '../alert/labels.ts'
import { LEVELS, type Level, type LevelCounts, levelOf } from '../alert/level.ts'
import { clip } from '../base/clip.ts'
import { type Millis, SECOND } from '../base/time.ts'
import { FORWARD_POLICY } from '../config/config.ts'
import { over } from './closed-by-hand.ts'
import type { Group, Member } from './group.ts'

/*
 * The card of a group: what a list shows of the group without reading the group. A list of cards is kept for each rank,
 * and people look through the lists in this order.
 */

/**
 * The place of a group among the others: by its worst level, while nobody has the incident in hand. `held`: every
 * firing alert was muted at the last look of the group.
 */
export const CARD_RANKS = [...LEVELS, 'inhand', 'held'] as const

export type CardRank = (typeof CARD_RANKS)[number]

export interface Card {
  policy: string
  /** The name of the alert that fires longest. */
  title: string
  /** The summary, as it was when the card was written, where every firing alert has the same. */
  summary?: string
  /** Labels that every firing alert has; the labels of the group at least, unless `cut`. */
  labels: Labels
  /** More labels than there was room for. */
  cut?: true
  /** Alerts that fire, and of these the alerts that were muted at the last look of the group. */
  firing: LevelCounts
  held?: LevelCounts
  /** Where nothing fires any more, and the incident is still open: the worst level of what is over. */
  level?: Level
  /** The moment at which the alert of the title began. */
  since: Millis
  /** The open incident, and who has it in hand. */
  incident?: string
  openedAt?: Millis
  handler?: string
  /** Keys of targets that could not be reached twice in a row, or are paused; at most MOST_FAILING. */
  failing?: string[]
  moreFailing?: number
}

/** Labels are compared with each other only in groups of so few alerts: the work of a save has a limit. */
const COMPARED_ALERTS = 200
const MOST_FAILING = 3
const TITLE = { bytes: 100 }
const SUMMARY = { bytes: 120 }
const LABELS_BYTES = 200
const HANDLER = { bytes: 48 }
const FAILING = { bytes: 32 }

/**
 * A group that is told of so soon has no card before: a card that changes at once would be written for nobody.
 */
const SOON_MS = 10 * SECOND

/** Groups of forwarding have no card, nor has a group without alerts, or one that is told of soon. */
function mayHaveCard({ policy, members, incident, lastTick, nextTick }: Group, now: Millis): boolean {
  if (policy === FORWARD_POLICY || members.size === 0) return false
  return lastTick !== undefined || incident !== undefined || nextTick - now > SOON_MS
}

/**
 * The rank of the card of a group; undefined: the group has no card. One alert of the worst level tells the rank, so in
 * a large group mostly a few alerts are looked at.
 */
export function cardRank(group: Group, now: Millis): CardRank | undefined {
  if (!mayHaveCard(group, now)) return undefined
  const { incident, held } = group
  const { firing, level } = walk(group.members, now, ({ P1 = 0 }) => P1 > (held?.P1 ?? 0))
  if (sumOf(firing) > 0) return rankOf({ firing, held, handler: incident?.handler })
  return incident && rankOf({ firing, level, handler: incident.handler })
}

/** The people and targets on a card: the incident, its handler, and targets out of reach. */
export type CardPeople = Pick<Card, 'incident' | 'openedAt' | 'handler' | 'failing' | 'moreFailing'>

export function cardPeople({ incident, targets }: Pick<Group, 'incident' | 'targets'>): CardPeople {
  const { failing, moreFailing } = failingOf(targets)
  return {
    ...(incident !== undefined && { incident: incident.id, openedAt: incident.openedAt }),
    ...(incident?.handler !== undefined && { handler: clip(incident.handler, HANDLER) }),
    ...(failing.length > 0 && { failing }),
    ...(moreFailing > 0 && { moreFailing }),
  }
}

/** The card of a group in which an alert fires or an incident is open; undefined: the group has no card. */
export function cardOf(group: Group, now: Millis): { rank: CardRank; card: Card } | undefined {
  if (!mayHaveCard(group, now)) return undefined
  const { policy, members, incident, held } = group
  const { firing, first, level } = walk(members, now)
  const total = sumOf(firing)
  if (total === 0 && incident === undefined) return undefined
  const { alert } = first
  const { labels, cut } = labelsOf(group, now)
  const summary = summaryOf(group, first)
  const card: Card = {
    policy,
    title: clip(label(alert.labels, 'alertname') || (Object.values(group.labels)[0] ?? ''), TITLE),
    ...(summary !== '' && { summary: clip(summary, SUMMARY) }),
    labels,
    ...(cut && { cut }),
    firing,
    ...(held !== undefined && total > 0 && { held }),
    ...(total === 0 && { level }),
    since: alert.startsAt,
    ...cardPeople(group),
  }
  return { rank: rankOf(card), card }
}

function rankOf({ firing, held = {}, level, handler }: Pick<Card, 'firing' | 'held' | 'level' | 'handler'>): CardRank {
  const worst = level ?? LEVELS.find((one) => (firing[one] ?? 0) > (held[one] ?? 0))
  if (worst === undefined) return 'held'
  return handler === undefined ? worst : 'inhand'
}

export function sumOf(counts: LevelCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/**
 * Firing alerts by level, and the alert that stands for the group: of the firing alerts, the first that began. `enough`:
 * the rest is not looked at.
 */
function walk(
  members: ReadonlyMap<Fingerprint, Member>,
  now: Millis,
  enough: (firing: LevelCounts) => boolean = () => false,
): { firing: LevelCounts; first: Member; level: Level } {
  const firing: LevelCounts = {}
  let first: { key: Fingerprint; member: Member; fires: boolean } | undefined
  let level: Level = 'P4'
  for (const [key, member] of members) {
    const fires = !over(member, now)
    const own = levelOf(member.alert.labels)
    if (fires) firing[own] = (firing[own] ?? 0) + 1
    if (own < level) level = own
    if (first === undefined || isBefore({ key, member, fires }, first)) first = { key, member, fires }
    if (enough(firing)) break
  }
  return { firing, first: first!.member, level }
}

interface Walked {
  key: Fingerprint
  member: Member
  fires: boolean
}

function isBefore(a: Walked, b: Walked): boolean {
  if (a.fires !== b.fires) return a.fires
  const [since, other] = [a.member.alert.startsAt, b.member.alert.startsAt]
  return since === other ? a.key < b.key : since < other
}

function summaryOf({ members }: Group, first: Member): string {
  const text = ({ alert: { annotations } }: Member): string =>
    label(annotations, 'summary') || label(annotations, 'message')
  const own = text(first)
  if (own === '' || members.size > COMPARED_ALERTS) return ''
  return [...members.values()].every((member) => text(member) === own) ? own : ''
}

/** The labels that all alerts have which have not resolved; of a large group, the labels by which it is grouped. */
function labelsOf({ labels, members }: Group, now: Millis): { labels: Labels; cut: boolean } {
  if (members.size > COMPARED_ALERTS) return withRoom(Object.entries(labels), LABELS_BYTES)
  const living = [...members.values()].map(({ alert }) => alert).filter((alert) => !resolvedAt(alert, now))
  const [first, ...others] = living
  const shared = Object.entries(first?.labels ?? labels).filter(([name, value]) => {
    return name in labels || others.every((alert: Alert) => label(alert.labels, name) === value)
  })
  // The labels of the group come first: they are the least that a card has to say.
  shared.sort(([a], [b]) => Number(b in labels) - Number(a in labels))
  return withRoom(shared, LABELS_BYTES)
}

function withRoom(pairs: readonly [string, string][], bytes: number): { labels: Labels; cut: boolean } {
  const kept: [string, string][] = []
  let used = 0
  for (const [name, value] of pairs) {
    const size = Buffer.byteLength(JSON.stringify([name, value]))
    if (used + size > bytes) continue
    used += size
    kept.push([name, value])
  }
  return { labels: Object.fromEntries(kept), cut: kept.length < pairs.length }
}

/** A single failure is no news: the next attempt follows within a second, and mostly arrives. */
function failingOf(targets: Group['targets']): { failing: string[]; moreFailing: number } {
  const failing: string[] = []
  let count = 0
  for (const [key, { retry, paused }] of targets) {
    if (paused === undefined && (retry === undefined || retry.failures < 2)) continue
    count++
    if (failing.length < MOST_FAILING) failing.push(clip(key, FAILING))
  }
  return { failing, moreFailing: count - failing.length }
}
