import { type Labels, label } from '../alert/labels.ts'
import { type Level, levelOf } from '../alert/level.ts'
import { clip } from '../base/clip.ts'
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../base/time.ts'
import { wallText } from '../interval/zone.ts'
import { common } from '../message-view/label-sets.ts'
import type { AlertView, MessageView, Status } from '../message-view/view.ts'
import { clean, oneLine } from './clean.ts'
import { type Reference, referencesOf } from './references.ts'
import { type Language, WORDS, type Words } from './words.ts'

/*
 * The built-in text of a notification, for kinds of channels that people read. A text is a function of the notification
 * and the settings alone: every time in a text is a time of the notification, so that each attempt has the same text.
 * Facts that all alerts share are said once.
 */

/** A text without the form of any channel: a channel writes it as `plain.ts`, `html.ts` or `markdown.ts` does. */
export interface MessageText {
  language: Language
  status: Status
  level: Level
  /** One line. */
  subject: string
  title: string
  facts: Fact[]
  /** Shared by every alert that is shown; of a single alert, everything is here. */
  labels: Fact[]
  annotations: Fact[]
  references: Reference[]
  /** Empty for a single alert. */
  alerts: AlertText[]
  /** The number of alerts that are left out, and the sentence that says so, if any is. */
  left: number
  more?: string
  /** The page of the incident. Absent: the notification has no incident, or the channel wants no link. */
  link?: { text: string; url: string }
  /** The last line: a reason for the reader why the message is in these words. */
  note?: string
}

export interface Fact {
  name: string
  value: string
}

/** The facts of an alert that other alerts of the message do not share. */
export interface AlertText {
  status: Status
  level: Level
  /** One line: the status and the name. */
  title: string
  /** Empty: the name of the message. */
  name: string
  facts: Fact[]
  labels: Fact[]
  annotations: Fact[]
  references: Reference[]
}

interface TextOptions {
  language: Language
  /** IANA zone of all times. */
  timeZone: string
  /** Page of the incident. */
  url?: string | undefined
  /** Whoever opens the page may claim the incident. */
  claims?: boolean | undefined
  note?: string | undefined
  /** Absent: as much as has room in a letter. */
  amount?: Amount
}

/** The part of each alert that a message shows. */
export interface Amount {
  /** Labels, and annotations, of an alert. */
  values: number
  /** Characters of a name or value; the rest is left out. */
  chars: number
}

const LETTER: Amount = { values: 30, chars: 1000 }
/** Subject and title. */
const LINE = { chars: 200 }
/** Characters of the alerts together. Further alerts are left out and counted. At least one alert is shown. */
const ALERTS_CHARS = 100_000

export function messageText(view: MessageView, options: TextOptions): MessageText {
  const { language, timeZone, url, claims, note, amount = LETTER } = options
  const words = WORDS[language]
  const time = (at: Millis): string => wallText(at, timeZone)
  const zoned = (at: Millis | undefined): string => (at === undefined ? '' : `${time(at)} ${timeZone}`)
  const count = view.alerts.length + view.truncated
  const read = worstFirst(view.alerts).map((alert) => ({ alert, ...referencesOf(alert, words) }))
  const isShared = count === 1 || read.length > 1
  const shared = {
    labels: isShared ? view.commonLabels : {},
    annotations: isShared ? common(read.map(({ texts }) => Object.fromEntries(texts))) : {},
    references: isShared ? sharedReferences(read) : [],
  }
  const sameTimes = view.alerts.every(({ startsAt, endsAt }) => startsAt === view.startsAt && endsAt === view.endsAt)
  const times = ({ startsAt, endsAt }: AlertView): [string, string][] => [
    [words.began, time(startsAt)],
    [words.ended, endsAt === undefined ? '' : time(endsAt)],
    [words.lasted, lasted({ startsAt, endsAt }, words)],
  ]
  const timesOf = sameTimes ? () => [] : times
  const all = count === 1 ? [] : read.map((one) => alertText(one, shared, { words, timesOf, amount }))
  const alerts = thatFit(all)
  const left = view.truncated + all.length - alerts.length
  const status = words.status[view.status]
  const name = oneLine(nameOf(view) || words.unnamed)
  const policy = oneLine(view.policy?.name ?? '')
  const told = ([key, value]: [string, string]): boolean => key !== 'alertname' && view.groupLabels[key] !== value
  return {
    language,
    status: view.status,
    level: view.level,
    subject: clip(`[${status}:${count}] ${view.level} ${name}${policy === '' ? '' : ` (${policy})`}`, LINE),
    title: clip(`${status}${words.colon}${name}`, LINE),
    facts: present(
      [
        [words.level, view.level],
        [words.alerts, String(count)],
        [words.began, zoned(view.startsAt)],
        [words.ended, zoned(view.endsAt)],
        [words.lasted, lasted(view, words)],
        [words.policy, policy],
        [words.group, groupText(view, name)],
        [words.handler, view.incident?.handler ?? ''],
      ],
      amount,
    ),
    labels: some(Object.entries(shared.labels).filter(told), words, amount),
    annotations: some(toldFirst(Object.entries(shared.annotations)), words, amount),
    references: shared.references,
    alerts,
    left,
    ...(left > 0 && { more: words.more(left) }),
    ...(url !== undefined && { link: { text: claims ? words.claim : words.open, url } }),
    ...(note !== undefined && { note: clip(oneLine(note), { chars: LETTER.chars }) }),
  }
}

