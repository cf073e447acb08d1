import * as z from 'zod'
import { type Field, type Fields, isGroup } from './field.ts'

/** An input of a form, derived from the declaration of a field. */
export interface FormField {
  /** Names down to the value, joined by dots: `basicAuth.password`. */
  name: string
  label: string
  help?: string
  /** Heading of the inputs that belong together. */
  group?: string
  input: 'text' | 'number' | 'switch' | 'choice' | 'mapping'
  /** Values of a choice. */
  options?: string[]
  /** Inside a group: required when the group is given. */
  required: boolean
  secret: boolean
  address: boolean
}

/** The inputs for settings, in the order of their declaration. */
export function formOf(fields: Fields): FormField[] {
  return Object.entries(fields).flatMap(([name, declared]) => {
    if (!isGroup(declared)) return [formField(name, declared)]
    return formOf(declared.fields).map((one) => ({ ...one, name: `${name}.${one.name}`, group: declared.label }))
  })
}

function formField(name: string, { schema, label, help, group, secret, address }: Field): FormField {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return {
    name,
    label,
    help,
    group,
    input: inputOf(json),
    options: json.enum?.map(String),
    required: !schema.safeParse(undefined).success,
    secret: secret !== undefined,
    address: address === true,
  }
}

const INPUTS: Record<string, FormField['input']> = {
  integer: 'number',
  number: 'number',
  boolean: 'switch',
  object: 'mapping',
}

function inputOf({ enum: options, type }: z.core.JSONSchema.BaseSchema): FormField['input'] {
  return options === undefined ? (INPUTS[String(type)] ?? 'text') : 'choice'
}
