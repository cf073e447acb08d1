import { parseRfc3339 } from '../../../../shared/base/rfc3339.ts'
import { DAY, HOUR, MINUTE, type Millis, SECOND, toRfc3339 } from '../../../../shared/base/time.ts'
import { localOf, momentOf, parseLocal } from '../../../../shared/people/local-time.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html } from '../page/html.ts'
import type { Texts } from '../text/texts.ts'

type Reader = Pick<PageAsk, 'prefs' | 'text' | 'now'>

/** `42s`, `4m`, `1h 16m`, `3d 4h`: two units at most, none smaller than matters. */
export function durationText(ms: Millis, { units, now }: Pick<Texts, 'units' | 'now'>): string {
  if (ms < SECOND) return now
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}${units.s}`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}${units.m}`
  const [large, size, small, part] =
    ms < DAY ? [units.h, HOUR, units.m, MINUTE] : ([units.d, DAY, units.h, HOUR] as const)
  const rest = Math.floor((ms % (size as number)) / (part as number))
  return `${Math.floor(ms / (size as number))}${large}${rest === 0 ? '' : ` ${rest}${small}`}`
}

/** How long ago; the script counts on. */
export function ago(reader: Reader, at: Millis): Html {
  return timeElement(reader, at, 'ago', durationText(reader.now - at, reader.text))
}

/** How long until then. */
export function until(reader: Reader, at: Millis): Html {
  return timeElement(reader, at, 'until', durationText(at - reader.now, reader.text))
}

/** The clock, with the day where it is another day. */
export function clock(reader: Reader, at: Millis): Html {
  return timeElement(reader, at, 'clock', clockText(reader, at))
}

function timeElement(reader: Reader, at: Millis, kind: string, shown: string): Html {
  return html`<time datetime="${toRfc3339(at)}" data-${kind} title="${exactText(reader, at)}">${shown}</time>`
}

export function clockText(reader: Reader, at: Millis): string {
  const zone = zoneOf(reader)
  const sameDay = dayOf(at, zone) === dayOf(reader.now, zone)
  return formatter(reader.prefs.language, zone, sameDay ? CLOCK : DATED).format(at)
}

/** The name of the zone in which the reader sees and types times. */
export function zoneOf({ prefs }: Pick<Reader, 'prefs'>): string {
  return prefs.utc ? 'UTC' : prefs.timeZone
}

/** A moment as the value of an input for a local time. */
export function localText(reader: Pick<Reader, 'prefs'>, at: Millis): string {
  return new Date(localOf(at, zoneOf(reader))).toISOString().slice(0, 16)
}

/** A typed moment: a local time of the reader, or RFC 3339 as in a link of the API. */
export function readMoment(reader: Pick<Reader, 'prefs'>, text: string): Millis | undefined {
  // Browsers leave seconds out when the seconds are zero.
  const local = parseLocal(text.replace(/^(.{16}):00$/, '$1').replace(' ', 'T'))
  return local === undefined ? parseRfc3339(text) : momentOf(local, zoneOf(reader))
}

/** The hour and minute of a moment, whatever the day. */
export function hourText(reader: Reader, at: Millis): string {
  return formatter(reader.prefs.language, zoneOf(reader), HOUR_ONLY).format(at)
}

/** The day of a moment in a zone that is not the zone of the reader: `Mon, 16 Feb`. */
export function dayText(language: string, at: Millis, zone: string): string {
  return formatter(language, zone, NAMED_DAY).format(at)
}

/** The moment in the zone of the reader and in UTC. */
function exactText({ prefs }: Reader, at: Millis): string {
  const utc = `${toRfc3339(at).slice(0, 19).replace('T', ' ')} UTC`
  if (prefs.timeZone === 'UTC') return utc
  return `${formatter(prefs.language, prefs.timeZone, EXACT).format(at)} (${prefs.timeZone}) · ${utc}`
}

function dayOf(at: Millis, zone: string): string {
  return formatter('en', zone, DAY_ONLY).format(at)
}

const CLOCK = 'clock'
const DATED = 'dated'
const EXACT = 'exact'
const DAY_ONLY = 'day'
const NAMED_DAY = 'named'
const HOUR_ONLY = 'hour'

const FORMS: Record<string, Intl.DateTimeFormatOptions> = {
  [CLOCK]: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  [DATED]: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  [EXACT]: { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' },
  [DAY_ONLY]: { dateStyle: 'short' },
  [HOUR_ONLY]: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  [NAMED_DAY]: { weekday: 'short', month: 'short', day: 'numeric' },
}

const formatters = new Map<string, Intl.DateTimeFormat>()
const MOST_FORMATTERS = 500

/** Making a formatter takes longer than formatting a page with it. */
function formatter(language: string, timeZone: string, form: string): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${form}`
  const known = formatters.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeZone, ...FORMS[form] })
  if (formatters.size >= MOST_FORMATTERS) formatters.clear()
  formatters.set(key, made)
  return made
}
