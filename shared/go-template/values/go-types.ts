/** Kinds of Go's values that templates meet. */
export type Kind = 'bool' | 'int' | 'uint' | 'float' | 'string' | 'slice' | 'map' | 'struct' | 'pointer' | 'interface'

/**
 * A value of Go. Texts are strings, `int` is a bigint, `float64` a number; values of other types carry their type.
 * Undefined is no value at all (the zero reflect.Value), as an absent key gives it.
 */
export type Value = undefined | boolean | bigint | number | string | Typed

export interface Typed {
  readonly type: GoType
  readonly data: Data
}

/** By kind of the type: as above, a list, a map, or the source of the fields of a struct. Null: nil. */
export type Data = boolean | bigint | number | string | readonly Value[] | ReadonlyMap<string, Value> | object | null

/** A type of Go, as far as templates can tell types apart. */
export interface GoType {
  /** As `%T` writes the type. */
  name: string
  kind: Kind
  /** The type of the elements of a slice, of the values of a map, of the target of a pointer. */
  elem?: GoType
  /** Fields of a struct, in order. A field whose name begins with a small letter cannot be read by a template. */
  fields?: readonly GoField[]
  /** Methods that a template may call. */
  methods?: Readonly<Record<string, GoFunction>>
  /** The method String, which printing prefers. */
  text?: (value: Value) => string
  /** The method MarshalJSON: the value in the place of this one. */
  json?: (value: Value) => Value
  /** The type has a name of its own, so values of equal types with other names are not taken for it. */
  named: boolean
}

export interface GoField {
  name: string
  /** Name in JSON; absent: the field is not in JSON. */
  json?: string
  type: GoType
  get(data: never): Value
}

/** A function or method: the types of its parameters, and its work. */
export interface GoFunction {
  parameters: readonly GoType[]
  /** Further arguments have the type of the last parameter. */
  variadic?: boolean
  /** Throws a `TemplateFailure` for an error that Go returns. A method gets its receiver first. */
  call(args: readonly Value[], by: Caller): Value
}

/** What a function may use of the run that calls it. */
export interface Caller {
  /** Counts work: a step is a microsecond or less. */
  spend(steps: number): void
  /** Refuses a text of so many characters before it is made. */
  room(chars: number): void
  /** Counts a text that was made, and refuses a text that is too long. */
  made(text: string): void
}

/** As the type of a parameter: takes every value, and no value at all. */
export const REFLECT: GoType = { name: 'reflect.Value', kind: 'struct', named: true }

export const BOOL: GoType = { name: 'bool', kind: 'bool', named: true }
export const INT: GoType = { name: 'int', kind: 'int', named: true }
export const INT64: GoType = { name: 'int64', kind: 'int', named: true }
export const BYTE: GoType = { name: 'uint8', kind: 'uint', named: true }
export const FLOAT: GoType = { name: 'float64', kind: 'float', named: true }
export const STRING: GoType = { name: 'string', kind: 'string', named: true }
/** The empty interface: takes every value. */
export const ANY: GoType = { name: 'interface {}', kind: 'interface', named: false }

export function sliceOf(elem: GoType): GoType {
  return { name: `[]${elem.name}`, kind: 'slice', elem, named: false }
}

/** Maps of templates have texts as keys. */
export function mapOf(elem: GoType): GoType {
  return { name: `map[string]${elem.name}`, kind: 'map', elem, named: false }
}

export function pointerTo(elem: GoType): GoType {
  return { name: `*${elem.name}`, kind: 'pointer', elem, named: false }
}

export const STRINGS = sliceOf(STRING)
export const ANYS = sliceOf(ANY)

/** Go's rule of assignment: equal types, or types of equal form of which one has no name of its own. */
export function isAssignable(from: GoType, to: GoType): boolean {
  if (from === to || to.kind === 'interface') return true
  if (from.named && to.named) return false
  if (from.kind !== to.kind || from.elem === undefined || to.elem === undefined) return false
  return from.elem === to.elem || (!from.elem.named && !to.elem.named && isAssignable(from.elem, to.elem))
}
