import { joinPath } from '../problem/problem.ts'
import { type Fields, isGroup, type Settings, type TemplateKind } from './field.ts'

/** A text of the settings that is a template. */
export interface TemplateText {
  /** Names and places from the settings down to the text: `['fields', '0', 'value']`. */
  path: readonly string[]
  text: string
  kind: TemplateKind
  /** The text is a secret, or may have one in it: no message repeats it. */
  secret: boolean
}

/** The templates among the settings, secrets in plain text. An empty text makes an empty text, and is left out. */
export function templateTexts(fields: Fields, settings: Settings): TemplateText[] {
  return Object.entries(fields).flatMap(([name, declared]) => {
    if (isGroup(declared) || declared.template === undefined || !Object.hasOwn(settings, name)) return []
    const { template, secret } = declared
    const kind = typeof template === 'function' ? template(settings) : template
    return textsIn(settings[name], [name]).map((found) => ({ ...found, kind, secret: secret !== undefined }))
  })
}

/** Settings are checked when they are read, so they are no deeper than a document. */
function textsIn(value: unknown, path: readonly string[]): Pick<TemplateText, 'path' | 'text'>[] {
  if (typeof value === 'string') return value === '' ? [] : [{ path, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) => textsIn(one, [...path, name]))
}

/** A copy of the settings with other texts at some places. */
export function withTexts(settings: Settings, texts: readonly Pick<TemplateText, 'path' | 'text'>[]): Settings {
  const copy = structuredClone(settings)
  for (const { path, text } of texts) {
    const parent = path.slice(0, -1).reduce<unknown>((at, name) => (at as Settings)[name], copy) as Settings
    // A name may be `__proto__`, which an assignment would not take for a name.
    Object.defineProperty(parent, path.at(-1)!, { value: text, writable: true, enumerable: true, configurable: true })
  }
  return copy
}

/** The path of a text as problems have paths: `fields[0].value`. */
export function textPath({ path: [name = '', ...rest] }: Pick<TemplateText, 'path'>): string {
  return rest.reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : joinPath(path, part)), name)
}
