import { print } from '../format/print.ts'
import type { CommandNode, PipeNode } from '../syntax/nodes.ts'
import type { Caller, GoFunction, Value } from '../values/go-types.ts'
import { ANY } from '../values/go-types.ts'
import { pointee } from '../values/value.ts'
import { escapeJsRegexp, escapeJsString, escapeJsTemplate } from './script-escapers.ts'
import { escapeJsValue } from './script-values.ts'
import { escapeCss, filterCssValue } from './style-escapers.ts'
import {
  escapeAttribute,
  escapeComment,
  escapeRcdata,
  escapeText,
  escapeUnquoted,
  filterName,
} from './text-escapers.ts'
import { escapeSrcset, escapeUrl, filterUrl, normalizeUrl } from './url-escapers.ts'

function escaper(write: (args: readonly Value[], by: Caller) => string): GoFunction {
  return {
    parameters: [ANY],
    variadic: true,
    call: (args, by) => {
      const text = write(args, by)
      by.spend(text.length >> 5)
      return text
    },
  }
}

/** The functions that the escaping adds to pipelines. No template can name one. */
export const ESCAPERS = {
  _html_template_attrescaper: escaper(escapeAttribute),
  _html_template_commentescaper: escaper(escapeComment),
  _html_template_cssescaper: escaper(escapeCss),
  _html_template_cssvaluefilter: escaper(filterCssValue),
  _html_template_htmlnamefilter: escaper(filterName),
  _html_template_htmlescaper: escaper(escapeText),
  _html_template_jsregexpescaper: escaper(escapeJsRegexp),
  _html_template_jsstrescaper: escaper(escapeJsString),
  _html_template_jstmpllitescaper: escaper(escapeJsTemplate),
  _html_template_jsvalescaper: escaper(escapeJsValue),
  _html_template_nospaceescaper: escaper(escapeUnquoted),
  _html_template_rcdataescaper: escaper(escapeRcdata),
  _html_template_srcsetescaper: escaper(escapeSrcset),
  _html_template_urlescaper: escaper(escapeUrl),
  _html_template_urlfilter: escaper(filterUrl),
  _html_template_urlnormalizer: escaper(normalizeUrl),
  _eval_args_: escaper((args, by) => print(args.map(pointee), by)),
} as const satisfies Readonly<Record<string, GoFunction>>

export type EscaperName = keyof typeof ESCAPERS

/** Functions of text/template that do the work of an escaper where they end a pipeline. */
export const PREDEFINED = new Set(['html', 'urlquery'])

const EQUIVALENT: Readonly<Record<string, string>> = {
  _html_template_attrescaper: 'html',
  _html_template_htmlescaper: 'html',
  _html_template_rcdataescaper: 'html',
  _html_template_urlescaper: 'urlquery',
  _html_template_urlnormalizer: 'urlquery',
}

/** The output of an escaper is safe for the other escapers here. */
const REDUNDANT: Readonly<Record<string, readonly string[]>> = {
  _html_template_commentescaper: ['_html_template_attrescaper', '_html_template_htmlescaper'],
  _html_template_cssescaper: ['_html_template_attrescaper'],
  _html_template_jsregexpescaper: ['_html_template_attrescaper'],
  _html_template_jsstrescaper: ['_html_template_attrescaper'],
  _html_template_jstmpllitescaper: ['_html_template_attrescaper'],
  _html_template_urlescaper: ['_html_template_urlnormalizer'],
}

function normal(name: string): string {
  return EQUIVALENT[name] ?? name
}

/** The name of the function that a command calls. */
export function functionOf({ words }: CommandNode): string | undefined {
  const [first] = words
  return first?.kind === 'identifier' ? first.name : undefined
}

/** The pipeline, with the escapers at its end that are not there yet. */
export function escapedPipeline(pipe: PipeNode, escapers: readonly EscaperName[]): PipeNode {
  if (escapers.length === 0) return pipe
  const call = (name: string): CommandNode => {
    return { kind: 'command', at: pipe.at, words: [{ kind: 'identifier', at: pipe.at, name }] }
  }
  let commands: readonly CommandNode[] = pipe.commands
  let wanted: readonly string[] = escapers
  const last = commands.at(-1)!
  const predefined = functionOf(last)
  if (predefined !== undefined && PREDEFINED.has(predefined)) {
    if (commands.length === 1 && last.words.length > 1) {
      // {{ html a b }} is {{ _eval_args_ a b | html }}.
      const [name, ...rest] = last.words
      const evaluated: CommandNode = {
        ...last,
        words: [{ kind: 'identifier', at: name!.at, name: '_eval_args_' }, ...rest],
      }
      commands = appended([evaluated], call(predefined))
    }
    const replaced = escapers.map((name) => (normal(name) === predefined ? predefined : name))
    if (replaced.some((name, place) => name !== escapers[place])) commands = commands.slice(0, -1)
    wanted = replaced
  }
  const there = new Set(commands.map((command) => normal(functionOf(command) ?? '')))
  const added = wanted.filter((name) => !there.has(normal(name))).map(call)
  return { ...pipe, commands: added.reduce(appended, commands) }
}

function appended(commands: readonly CommandNode[], command: CommandNode): readonly CommandNode[] {
  const [last, next] = [functionOf(commands.at(-1)!), functionOf(command)]
  const redundant = last !== undefined && next !== undefined && REDUNDANT[last]?.includes(next)
  return redundant ? commands : [...commands, command]
}
