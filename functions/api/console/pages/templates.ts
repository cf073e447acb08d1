import { channelTypes } from '../../../../shared/channels/registry.ts'
import { SHIPPED_TEMPLATES } from '../../../../shared/content-template/shipped.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import { templatesSection } from '../../../../shared/document/sections/templates.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { showEntriesTo } from '../../config/entry-view.ts'
import { previewTemplate } from '../../config/template-preview.ts'
import { atLeast } from '../../http/role.ts'
import { notFound, type Refusal, type Route } from '../../http/route.ts'
import { entryPages } from '../manage/entry-pages.ts'
import type { EntrySpec } from '../manage/entry-spec.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import { empty, linkButton, notice, tabs, tiles } from '../parts/controls.ts'
import type { Input } from '../parts/form.ts'
import { said } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { yamlInput } from '../parts/yaml-input.ts'
import { kindName } from '../text/fields.ts'
import type { Texts } from '../text/texts.ts'

/** The kinds with texts, in the order of the tabs of Log Service. */
const ORDER = ['sms', 'voice', 'email', 'dingtalk', 'webhook', 'inbox', 'wecom', 'lark', 'feishu', 'slack']
const KINDS = [...channelTypes.values()]
  .flatMap(({ kind }) => (kind.content === undefined ? [] : [{ type: kind.type, form: kind.content }]))
  .sort((a, b) => placeOf(a.type) - placeOf(b.type))

function placeOf(type: string): number {
  const place = ORDER.indexOf(type)
  return place < 0 ? ORDER.length : place
}

const spec: EntrySpec = {
  ...{ collection: templatesSection, path: '/templates', nav: 'templates' },
  words: ({ templates: words }) => ({ ...words, add: () => words.add }),
  blank: ({ query }) => {
    const given = query.get('shipped')
    if (given === null) return {}
    const found = SHIPPED_TEMPLATES.find(({ id }) => id === given)
    return found && { ...structuredClone(found), id: undefined }
  },
  nameOf: ({ name, id }) => String(name ?? id ?? ''),
  inputs: ({ text }, entry) => [
    { name: 'id', label: text.form.id, help: text.form.idHelp, input: 'text' },
    { name: 'name', label: text.form.name, input: 'text', required: true },
    ...KINDS.flatMap(({ type, form }) => kindInputs(text, type, form, entry[type])),
  ],
  below: ({ text, base }, { id }) =>
    id === undefined
      ? nothing
      : html`<p class="acts"><a class="button" href="${base}/templates/${id}/preview">${text.templates.preview}</a></p>`,
}

/** The words of messages. */
export function templatePages(deps: ConsoleDeps): Route[] {
  const of = { access: 'viewer', nav: 'templates' } as const
  return [
    page(deps, { ...of, path: '/templates', load: (ask) => loadList(deps, ask) }),
    page(deps, { ...of, path: '/templates/{id}/preview', load: (ask) => loadPreview(deps, ask) }),
    ...entryPages(deps, spec),
  ]
}

function kindInputs(text: Texts, type: string, form: (typeof KINDS)[number]['form'], stored: unknown): Input[] {
  const words = text.templates
  const group = kindName(type, text.lang)
  if (Array.isArray(stored)) return [yamlInput({ name: type, label: words.several, rows: 12, group })]
  const language: Input = {
    ...{ name: `${type}.language`, label: words.language, input: 'choice', group },
    options: (['en', 'zh'] as const).map((value) => ({ value, words: text.recipients.languages[value] })),
  }
  const title: Input[] =
    form.title === undefined ? [] : [{ name: `${type}.${form.title}`, label: words[form.title], input: 'text', group }]
  const content: Input = {
    ...{ name: `${type}.content`, label: words.content, help: words.contentHelp, input: 'area', rows: 6, group },
  }
  const modes: Input[] =
    form.modes === true
      ? [
          {
            ...{ name: `${type}.mode`, label: words.mode, input: 'choice', group },
            options: (['single', 'batch'] as const).map((value) => ({ value, words: words.modes[value] })),
          },
          { name: `${type}.limit`, label: words.limit, input: 'number', group },
        ]
      : []
  return [language, ...title, content, ...modes]
}

