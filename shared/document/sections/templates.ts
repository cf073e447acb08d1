import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { finish } from '../../base/steps.ts'
import { isObject } from '../../base/value.ts'
import type { ContentForm } from '../../channel/content-form.ts'
import { channelTypes } from '../../channels/registry.ts'
import type { ContentTemplate, ContentText, KindContent } from '../../config/content-template.ts'
import { LANGUAGES } from '../../message-text/words.ts'
import { joinPath, type Problem, under } from '../../problem/problem.ts'
import { id, name } from '../reading/fields.ts'
import { readList } from '../reading/list.ts'
import { type EntryResult, readEntry } from '../reading/mapping.ts'
import { type Collection, entriesById, type Shown } from './section.ts'
import { shownWarnings, withoutWarnings } from './shown-warnings.ts'
import { templateTextOf } from './template-texts.ts'

/** `templates`: the words of messages, by the kind of channel and the language. */
export const templatesSection: Collection<'templates'> = {
  key: 'templates',
  name: 'templates',
  one: 'template',
  limit: LIMITS.templates,
  *read(given) {
    const list = yield* readList(given, { limit: LIMITS.templates, nameField: 'id' }, readTemplate)
    return {
      value: list.entries.map(({ value }) => value),
      problems: list.problems,
      names: list.names,
      warnings: list.entries.flatMap(({ place, value }) => under(`[${place}]`, templateWarnings(value))),
    }
  },
  show: (templates) => templates.map(showTemplate),
  entries: entriesById,
  entryWarnings: (templates, id) => templates.filter((template) => template.id === id).flatMap(templateWarnings),
  collection: true,
  get schema() {
    return z.array(templateSchema).max(LIMITS.templates)
  },
  get entry() {
    return templateSchema
  },
}

/** The kinds that content templates have texts for. */
const FORMS: readonly (readonly [kind: string, ContentForm])[] = [...channelTypes.values()].flatMap(({ kind }) =>
  kind.content === undefined ? [] : [[kind.type, kind.content] as const],
)

const text = z.string().max(LIMITS.contentTextChars, `limit: has more than ${LIMITS.contentTextChars} characters`)
const content = text.refine((given) => given.trim() !== '', 'is empty')

/** The schema of a text, as the kind has texts. */
function textSchema({ title, link, modes }: ContentForm) {
  return z.strictObject({
    language: z.enum(LANGUAGES).default('en'),
    ...(title === undefined ? {} : { [title]: text.optional() }),
    content,
    ...(modes === true
      ? {
          mode: z.enum(['single', 'batch']).default('single').describe('single: a request for each alert'),
          limit: z.int().min(1).optional().describe('Alerts at most, from the first. Absent: all'),
        }
      : modes === 'single'
        ? {}
        : { scope: z.enum(['alert', 'alerts']).default('alert').describe('alerts: written once, for all alerts') }),
    ...(link === undefined
      ? {}
      : { details: z.boolean().default(true).describe('False: no link to the incident below the content') }),
  })
}

const KIND_SCHEMAS = new Map(FORMS.map(([kind, form]) => [kind, textSchema(form)]))

const schema = z.strictObject({
  id: id.refine((given) => !given.startsWith('_'), 'must not start with _: those are built in'),
  name: name.optional(),
  ...Object.fromEntries(FORMS.map(([kind]) => [kind, z.unknown().optional()])),
})

/** An entry as documents and answers have the entry: a text, or one text for each language. */
export const templateSchema = z
  .strictObject({
    id: schema.shape.id,
    name: schema.shape.name,
    ...Object.fromEntries(
      FORMS.map(([kind, form]) => {
        const one = textSchema(form)
        return [
          kind,
          (form.modes === true ? one : z.union([one, z.array(one).min(1).max(LANGUAGES.length)])).optional(),
        ]
      }),
    ),
    ...shownWarnings,
  })
  .meta({ id: 'Template' })

/** A template as a document has the template, or every problem with it. */
export function readTemplate(given: unknown): EntryResult<ContentTemplate> {
  const read = readEntry(schema, withoutWarnings(given))
  const own = isObject(given) ? given : {}
  const problems: Problem[] = []
  const kinds: Record<string, KindContent> = {}
  for (const [kind, form] of FORMS) {
    if (own[kind] === undefined || own[kind] === null) continue
    const one = readKind(own[kind], kind, form)
    if (one.ok) kinds[kind] = one.value
    else problems.push(...under(kind, one.problems))
  }
  if (JSON.stringify(own).length > LIMITS.contentTemplateChars) {
    problems.push({ path: '', message: `limit: has more than ${LIMITS.contentTemplateChars} characters` })
  }
  if (!read.ok) return { ok: false, problems: [...read.problems, ...problems] }
  if (problems.length > 0) return { ok: false, problems }
  const { id, name = id } = read.value as { id: string; name?: string }
  return { ok: true, value: { id, name, kinds } }
}

