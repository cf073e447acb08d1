import * as z from 'zod'
import type { Field, Fields } from '../../shared/settings/field.ts'
import { isGroup } from '../../shared/settings/field.ts'

/** The table of the settings of a kind, as docs/channels.md has the table: from the declaration of the fields. */
export function settingsTable(fields: Fields): string {
  return ['| setting | | |', '|---|---|---|', ...rows(fields)].join('\n')
}

function rows(fields: Fields, above = ''): string[] {
  return Object.entries(fields).flatMap(([name, declared]) => {
    const path = `${above}${name}`
    return isGroup(declared) ? rows(declared.fields, `${path}.`) : [row(path, declared)]
  })
}

function row(path: string, { schema, label, help, secret }: Field): string {
  const { enum: choices, default: absent, type } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const given = choices?.filter((one) => one !== absent).map((one) => (one === '' ? 'empty' : `\`${one}\``))
  const values = [
    ...(schema.safeParse(undefined).success ? [] : [within(path)]),
    ...(secret === undefined ? [] : ['secret']),
    ...(isNothing(absent) ? [] : [`\`${shown(absent)}\` by default`]),
    ...(given === undefined ? [] : [`${absent === undefined ? '' : 'or '}${given.join(', ')}`]),
    ...(given === undefined && type === 'boolean' ? ['`true` or `false`'] : []),
  ]
  const about = help === undefined ? label : `${label}. ${help}`
  return `| \`${path}\` | ${about.replaceAll('|', '\\|')} | ${values.join(', ')} |`
}

function within(path: string): string {
  const [group, ...rest] = path.split('.')
  return rest.length === 0 ? 'required' : `required in \`${group}\``
}

function isNothing(absent: unknown): boolean {
  return absent === undefined || ['""', '[]', '{}'].includes(JSON.stringify(absent))
}

function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