async function loadList(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  const { text, base, role, query } = ask
  const { config } = await readConfig(deps, ask.account, ['templates'])
  const entries = showEntriesTo(deps, ask, templatesSection, config)
  const words = text.templates
  const edits = atLeast(role, 'editor')
  const done = query.get('done')
  const begin = SHIPPED_TEMPLATES.map(({ id, name }) => ({
    path: `/templates/new?shipped=${id}`,
    words: String(name ?? id),
  }))
  return {
    title: text.places.templates,
    body: html`<div class="title"><h1>${text.places.templates}</h1>${edits ? linkButton(ask, '/templates/new', words.add, { kind: 'main' }) : nothing}</div>
${notice(done === 'removed' ? words.removed : done === null ? undefined : words.saved)}<p class="meta sub">${words.says}</p>
${edits && begin.length > 0 ? tiles(ask, words.shipped, begin) : nothing}${
  entries.length === 0
    ? empty(words.none)
    : listTable<Entry>(
        [
          {
            ...{ head: words.columns.name, kind: 'wide' },
            cell: ({ id, name }) =>
              html`<a href="${base}/templates/${id}/edit" data-open><b>${said(String(name ?? id), 120)}</b></a>`,
          },
          {
            head: words.columns.kinds,
            cell: (entry) =>
              html`${kindsOf(entry).map((type) => html`<span class="chip">${kindName(type, text.lang)}</span> `)}`,
          },
          {
            ...{ head: '', kind: 'acts' },
            cell: ({ id, name }) =>
              linkButton(ask, `/templates/${id}/preview`, words.preview, { label: `${words.preview}: ${name ?? id}` }),
          },
        ],
        entries,
        ({ id }) => (id === query.get('id') ? html` class="fresh"` : nothing),
      )
}`,
  }
}

function kindsOf(entry: Entry): string[] {
  return KINDS.flatMap(({ type }) => (entry[type] === undefined ? [] : [type]))
}

/** The message as each kind would show it, with a sample or with the alerts of an incident. */
async function loadPreview(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, base, query } = ask
  const words = text.templates
  const id = ask.param('id')
  const { config } = await readConfig(deps, ask.account, ['templates'])
  const entry = showEntriesTo(deps, ask, templatesSection, config).find((one) => one.id === id)
  if (entry === undefined) return notFound('template')
  const kinds = kindsOf(entry)
  const kind = kinds.find((type) => type === query.get('kind')) ?? kinds[0]
  const incident = query.get('incident') || undefined
  const asked = { template: id, kind, language: ask.prefs.language, timeZone: ask.prefs.timeZone, incident }
  const made = kind === undefined ? undefined : await previewTemplate(deps, ask, asked)
  const title = `${words.preview}: ${entry.name ?? id}`
  return {
    title,
    body: html`<div class="title"><h1>${said(title, 120)}</h1></div><div class="tools">${tabs(
      words.previewOf,
      kinds.map((type) => ({
        href: `${base}/templates/${id}/preview?kind=${type}`,
        words: kindName(type, text.lang),
        now: type === kind,
      })),
    )}</div><section class="panel">${made === undefined ? html`<p class="meta">${words.none}</p>` : message(ask, made)}</section><p class="acts"><a class="button" href="${base}/templates/${id}/edit">${text.edit}</a><a class="button quiet" href="${base}/templates">${text.back}</a></p>`,
  }
}

function message({ text }: PageAsk, made: Exclude<Awaited<ReturnType<typeof previewTemplate>>, never>): Html {
  if ('refused' in made) return html`<p class="error"><bdi>${made.message}</bdi></p>`
  const { title, content, messages = [], failed } = made
  if (failed !== undefined) return html`<p class="error">${text.templates.failed} <bdi>${failed}</bdi></p>`
  return html`${title === undefined ? nothing : html`<p class="lead"><b>${said(title, 400)}</b></p>`}${[
    ...(content === undefined ? [] : [content]),
    ...messages.slice(0, 5),
  ].map((words) => html`<pre class="copy" tabindex="0"><bdi>${words}</bdi></pre>`)}`
}