/** Firing alerts before resolved alerts, the worst first: the last alerts are the first to be left out. */
function worstFirst(alerts: readonly AlertView[]): AlertView[] {
  const rank = ({ status, labels }: AlertView): string => `${status === 'firing' ? 0 : 1} ${levelOf(labels)}`
  const ranked = alerts.map((alert) => ({ alert, rank: rank(alert) }))
  return ranked
    .sort((one, other) => (one.rank < other.rank ? -1 : Number(one.rank > other.rank)))
    .map(({ alert }) => alert)
}

function nameOf({ groupLabels, commonLabels, policy }: MessageView): string {
  return label(groupLabels, 'alertname') || label(commonLabels, 'alertname') || policy?.name || ''
}

/** Without the name, which the title has. */
function groupText({ groupLabels }: MessageView, name: string): string {
  const rest = Object.entries(groupLabels).filter(([key, value]) => key !== 'alertname' || oneLine(value) !== name)
  return rest.map(([key, value]) => `${key}=${value}`).join(', ')
}

interface Read {
  alert: AlertView
  references: Reference[]
  texts: [string, string][]
}

function sharedReferences([first, ...rest]: readonly Read[]): Reference[] {
  return (first?.references ?? []).filter(({ name, url }) =>
    rest.every(({ references }) => references.some((one) => one.name === name && one.url === url)),
  )
}

interface Shared {
  labels: Labels
  annotations: Labels
  references: Reference[]
}

function alertText(
  { alert, references, texts }: Read,
  shared: Shared,
  { words, timesOf, amount }: { words: Words; timesOf: (alert: AlertView) => [string, string][]; amount: Amount },
): AlertText {
  const { alertname: _, ...labels } = alert.labels
  const name = oneLine(clip(label(alert.labels, 'alertname') || words.unnamed, amount))
  const own = (entries: [string, string][], of: Labels): [string, string][] =>
    entries.filter(([key, value]) => !Object.hasOwn(of, key) || of[key] !== value)
  return {
    status: alert.status,
    level: levelOf(alert.labels),
    title: `${words.status[alert.status]}${words.colon}${name}`,
    name: Object.hasOwn(shared.labels, 'alertname') ? '' : name,
    facts: present(timesOf(alert), amount),
    labels: some(own(Object.entries(labels), shared.labels), words, amount),
    annotations: some(toldFirst(own(texts, shared.annotations)), words, amount),
    references: references.filter(({ url }) => !shared.references.some((one) => one.url === url)),
  }
}

/** Annotations that people wrote for people, in the order in which people read them. */
const FOR_PEOPLE = ['summary', 'description', 'message']

/** Whether the value speaks for itself: a message may leave the name out. */
export function isForPeople({ name }: Fact): boolean {
  return FOR_PEOPLE.includes(name)
}

function toldFirst(annotations: readonly [string, string][]): [string, string][] {
  const place = (name: string): number => FOR_PEOPLE.indexOf(name) + 1 || FOR_PEOPLE.length + 1
  return annotations.toSorted(([one], [other]) => place(one) - place(other))
}

function some(values: readonly [string, string][], words: Words, amount: Amount): Fact[] {
  const shown = present(values.slice(0, amount.values), amount)
  const left = values.length - amount.values
  return left > 0 ? [...shown, { name: '…', value: words.moreValues(left) }] : shown
}

/** A fact without a value is left out. */
function present(facts: readonly [string, string][], { chars }: Pick<Amount, 'chars'>): Fact[] {
  return facts.flatMap(([name, value]) => {
    const text = clip(clean(value), { chars }).trim()
    return text === '' ? [] : [{ name: oneLine(clip(name, { chars })), value: text }]
  })
}

/** The alerts from the first, while there is room. */
function thatFit(alerts: readonly AlertText[]): AlertText[] {
  let chars = 0
  return alerts.filter((alert, index) => {
    chars += JSON.stringify(alert).length
    return index === 0 || chars <= ALERTS_CHARS
  })
}

/** An open end has no duration: a duration until the moment of sending would differ between attempts. */
function lasted({ startsAt, endsAt }: { startsAt?: Millis; endsAt?: Millis }, words: Words): string {
  return startsAt === undefined || endsAt === undefined || endsAt < startsAt
    ? ''
    : durationText(endsAt - startsAt, words)
}

/** The two largest units: `2 h 5 min`. */
export function durationText(ms: Millis, { units }: Pick<Words, 'units'>): string {
  const parts: [number, string][] = [
    [Math.floor(ms / DAY), units.days],
    [Math.floor((ms % DAY) / HOUR), units.hours],
    [Math.floor((ms % HOUR) / MINUTE), units.minutes],
    [Math.floor((ms % MINUTE) / SECOND), units.seconds],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return `0${units.seconds}`
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0)
  return shown.map(([count, unit]) => `${count}${unit}`).join(' ')
}
