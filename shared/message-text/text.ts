import { type Labels, label } from '../alert/labels.ts'
import { clip } from '../base/clip.ts'
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../base/time.ts'
import { wallText } from '../interval/zone.ts'
import type { AlertView, MessageView } from '../message-view/view.ts'
import { type Language, WORDS, type Words } from './words.ts'

/*
 * The built-in text of a notification, for kinds of channels that people read. A text is a function of the notification
 * and the settings alone: every time in a text is a time of the notification, so that each attempt has the same text.
 */

/** A text without the form of any channel: a channel writes it as plain text or HTML (`plain.ts`, `html.ts`). */
export interface MessageText {
  language: Language
  /** One line. */
  subject: string
  title: string
  facts: Fact[]
  alerts: AlertText[]
  /** The number of alerts that are left out, and the sentence that says so, if any is. */
  left: number
  more?: string
  /** The only link in a message. Absent: the notification has no incident. */
  link?: { text: string; url: string }
  /** The last line: a reason for the reader why the message is in these words. */
  note?: string
}

export interface Fact {
  name: string
  value: string
}

interface AlertText {
  title: string
  annotations: Fact[]
  facts: Fact[]
  labels: Fact[]
}

interface TextOptions {
  language: Language
  /** IANA zone of all times. */
  timeZone: string
  /** Page of the incident. */
  url?: string | undefined
  note?: string | undefined
}

/** Characters of a name or value of an alert; the rest is left out. */
const VALUE_CHARS = 1000
/** Labels, and annotations, of an alert. */
const VALUES = 30
const SUBJECT_CHARS = 200
/** Characters of the alerts together. Further alerts are left out and counted. At least one alert is shown. */
const ALERTS_CHARS = 100_000

export function messageText(view: MessageView, { language, timeZone, url, note }: TextOptions): MessageText {
  const words = WORDS[language]
  const time = (at: Millis): string => `${wallText(at, timeZone)} ${timeZone}`
  const all = view.alerts.map((alert) => alertText(alert, words, time))
  const alerts = thatFit(all)
  const left = view.truncated + all.length - alerts.length
  const count = view.alerts.length + view.truncated
  const status = words.status[view.status]
  const name = nameOf(view) || words.unnamed
  const policy = clean(view.policy?.name ?? '')
  return {
    language,
    subject: clip(oneLine(`[${status}:${count}] ${view.level} ${name}${policy === '' ? '' : ` (${policy})`}`), {
      chars: SUBJECT_CHARS,
    }),
    title: `${status}${words.colon}${oneLine(name)}`,
    facts: present([
      [words.level, view.level],
      [words.alerts, String(count)],
      [words.began, view.startsAt === undefined ? '' : time(view.startsAt)],
      [words.ended, view.endsAt === undefined ? '' : time(view.endsAt)],
      [words.lasted, lasted(view, words)],
      [words.policy, policy],
      [
        words.group,
        Object.entries(view.groupLabels)
          .map(([key, value]) => `${key}=${value}`)
          .join(', '),
      ],
      [words.handler, view.incident?.handler ?? ''],
    ]),
    alerts,
    left,
    ...(left > 0 && { more: words.more(left) }),
    ...(url !== undefined && { link: { text: words.open, url } }),
    ...(note !== undefined && { note: clip(oneLine(note), { chars: VALUE_CHARS }) }),
  }
}

function nameOf({ groupLabels, commonLabels, policy }: MessageView): string {
  return label(groupLabels, 'alertname') || label(commonLabels, 'alertname') || policy?.name || ''
}

function alertText(alert: AlertView, words: Words, time: (at: Millis) => string): AlertText {
  const name = label(alert.labels, 'alertname') || words.unnamed
  const { alertname: _, ...labels } = alert.labels
  return {
    title: `${words.status[alert.status]}${words.colon}${oneLine(clip(name, { chars: VALUE_CHARS }))}`,
    annotations: some(toldFirst(alert.annotations), words),
    facts: present([
      [words.began, time(alert.startsAt)],
      [words.ended, alert.endsAt === undefined ? '' : time(alert.endsAt)],
      [words.lasted, lasted(alert, words)],
    ]),
    labels: some(Object.entries(labels), words),
  }
}

/** The annotations that people wrote for people come first. */
function toldFirst(annotations: Labels): [string, string][] {
  const place = (name: string): number => ['summary', 'description', 'message'].indexOf(name) + 1 || 4
  return Object.entries(annotations).sort(([one], [other]) => place(one) - place(other))
}

function some(values: readonly [string, string][], words: Words): Fact[] {
  const shown = present(values.slice(0, VALUES))
  const left = values.length - VALUES
  return left > 0 ? [...shown, { name: '…', value: words.moreValues(left) }] : shown
}

/** A fact without a value is left out. */
function present(facts: readonly [string, string][]): Fact[] {
  return facts.flatMap(([name, value]) => {
    const text = clip(clean(value), { chars: VALUE_CHARS }).trim()
    return text === '' ? [] : [{ name: oneLine(clip(name, { chars: VALUE_CHARS })), value: text }]
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

/**
 * Control characters but the line feed and the tab, and characters that turn the direction of the text around
 * (https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings), with which a text shows another text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern removes control characters
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g

function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(HIDDEN, '').toWellFormed()
}

function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim()
}
