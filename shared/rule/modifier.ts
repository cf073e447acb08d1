import { suggestion } from '../base/suggest.ts'
import { type Comparison, TIME_RANGES, type TimePart } from './expression.ts'
import { quoted } from './reading.ts'

/** Transformations of the text to search for, applied in the order in which the modifiers are written. */
export type Transformation =
  | 'contains'
  | 'startswith'
  | 'endswith'
  | 'windash'
  | 'utf16le'
  | 'utf16be'
  | 'utf16'
  | 'base64'
  | 'base64offset'

/** The meaning of `field|modifier|modifier`. */
export interface ItemKey {
  /** Empty: a search through the whole record. */
  field: string
  as: 'text' | 'regex' | 'cidr' | 'exists' | 'fieldref' | 'number'
  transformations: Transformation[]
  /** Values are joined by and, in place of or. */
  all: boolean
  negated: boolean
  cased: boolean
  /** Replaces `%names%`. */
  expand: boolean
  /** Only for a regular expression: flags out of `i`, `m`, `s`. */
  flags: string
  op: Comparison
  part?: TimePart
}

const TRANSFORMATIONS = new Map<string, Transformation>([
  ['contains', 'contains'],
  ['startswith', 'startswith'],
  ['endswith', 'endswith'],
  ['windash', 'windash'],
  ['wide', 'utf16le'],
  ['utf16le', 'utf16le'],
  ['utf16be', 'utf16be'],
  ['utf16', 'utf16'],
  ['base64', 'base64'],
  ['base64offset', 'base64offset'],
])
const TYPES = new Map<string, ItemKey['as']>([
  ['re', 'regex'],
  ['cidr', 'cidr'],
  ['exists', 'exists'],
  ['fieldref', 'fieldref'],
])
const FLAGS = new Map([
  ['i', 'i'],
  ['ignorecase', 'i'],
  ['m', 'm'],
  ['multiline', 'm'],
  ['s', 's'],
  ['dotall', 's'],
])
const COMPARISONS = new Set<string>(['gt', 'gte', 'lt', 'lte'])

const MODIFIERS = [
  ...TRANSFORMATIONS.keys(),
  ...TYPES.keys(),
  ...FLAGS.keys(),
  ...COMPARISONS,
  ...Object.keys(TIME_RANGES),
  ...['all', 'neq', 'cased', 'expand'],
]

/** The transformations that make sense beside a type: a regular expression already searches anywhere. */
const ALLOWED: Record<ItemKey['as'], readonly Transformation[]> = {
  text: [...TRANSFORMATIONS.values()],
  regex: ['contains'],
  fieldref: ['contains', 'startswith', 'endswith'],
  cidr: [],
  exists: [],
  number: [],
}

/** The key, or the reason why the key makes no sense. */
export function parseItemKey(text: string): ItemKey | string {
  const [field = '', ...modifiers] = text.split('|')
  const key: ItemKey = {
    field,
    as: 'text',
    transformations: [],
    all: false,
    negated: false,
    cased: false,
    expand: false,
    flags: '',
    op: 'eq',
  }
  for (const modifier of modifiers) {
    const refused = apply(key, modifier)
    if (refused !== undefined) return refused
  }
  return contradiction(key) ?? key
}

function apply(key: ItemKey, modifier: string): string | undefined {
  const transformation = TRANSFORMATIONS.get(modifier)
  const type = TYPES.get(modifier)
  const flag = FLAGS.get(modifier)
  if (transformation !== undefined) key.transformations.push(transformation)
  else if (type !== undefined) return setType(key, type, modifier)
  else if (modifier === 'all') key.all = true
  else if (modifier === 'neq') key.negated = true
  else if (modifier === 'cased') key.cased = true
  else if (modifier === 'expand') key.expand = true
  else if (flag !== undefined) {
    if (key.as !== 'regex') return `modifier ${quoted(modifier)} is a flag of "re" and must follow it`
    key.flags += key.flags.includes(flag) ? '' : flag
  } else if (COMPARISONS.has(modifier)) {
    if (key.op !== 'eq') return `modifiers ${quoted(key.op)} and ${quoted(modifier)} exclude each other`
    key.op = modifier as Comparison
    return setType(key, 'number', modifier)
  } else if (Object.hasOwn(TIME_RANGES, modifier)) {
    if (key.part !== undefined) return `modifiers ${quoted(key.part)} and ${quoted(modifier)} exclude each other`
    key.part = modifier as TimePart
    return setType(key, 'number', modifier)
  } else return `unknown modifier ${quoted(modifier)}${suggestion(modifier, MODIFIERS)}`
  return undefined
}

function setType(key: ItemKey, type: ItemKey['as'], modifier: string): string | undefined {
  if (key.as !== 'text' && key.as !== type) return `modifier ${quoted(modifier)} does not go with the ones before it`
  key.as = type
  return undefined
}

function contradiction(key: ItemKey): string | undefined {
  const misplaced = key.transformations.find((transformation) => !ALLOWED[key.as].includes(transformation))
  if (misplaced !== undefined) return `modifier ${quoted(misplaced)} changes text, which is not what is compared here`
  if (key.cased && key.as !== 'text' && key.as !== 'regex' && key.as !== 'fieldref') {
    return 'modifier "cased" is about text, which is not what is compared here'
  }
  if (key.expand && key.as !== 'text' && key.as !== 'regex' && key.as !== 'cidr') {
    return 'modifier "expand" is about text, which is not what is compared here'
  }
  if (key.field === '' && (key.as === 'exists' || key.as === 'fieldref' || key.as === 'number')) {
    return 'the modifiers need a field name before them'
  }
  return undefined
}
