import { DAY, HOUR, type Millis } from '../../../../../shared/base/time.ts'
import type { Config } from '../../../../../shared/config/config.ts'
import { calendarsSection } from '../../../../../shared/document/sections/calendars.ts'
import { warningsOfEntry } from '../../../../../shared/document/sections/registry.ts'
import { parseTimeInterval } from '../../../../../shared/interval/parse.ts'
import type { Calendar } from '../../../../../shared/people/calendar.ts'
import { dayRange } from '../../../../../shared/people/day-range.ts'
import { localOf, momentOf } from '../../../../../shared/people/local-time.ts'
import { workAt } from '../../../../../shared/people/work-hours.ts'
import type { EntrySpec } from '../../manage/entry-spec.ts'
import type { PageAsk } from '../../page/ask.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import type { Input } from '../../parts/form.ts'
import { placedProblems } from '../../parts/problems.ts'
import { listTable } from '../../parts/table.ts'
import { dayText } from '../../parts/time.ts'
import type { Texts } from '../../text/texts.ts'

/** The words of a calendar in a document, by the number of the day: 0 is Sunday. */
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
/** The order in which a form shows days. */
const SHOWN = [1, 2, 3, 4, 5, 6, 0]
const FORTNIGHT = 14

export const calendars: EntrySpec = {
  ...{ collection: calendarsSection, path: '/calendars', nav: 'recipients' },
  words: ({ calendars: words }) => ({ ...words, add: () => words.add }),
  blank: ({ prefs }) => ({
    ...{ timeZone: prefs.timeZone, workdays: ['monday:friday'] },
    worktime: [{ start_time: '09:00', end_time: '18:00' }],
  }),
  nameOf: ({ id }) => String(id ?? ''),
  inputs: ({ text }) => inputsOf(text),
  below: (ask, { id }, config) => {
    const stored = config.calendars.find((one) => one.id === id)
    return stored === undefined ? nothing : html`${warnings(ask, stored, config)}${fortnight(ask, stored)}`
  },
}

function inputsOf({ calendars: words }: Texts): Input[] {
  return [
    { name: 'id', label: words.id, help: words.idHelp, input: 'text', required: true },
    { name: 'timeZone', label: words.timeZone, input: 'text' },
    {
      ...{ name: 'workdays', label: words.workdays, input: 'choices' },
      options: SHOWN.map((day) => ({ value: String(day), words: words.weekdays[day]! })),
      show: (value) => daysOf(value).map(String),
      read: (texts) => rangesOf(new Set(texts.map(Number))),
    },
    {
      ...{ name: 'worktime', label: words.worktime, help: words.worktimeHelp, input: 'lines' },
      show: (value) => [hoursOf(value).join('\n')],
      read: ([text = '']) => linesOf(text).map(rangeOf),
      check: ([text = '']) => {
        const wrong = linesOf(text).find((line) => rangeOf(line) === undefined)
        return wrong === undefined ? undefined : words.worktimeWrong(wrong.slice(0, 100))
      },
    },
    { name: 'daysOff', label: words.daysOff, help: words.daysOffHelp, input: 'lines', rows: 4 },
    { name: 'extraWorkdays', label: words.extraWorkdays, help: words.extraWorkdaysHelp, input: 'lines' },
  ]
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => line.trim() || [])
}

function rangeOf(line: string): { start_time: string; end_time: string } | undefined {
  const [, start, end] = /^(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)$/.exec(line) ?? []
  return start === undefined || end === undefined ? undefined : { start_time: start, end_time: end }
}

/** The numbers of days that a list of `monday:friday` and the like means. */
function daysOf(workdays: unknown): number[] {
  const read = parseTimeInterval({ weekdays: workdays })
  const ranges = read.ok ? (read.interval.weekdays ?? []) : []
  return SHOWN.filter((day) => ranges.some(({ from, to }) => from <= day && day <= to))
}

/** Days that follow each other, in an order of the days: the first and the last of each run. */
function runsOf(order: readonly number[], days: ReadonlySet<number>): [first: number, last: number][] {
  const runs: [number, number][] = []
  for (const [place, day] of order.entries()) {
    if (!days.has(day)) continue
    const open = runs.at(-1)
    if (open !== undefined && open[1] === order[place - 1]) open[1] = day
    else runs.push([day, day])
  }
  return runs
}

/** Days as a calendar in a document has the days. */
export function rangesOf(days: ReadonlySet<number>): string[] {
  const runs = runsOf([...DAYS.keys()], days)
  return runs.map(([first, last]) => (first === last ? DAYS[first]! : `${DAYS[first]}:${DAYS[last]}`))
}

/** The days of work, in the language of the reader. */
export function daysText({ calendars: { weekdays } }: Texts, { workdays }: Calendar): string {
  const runs = runsOf(SHOWN, new Set(daysOf(workdays)))
  return runs.map(([first, last]) => [...new Set([weekdays[first], weekdays[last]])].join('–')).join(', ')
}

export function hoursOf(worktime: unknown): string[] {
  return (worktime as Calendar['worktime']).map(({ start_time: start, end_time: end }) => `${start}-${end}`)
}

function warnings(ask: PageAsk, { id }: Calendar, config: Config): Html {
  const found = warningsOfEntry(calendarsSection, config, id)
  if (found.length === 0) return nothing
  return html`<div class="notice bad"><b>${ask.text.calendars.warnings}</b>${placedProblems(ask, found)}</div>`
}

interface Day {
  at: Millis
  works: boolean
  because: keyof Texts['calendars']['because']
}

/** Days of a calendar from a moment on, each by its noon: a clock is set at night. */
export function daysFrom(calendar: Calendar, from: Millis, count: number): Day[] {
  const today = Math.floor(localOf(from, calendar.timeZone) / DAY) * DAY
  return Array.from({ length: count }, (_, ahead) => {
    const day = today + ahead * DAY
    const at = momentOf(day + 12 * HOUR, calendar.timeZone)
    const isIn = (list: readonly string[]): boolean =>
      list.map(dayRange).some((range) => range !== undefined && range.from <= day && day <= range.to)
    const because = isIn(calendar.extraWorkdays) ? 'extra' : isIn(calendar.daysOff) ? 'holiday' : 'week'
    return { at, works: workAt(calendar, at).workday, because }
  })
}

function fortnight({ text, now, prefs }: PageAsk, calendar: Calendar): Html {
  const words = text.calendars
  const hours = hoursOf(calendar.worktime).join(', ')
  return html`<section class="panel"><h2>${words.fortnight}</h2>${listTable<Day>(
    [
      { head: words.day, kind: 'wide', cell: ({ at }) => dayText(prefs.language, at, calendar.timeZone) },
      {
        head: words.work,
        cell: ({ works, because }) =>
          html`<span class="chip ${works ? 'ok' : ''}">${works ? hours : words.noWork}</span> <span class="meta">${words.because[because]}</span>`,
      },
    ],
    daysFrom(calendar, now, FORTNIGHT),
  )}</section>`
}
