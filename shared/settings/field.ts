import * as z from 'zod'

/*
 * Settings of channels, of forwarding and of integrations are declared once, field by field. A field is a zod
 * schema and the treatment of its value. The schema of the settings is made of the fields, so a setting that no
 * field declares is refused, and cannot be stored, shown or sent by mistake. Sealing, masking, the OpenAPI
 * document and the console's form read the same declaration.
 */

/** Settings as plain data: of a document, of an API body, or as stored with sealed secrets. */
export type Settings = Record<string, unknown>

interface FieldText {
  /** Name in forms and in the OpenAPI document. */
  label: string
  /** A sentence for the reader of the form. */
  help?: string
  /** Heading in forms, shared by fields that belong together. */
  group?: string
}

interface FieldOptions<Value> extends FieldText {
  /**
   * The value is sealed at rest and shown as `<secret>`. `values`: the field is a mapping, and every value in the
   * mapping is a secret of its own, while the names are shown.
   */
  secret?: [NonNullable<Value>] extends [string]
    ? true
    : [NonNullable<Value>] extends [Record<string, string>]
      ? 'values'
      : never
  /** The value decides where requests go, as a URL or a name. A stored secret is never sent to another address. */
  address?: true
  /** Every text in the value is a template of Alertmanager, which a message replaces by the text that it makes. */
  template?: TemplateOf
}

/** `html`: the text is HTML, and values in it are escaped for their places. By the settings, where these decide. */
export type TemplateOf = TemplateKind | ((settings: Settings) => TemplateKind)
export type TemplateKind = 'text' | 'html'

export interface Field<Schema extends z.ZodType = z.ZodType> extends FieldText {
  schema: Schema
  secret?: true | 'values'
  address?: true
  template?: TemplateOf
}

/** A mapping of fields, such as `basicAuth: {username, password}`. A group is given whole or left out. */
export interface FieldGroup<Inner extends Fields = Fields> extends FieldText {
  fields: Inner
  schema: z.ZodOptional<SettingsSchema<Inner>>
}

export type Fields = { readonly [name: string]: Field | FieldGroup }

export type SettingsSchema<F extends Fields> = z.ZodObject<
  { -readonly [Name in keyof F]: F[Name]['schema'] },
  z.core.$strict
>

/** Settings that the schema of the fields has accepted, secrets in plain text. */
export type SettingsOf<F extends Fields> = z.output<SettingsSchema<F>>

export function field<Schema extends z.ZodType>(
  schema: Schema,
  options: FieldOptions<z.output<Schema>>,
): Field<Schema> {
  return { ...options, schema: schema.meta(described(options)) }
}

export function fieldGroup<const Inner extends Fields>(fields: Inner, text: FieldText): FieldGroup<Inner> {
  return { ...text, fields, schema: settingsSchema(fields).optional().meta(described(text)) }
}

export function isGroup(declared: Field | FieldGroup): declared is FieldGroup {
  return 'fields' in declared
}

/** Strict: a key without a field is a problem. */
export function settingsSchema<const F extends Fields>(fields: F): SettingsSchema<F> {
  const shape = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]))
  // Object.fromEntries loses which name has which schema; the type of the result says so again.
  return z.strictObject(shape) as unknown as SettingsSchema<F>
}

/** JSON Schema keywords. `password` is the hint that OpenAPI has for a text that no screen should show. */
function described({ label, help, secret }: FieldText & { secret?: true | 'values' }) {
  return { title: label, ...(help && { description: help }), ...(secret === true && { format: 'password' }) }
}
