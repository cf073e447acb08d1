import { goJson } from '../go-template/format/json.ts'
import { HTML, URL_TEXT } from '../go-template/html/content.ts'
import { TemplateFailure } from '../go-template/syntax/failure.ts'
import type { Functions } from '../go-template/template.ts'
import { fromBytes, toBytes } from '../go-template/text/bytes.ts'
import { trimSpace } from '../go-template/text/characters.ts'
import { quote } from '../go-template/text/quote.ts'
import { ANY, ANYS, type GoFunction, mapOf, STRING, STRINGS, type Value } from '../go-template/values/go-types.ts'
import { dataOf, elementsOf, mapValue, typed } from '../go-template/values/value.ts'
import { joined } from './data.ts'
import { humanizeDuration } from './duration.ts'
import type { FunctionName } from './function-names.ts'
import { matches, replaceAll } from './regular-expression.ts'
import { duration, momentIn, TIME, time } from './time/go-types.ts'
import { formatMoment } from './time/layout.ts'
import { type Moment, ZERO_NS } from './time/moment.ts'
import { parseMoment } from './time/parse.ts'
import { loadZone, UTC } from './time/zone.ts'
import { titleCase } from './title.ts'

/** The functions of Alertmanager's templates (facts from prometheus/alertmanager 0.34, Apache-2.0). */

function texts(count: number, write: (...args: string[]) => Value, stepsOf = cheap): GoFunction {
  return {
    parameters: Array.from({ length: count }, () => STRING),
    call: (args, by) => {
      for (const arg of args) by.spend(stepsOf(dataOf(arg!) as string))
      return write(...args.map((arg) => dataOf(arg!) as string))
    },
  }
}

/** Work by the text of an argument: the machine's own search through a text, or a look at each character. */
const cheap = (text: string): number => text.length >> 6
const dear = (text: string): number => text.length

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with the control characters
const ASCII = /^[\x00-\x7f]*$/
const byLetters = (text: string): number => (ASCII.test(text) ? cheap(text) : dear(text))

const MAP = mapOf(ANY)

const FIXED: Record<Exclude<FunctionName, 'now' | 'since' | 'routeLabels'>, GoFunction> = {
  toUpper: texts(1, (text) => eachCharacter(text, (one) => one.toUpperCase()), byLetters),
  toLower: texts(1, (text) => eachCharacter(text, (one) => one.toLowerCase()), byLetters),
  title: texts(1, titleCase, dear),
  trimSpace: texts(1, trimSpace),
  join: {
    parameters: [STRING, STRINGS],
    call: ([separator, list], by) => {
      return joined(list, separator, by)
    },
  },
  match: {
    parameters: [STRING, STRING],
    call: ([pattern, text], by) => matches(dataOf(pattern!) as string, dataOf(text!) as string, by),
  },
  reReplaceAll: {
    parameters: [STRING, STRING, STRING],
    call: (args, by) => {
      const [pattern = '', replacement = '', text = ''] = args.map((arg) => dataOf(arg!) as string)
      return replaceAll(pattern, replacement, text, by)
    },
  },
  safeHtml: texts(1, (text) => typed(HTML, text)),
  safeUrl: texts(1, (text) => typed(URL_TEXT, text)),
  urlUnescape: texts(1, queryUnescape, dear),
  stringSlice: { parameters: [STRING], variadic: true, call: (args) => typed(STRINGS, args) },
  date: {
    parameters: [STRING, TIME],
    call: ([layout, at], by) => {
      const text = dataOf(layout!) as string
      by.spend(dear(text))
      return formatMoment(momentIn(at), text)
    },
  },
  tz: {
    parameters: [STRING, TIME],
    call: ([name, at]) => {
      const zone = loadZone(dataOf(name!) as string)
      if (zone === undefined) throw new TemplateFailure(`unknown time zone ${dataOf(name!)}`)
      return time({ ns: momentIn(at).ns, zone })
    },
  },
  toDate: texts(
    2,
    (layout, text) => {
      const parsed = parseMoment(layout!, text!)
      return time(parsed.ok ? parsed.moment : { ns: ZERO_NS, zone: UTC })
    },
    dear,
  ),
  mustToDate: texts(
    2,
    (layout, text) => {
      const parsed = parseMoment(layout!, text!)
      if (!parsed.ok) throw new TemplateFailure(parsed.error)
      return time(parsed.moment)
    },
    dear,
  ),
  humanizeDuration: { parameters: [ANY], call: ([value]) => humanizeDuration(value) },
  toJson: { parameters: [ANY], call: ([value], by) => goJson(value, by) },
  base64encode: texts(1, (text) => base64Url(toBytes(text!))),
  base64decode: texts(1, decodeBase64),
  list: { parameters: [ANY], variadic: true, call: (args) => typed(ANYS, args) },
  append: {
    parameters: [ANYS, ANY],
    variadic: true,
    call: ([list, ...more], by) => {
      const all = [...elementsOf(list), ...more]
      by.spend(all.length >> 2)
      return typed(ANYS, all)
    },
  },
  dict: {
    parameters: [ANY],
    variadic: true,
    call: (args) => {
      if (args.length % 2 !== 0) throw new TemplateFailure('dict requires an even number of arguments')
      const entries: [string, Value][] = []
      for (let at = 0; at < args.length; at += 2) {
        const key = args[at]
        if (typeof key !== 'string') throw new TemplateFailure('dict keys must be strings')
        entries.push([key, args[at + 1]])
      }
      return mapValue(MAP, entries)
    },
  },
}

/** `now`: the moment that templates of this message take for the present one. */
export function templateFunctions(now: Moment, routeLabel: (name: string) => string): Functions {
  return {
    ...FIXED,
    now: { parameters: [], call: () => time(now) },
    since: { parameters: [TIME], call: ([at]) => duration(now.ns - momentIn(at).ns) },
    routeLabels: texts(1, (name) => routeLabel(name!)),
  }
}

/** Go maps character by character: `ß` has no large form of one character, so it stays. */
function eachCharacter(text = '', change: (character: string) => string): string {
  if (ASCII.test(text)) return change(text)
  return Array.from(text, (character) => {
    const changed = change(character)
    return [...changed].length === 1 ? changed : character
  }).join('')
}

/** url.QueryUnescape */
function queryUnescape(text = ''): string {
  const broken = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)?.[0]
  if (broken !== undefined) throw new TemplateFailure(`invalid URL escape ${quote(broken)}`)
  const bytes = text
    .replaceAll('+', ' ')
    .split('%')
    .flatMap((part, index) =>
      index === 0 ? [toBytes(part)] : [Buffer.from(part.slice(0, 2), 'hex'), toBytes(part.slice(2))],
    )
  return fromBytes(Buffer.concat(bytes))
}

function base64Url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

/** Newlines are skipped, and the padding has to be there. */
function decodeBase64(text = ''): string {
  const plain = text.replace(/[\r\n]/g, '')
  const valid = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?$/.test(plain)
  if (!valid) throw new TemplateFailure('illegal base64 data')
  return fromBytes(Buffer.from(plain, 'base64url'))
}
