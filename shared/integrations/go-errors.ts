import { quoted } from '../base/value.ts'

/** Texts of Go's standard library, which Alertmanager's clients show to people (`encoding/json`, `time`, `%q`). */

/** The pattern of each part of the layout, and the range of its number. */
const LAYOUT: [pattern: RegExp, name: string, range?: [from: number, to: number, what: string]][] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d\d/, '01', [1, 12, 'month']],
  [/^-/, '-'],
  [/^\d\d/, '02', [1, 31, 'day']],
  [/^ /, ' '],
  [/^\d\d?/, '15', [0, 23, 'hour']],
  [/^:/, ':'],
  [/^\d\d/, '04', [0, 59, 'minute']],
  [/^:/, ':'],
  [/^\d\d/, '05', [0, 59, 'second']],
]

/** The error of `time.Parse` for the last layout that Go tries, which is the error that Go reports. */
export function goTimeError(text: string): string {
  let rest = text
  for (const [pattern, name, range] of LAYOUT) {
    const found = pattern.exec(rest)
    if (!found)
      return `parsing time ${quoted(text)} as "2006-01-02 15:04:05": cannot parse ${quoted(rest)} as ${quoted(name)}`
    const number = Number(found[0])
    if (range && (number < range[0] || number > range[1]))
      return `parsing time ${quoted(text)}: ${range[2]} out of range`
    rest = rest.slice(found[0].length)
  }
  return rest === ''
    ? `parsing time ${quoted(text)}: day out of range`
    : `parsing time ${quoted(text)}: extra text: ${quoted(rest)}`
}
