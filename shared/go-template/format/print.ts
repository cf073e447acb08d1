import { TemplateFailure } from '../syntax/failure.ts'
import { toBytes } from '../text/bytes.ts'
import { canBackquote, quote } from '../text/quote.ts'
import { BYTE, type Caller, type Value } from '../values/go-types.ts'
import { dataOf, elementsOf, entriesOf, isNil, typeOf } from '../values/value.ts'
import { cut, type Flags, noFlags, pad } from './flags.ts'
import { formatFloat } from './float.ts'
import { gather } from './gather.ts'
import { formatInteger } from './integer.ts'

/** Values in values that are printed. Go has no limit; a template cannot nest its own lists without one here. */
const MAX_DEPTH = 100

/** fmt.Sprint: spaces stand between two values of which neither is a text. */
export function print(values: readonly Value[], by: Caller): string {
  let text = ''
  let afterText = true
  for (const value of values) {
    const isText = value !== undefined && typeOf(value).kind === 'string'
    if (!isText && !afterText) text += ' '
    text += printArgument(value, 'v', noFlags(), by)
    by.made(text)
    afterText = isText
  }
  return text
}

/** fmt.Sprintln: spaces everywhere, and a newline at the end. */
export function printLine(values: readonly Value[], by: Caller): string {
  return `${gather(values, (value) => printArgument(value, 'v', noFlags(), by), ' ', by)}\n`
}

/** One argument of a format. */
export function printArgument(value: Value, verb: string, flags: Flags, by: Caller): string {
  if (value === undefined || (typeof value === 'object' && value.type.kind === 'interface' && value.data === null)) {
    return verb === 'T' || verb === 'v' ? pad('<nil>', flags) : `%!${verb}(<nil>)`
  }
  if (verb === 'T') return pad(cut(typeOf(value).name, flags), flags)
  if (verb === 'p') throw new TemplateFailure('printing of addresses (%p) is not supported')
  return printByMethod(value, verb, flags) ?? printValue(value, verb, flags, 0, by)
}

/** The text of a type with the method String, where the verb takes a text. */
function printByMethod(value: Exclude<Value, undefined>, verb: string, flags: Flags): string | undefined {
  const { text } = typeOf(value)
  if (text === undefined || !'vsxXq'.includes(verb)) return undefined
  return flags.sharpV ? undefined : formatText(text(value), verb, flags)
}

function printValue(value: Exclude<Value, undefined>, verb: string, flags: Flags, depth: number, by: Caller): string {
  by.spend(1)
  if (depth > MAX_DEPTH) throw new TemplateFailure(`the value nests deeper than ${MAX_DEPTH} levels`)
  const type = typeOf(value)
  const data = dataOf(value)
  switch (type.kind) {
    case 'bool':
      return verb === 't' || verb === 'v' ? pad(String(data), flags) : badVerb(value, verb, flags, by)
    case 'int':
      return formatInteger(data as bigint, verb, flags) ?? badVerb(value, verb, flags, by)
    case 'uint': {
      const hex = verb === 'v' && flags.sharpV
      return (
        formatInteger(data as bigint, hex ? 'x' : verb, hex ? { ...flags, sharp: true } : flags) ??
        badVerb(value, verb, flags, by)
      )
    }
    case 'float':
      return formatFloat(data as number, verb, flags) ?? badVerb(value, verb, flags, by)
    case 'string':
      // A quote looks at each character.
      by.spend(verb === 'q' || flags.sharpV ? (data as string).length : (data as string).length >> 8)
      return formatText(data as string, verb, flags) ?? badVerb(value, verb, flags, by)
    case 'map':
    case 'slice':
    case 'struct': {
      const text = printParts(value, verb, flags, depth, by)
      by.made(text)
      return text
    }
    case 'pointer':
      if (depth > 0 || data === null) throw new TemplateFailure('printing of addresses is not supported')
      return `&${printInner(data as unknown as Value, verb, flags, depth + 1, by)}`
    case 'interface':
      return flags.sharpV ? `${type.name}(nil)` : '<nil>'
  }
}

/** A value inside another one. */
function printInner(value: Value, verb: string, flags: Flags, depth: number, by: Caller): string {
  if (value === undefined) return verb === 'v' ? '<nil>' : `%!${verb}(<nil>)`
  return printByMethod(value, verb, flags) ?? printValue(value, verb, flags, depth, by)
}

function printParts(value: Exclude<Value, undefined>, verb: string, flags: Flags, depth: number, by: Caller): string {
  const type = typeOf(value)
  const inner = (one: Value): string => printInner(one, verb, flags, depth + 1, by)
  if (flags.sharpV && isNil(value)) return `${type.name}(nil)`
  const separator = flags.sharpV ? ', ' : ' '
  if (type.kind === 'map') {
    const entries = gather(entriesOf(value), ([key, one]) => `${inner(key)}:${inner(one)}`, separator, by)
    return flags.sharpV ? `${type.name}{${entries}}` : `map[${entries}]`
  }
  if (type.kind === 'slice') {
    const elements = elementsOf(value)
    if (type.elem === BYTE && 'sqxX'.includes(verb)) {
      const text = Buffer.from(elements.map((one) => Number(dataOf(one!)))).toString('latin1')
      return formatText(text, verb, flags)!
    }
    const shown = gather(elements, inner, separator, by)
    return flags.sharpV ? `${type.name}{${shown}}` : `[${shown}]`
  }
  if (type.fields === undefined) throw new TemplateFailure(`%${verb} of ${type.name} is not supported`)
  const named = flags.plusV || flags.sharpV
  const fields = type.fields.map(({ name, get }) => {
    const shown = inner(get(dataOf(value) as never))
    return named ? `${name}:${shown}` : shown
  })
  return `${flags.sharpV ? type.name : ''}{${fields.join(separator)}}`
}

/** Undefined: the verb is not for texts. */
function formatText(text: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 's':
      return pad(cut(text, flags), flags)
    case 'v':
      return flags.sharpV ? quotedText(text, flags) : pad(cut(text, flags), flags)
    case 'q':
      return quotedText(text, flags)
    case 'x':
      return hexText(text, flags)
    case 'X':
      return hexText(text, flags).toUpperCase()
    default:
      return undefined
  }
}

function quotedText(text: string, flags: Flags): string {
  const shown = cut(text, flags)
  if (flags.sharp && canBackquote(shown)) return pad(`\`${shown}\``, flags)
  return pad(quote(shown, { ascii: flags.plus }), flags)
}

function hexText(text: string, flags: Flags): string {
  const bytes = toBytes(text).subarray(0, flags.precision)
  const prefix = flags.sharp ? '0x' : ''
  const parts = flags.space ? [...bytes].map((byte) => byte.toString(16).padStart(2, '0')) : [bytes.toString('hex')]
  return pad(bytes.length === 0 ? '' : parts.map((part) => prefix + part).join(' '), flags)
}

/** `%!d(string=text)` */
function badVerb(value: Exclude<Value, undefined>, verb: string, flags: Flags, by: Caller): string {
  return `%!${verb}(${typeOf(value).name}=${printValue(value, 'v', flags, 0, by)})`
}