type GivenText = Omit<ContentText, 'scope' | 'details'> &
  Pick<KindContent, 'mode' | 'limit'> & { subject?: string; scope?: string; details?: boolean }

/** One text, or a list with one for each language. The mode is that of the kind, so such a kind has one text. */
function readKind(given: unknown, kind: string, form: ContentForm): EntryResult<KindContent> {
  const isList = Array.isArray(given) && form.modes !== true
  const list: unknown[] = isList ? given : [given]
  const pathOf = (place: number): string => (isList ? `[${place}]` : '')
  if (list.length === 0) return { ok: false, problems: [{ path: '', message: 'has no text' }] }
  if (list.length > LANGUAGES.length) return { ok: false, problems: [{ path: '', message: 'has a language twice' }] }
  const problems: Problem[] = []
  const texts: ContentText[] = []
  let about: Pick<KindContent, 'mode' | 'limit'> = {}
  for (const [place, one] of list.entries()) {
    const read = readEntry(KIND_SCHEMAS.get(kind)!, one)
    if (!read.ok) {
      problems.push(...under(pathOf(place), read.problems))
      continue
    }
    const { language, content, mode, limit, scope, details, ...rest } = read.value as unknown as GivenText
    const title = form.title === 'subject' ? rest.subject : rest.title
    if (texts.some((known) => known.language === language)) {
      problems.push({ path: joinPath(pathOf(place), 'language'), message: `is ${language} a second time` })
    }
    if (mode === 'single' && limit !== undefined) {
      problems.push({ path: joinPath(pathOf(place), 'limit'), message: 'belongs to the mode batch' })
    }
    problems.push(...under(pathOf(place), textProblems({ [form.title ?? 'title']: title, content })))
    about = { ...(mode === undefined ? {} : { mode }), ...(limit === undefined ? {} : { limit }) }
    texts.push({
      language,
      ...(title === undefined ? {} : { title }),
      content,
      ...(scope === 'alerts' ? { scope } : {}),
      ...(details === false ? { details } : {}),
    })
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { texts, ...about } }
}

/** A problem for each mistake, with its line and column in the text. */
function textProblems(texts: Readonly<Record<string, string | undefined>>): Problem[] {
  return Object.entries(texts).flatMap(([path, text]) => {
    const read = text === undefined ? undefined : finish(templateTextOf(text))
    return (read?.problems ?? []).map(({ line, column, message }) => ({
      path,
      message: `line ${line}, column ${column}: ${message}`,
    }))
  })
}

/** Names that no variable has, with the path of each text. */
export function templateWarnings({ kinds }: Pick<ContentTemplate, 'kinds'>): Problem[] {
  return Object.entries(kinds).flatMap(([kind, { texts }]) =>
    texts.flatMap((text, place) => {
      const form = FORMS.find(([known]) => known === kind)?.[1]
      const base = texts.length === 1 ? kind : `${kind}[${place}]`
      return [[form?.title ?? 'title', text.title] as const, ['content', text.content] as const].flatMap(
        ([field, source]) =>
          (source === undefined ? [] : finish(templateTextOf(source)).warnings).map(({ line, column, message }) => ({
            path: `${base}.${field}`,
            message: `line ${line}, column ${column}: ${message}`,
          })),
      )
    }),
  )
}

/** A single text is shown as it is mostly written: without a list. */
function showTemplate({ id, name, kinds }: ContentTemplate): Shown {
  const shown = Object.entries(kinds).map(([kind, { texts, mode, limit }]) => {
    const form = FORMS.find(([known]) => known === kind)?.[1]
    const list = texts.map(({ language, title, content, scope, details }) => ({
      language,
      ...(title === undefined ? {} : { [form?.title ?? 'title']: title }),
      content,
      ...(scope === undefined ? {} : { scope }),
      ...(details === undefined ? {} : { details }),
      ...(mode === undefined ? {} : { mode }),
      ...(limit === undefined ? {} : { limit }),
    }))
    return [kind, list.length === 1 ? list[0] : list]
  })
  return { id, name, ...Object.fromEntries(shown) }
}
