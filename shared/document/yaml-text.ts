import { type CreateNodeOptions, type DocumentOptions, type SchemaOptions, stringify, type ToStringOptions } from 'yaml'
import type { Steps } from '../base/steps.ts'
import { isObject } from '../base/value.ts'
import type { Shown } from './sections/section.ts'

type Options = DocumentOptions & SchemaOptions & CreateNodeOptions & ToStringOptions

/** A document as YAML, in steps: an entry of a list of mappings is a step, however deep the list lies. */
export function* yamlText(document: Shown, options: Options = {}): Steps<string> {
  const parts: string[] = []
  yield* write(parts, document, { first: '', rest: '' }, { aliasDuplicateObjects: false, ...options })
  return parts.join('')
}

/** The begin of the first line of a mapping, and of the other lines. */
interface Indent {
  first: string
  rest: string
}

function* write(parts: string[], mapping: Shown, indent: Indent, options: Options): Steps<void> {
  let { first } = indent
  let plain: [string, unknown][] = []
  const put = (text: string): number => {
    parts.push(first, text.replaceAll(LATER_LINES, indent.rest))
    first = indent.rest
    return UNITS_PER_TEXT + text.length / 4
  }
  const putPlain = (): number => {
    const units = plain.length === 0 ? 0 : put(stringify(Object.fromEntries(plain), options))
    plain = []
    return units
  }
  for (const [name, value] of Object.entries(mapping)) {
    const entries = hasEntries(value) ? value : undefined
    const heading = entries && headingOf(name, options)
    if (entries === undefined || heading === undefined) {
      plain.push([name, value])
      continue
    }
    yield putPlain() + put(heading)
    const inner = `${indent.rest}  `
    if (isObject(entries)) yield* write(parts, entries, { first: inner, rest: inner }, options)
    else for (const entry of entries) yield* write(parts, entry, { first: `${inner}- `, rest: `${inner}  ` }, options)
  }
  yield plain.length === 0 && Object.keys(mapping).length > 0 ? 0 : put(stringify(Object.fromEntries(plain), options))
}

const UNITS_PER_TEXT = 100
/** The begin of every line but the first, empty lines left out. */
const LATER_LINES = /(?<=\n)(?=[^\n])/g

/** A list of mappings, or a mapping with such a list in it. */
function hasEntries(value: unknown): value is Shown[] | Shown {
  if (Array.isArray(value)) return value.length > 0 && value.every(isObject)
  return isObject(value) && Object.values(value).some(hasEntries)
}

/** The line with the name, quoted where YAML needs it. Undefined: the name needs more than a line. */
function headingOf(name: string, options: Options): string | undefined {
  const end = ': []\n'
  const text = stringify({ [name]: [] }, options)
  return text.endsWith(end) && text.indexOf('\n') === text.length - 1 ? `${text.slice(0, -end.length)}:\n` : undefined
}
