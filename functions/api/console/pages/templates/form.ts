import { isObject } from '../../../../../shared/base/value.ts'
import { channelTypes } from '../../../../../shared/channels/registry.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'
import { LANGUAGES } from '../../../../../shared/message-text/words.ts'
import type { Shape } from '../../manage/entry-spec.ts'
import type { Input } from '../../parts/form.ts'
import { kindName } from '../../text/fields.ts'
import type { Texts } from '../../text/texts.ts'

/** The kinds with texts, in the order of the tabs of Log Service. */
const ORDER = ['sms', 'voice', 'email', 'dingtalk', 'webhook', 'inbox', 'wecom', 'lark', 'feishu', 'slack']
export const KINDS = [...channelTypes.values()]
  .flatMap(({ kind }) => (kind.content === undefined ? [] : [{ type: kind.type, form: kind.content }]))
  .sort((a, b) => placeOf(a.type) - placeOf(b.type))

type ContentForm = (typeof KINDS)[number]['form']

function placeOf(type: string): number {
  const place = ORDER.indexOf(type)
  return place < 0 ? ORDER.length : place
}

/** The kinds with a text for each language. Kinds with modes have a single text. */
const BY_LANGUAGE = new Set(KINDS.flatMap(({ type, form }) => (form.modes === true ? [] : type)))

/** A document has a text, or a list with a text for each language; the form has texts by their language. */
export const templateShape: Shape = {
  show: (entry) =>
    mapKinds(entry, (given) => {
      const texts = (Array.isArray(given) ? given : [given]).filter(isObject)
      return Object.fromEntries(texts.map(({ language = 'en', ...text }) => [String(language), text]))
    }),
  read: (shown) =>
    mapKinds(shown, (given) => {
      const texts = Object.entries(isObject(given) ? given : {}).flatMap(([language, text]) =>
        isObject(text) ? [{ language, ...text }] : [],
      )
      return texts.length < 2 ? texts[0] : texts
    }),
  place: (path, entry) => {
    const [, kind = '', number = '0', rest = 'content'] = /^([^.[]+)(?:\[(\d+)\])?(?:\.(.+))?$/.exec(path) ?? []
    if (!BY_LANGUAGE.has(kind)) return path
    const text: unknown = [entry[kind]].flat()[Number(number)]
    return isObject(text) ? `${kind}.${String(text.language)}.${rest}` : path
  },
}

function mapKinds(entry: Entry, map: (given: unknown) => unknown): Entry {
  const changed = Object.entries(entry).map(([name, value]) => [name, BY_LANGUAGE.has(name) ? map(value) : value])
  return Object.fromEntries(changed.filter(([, value]) => value !== undefined))
}

export function templateInputs(text: Texts): Input[] {
  return [
    { name: 'id', label: text.form.id, help: text.form.idHelp, input: 'text' },
    { name: 'name', label: text.form.name, input: 'text', required: true },
    ...KINDS.flatMap(({ type, form }) => kindInputs(text, type, form)),
  ]
}

function kindInputs(text: Texts, type: string, form: ContentForm): Input[] {
  const group = kindName(type, text.lang)
  if (form.modes === true) return [languageInput(text, type, group), ...modeInputs(text, type, form, group)]
  return LANGUAGES.flatMap((language) => {
    const of = (label: string): string => `${label} · ${text.recipients.languages[language]}`
    return textInputs(text, { at: `${type}.${language}`, form, group, of })
  })
}

interface TextInputs {
  /** The name of the text in the form. */
  at: string
  form: ContentForm
  group: string
  /** A label with the language of the text. */
  of(label: string): string
}

function textInputs({ templates: words }: Texts, { at, form, group, of }: TextInputs): Input[] {
  const title: Input[] =
    form.title === undefined
      ? []
      : [{ name: `${at}.${form.title}`, label: of(words[form.title]), input: 'text', group }]
  const details: Input[] =
    form.link === undefined
      ? []
      : [
          {
            ...{ name: `${at}.details`, label: of(words.noDetails), help: words.noDetailsHelp, input: 'switch', group },
            show: (value) => (value === false ? ['on'] : []),
            read: ([on]) => (on === undefined ? undefined : false),
          },
        ]
  return [
    ...title,
    { ...{ name: `${at}.content`, label: of(words.content), input: 'area', rows: 4, group } },
    {
      ...{ name: `${at}.scope`, label: of(words.once), help: words.onceHelp, input: 'switch', group },
      show: (value) => (value === 'alerts' ? ['on'] : []),
      read: ([on]) => (on === undefined ? undefined : 'alerts'),
    },
    ...details,
  ]
}

function languageInput({ templates: words, recipients }: Texts, type: string, group: string): Input {
  return {
    ...{ name: `${type}.language`, label: words.language, input: 'choice', group },
    options: LANGUAGES.map((value) => ({ value, words: recipients.languages[value] })),
  }
}

function modeInputs({ templates: words }: Texts, type: string, form: ContentForm, group: string): Input[] {
  const title: Input[] =
    form.title === undefined ? [] : [{ name: `${type}.${form.title}`, label: words[form.title], input: 'text', group }]
  return [
    ...title,
    { name: `${type}.content`, label: words.content, input: 'area', rows: 6, group },
    {
      ...{ name: `${type}.mode`, label: words.mode, input: 'choice', group },
      options: (['single', 'batch'] as const).map((value) => ({ value, words: words.modes[value] })),
    },
    { name: `${type}.limit`, label: words.limit, input: 'number', group },
  ]
}

/** The kinds that a template writes for: kinds with a text, and kinds under another name. */
export function writtenKinds(entry: Entry): string[] {
  return KINDS.flatMap(({ type }) => {
    const like = channelTypes.get(type)?.kind.sameAs ?? type
    return (entry[type] ?? entry[like]) === undefined ? [] : [type]
  })
}

/** The kinds with a text in an entry, in the shape of the document or of the form. */
export function kindsOf(entry: Entry): string[] {
  return KINDS.flatMap(({ type }) => (entry[type] === undefined ? [] : [type]))
}
