import { SHIPPED_TEMPLATES } from '../../../../../shared/content-template/shipped.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'
import { templatesSection } from '../../../../../shared/document/sections/templates.ts'
import { LANGUAGES } from '../../../../../shared/message-text/words.ts'
import { readConfig } from '../../../../../shared/store/whole-config.ts'
import { showEntriesTo } from '../../../config/entry-view.ts'
import { tryTemplate } from '../../../config/template-preview.ts'
import { atLeast } from '../../../http/role.ts'
import { notFound, type Refusal, type Route } from '../../../http/route.ts'
import { entryPages } from '../../manage/entry-pages.ts'
import type { EntrySpec } from '../../manage/entry-spec.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../../page/ask.ts'
import { html, nothing } from '../../page/html.ts'
import { page } from '../../page/page.ts'
import { empty, linkButton, notice, tiles } from '../../parts/controls.ts'
import { entryPath } from '../../parts/entry-path.ts'
import { said } from '../../parts/said.ts'
import { listTable } from '../../parts/table.ts'
import { kindName } from '../../text/fields.ts'
import { kindsOf, templateInputs, templateShape, writtenKinds } from './form.ts'
import { alertsOf, message, previewFields, templateTryAction, templateTryBox } from './try.ts'
import { wordList } from './words.ts'

function specOf(deps: ConsoleDeps): EntrySpec {
  return {
    ...{ collection: templatesSection, path: '/templates', nav: 'templates', shape: templateShape, tabs: true },
    words: ({ templates: words }) => ({ ...words, add: () => words.add }),
    blank: ({ query }) => {
      const given = query.get('shipped')
      if (given === null) return {}
      const found = SHIPPED_TEMPLATES.find(({ id }) => id === given)
      return found && { ...structuredClone(found), id: undefined }
    },
    nameOf: ({ name, id }) => String(name ?? id ?? ''),
    inputs: ({ text }) => templateInputs(text),
    styles: ['messages.css'],
    below: async (ask, entry) => {
      const stored =
        entry.id === undefined
          ? nothing
          : html`<p class="acts"><a class="button" href="${ask.base}${entryPath('/templates', entry.id, 'preview')}">${ask.text.templates.previewStored}</a></p>`
      return html`${await templateTryBox(deps, ask, entry)}${stored}${wordList(ask)}`
    },
  }
}

/** The words of messages. */
export function templatePages(deps: ConsoleDeps): Route[] {
  const of = { access: 'viewer', nav: 'templates' } as const
  return [
    page(deps, { ...of, path: '/templates', load: (ask) => loadList(deps, ask) }),
    page(deps, { ...of, path: '/templates/{id}/preview', load: (ask) => loadPreview(deps, ask) }),
    templateTryAction(deps),
    ...entryPages(deps, specOf(deps)),
  ]
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
              html`<a href="${base}${entryPath('/templates', id, 'edit')}" data-open><b>${said(String(name ?? id), 120)}</b></a>`,
          },
          {
            head: words.columns.kinds,
            cell: (entry) =>
              html`${kindsOf(entry).map((type) => html`<span class="chip">${kindName(type, text.lang)}</span> `)}`,
          },
          {
            ...{ head: '', kind: 'acts' },
            cell: ({ id, name }) =>
              linkButton(ask, entryPath('/templates', id, 'preview'), words.preview, {
                label: `${words.preview}: ${name ?? id}`,
              }),
          },
        ],
        entries,
        ({ id }) => (id === query.get('id') ? html` class="fresh"` : nothing),
      )
}`,
  }
}

/** The message as a kind would show the text, with a sample or with the alerts of an incident. */
async function loadPreview(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, base, query } = ask
  const words = text.templates
  const id = ask.param('id')
  const { config } = await readConfig(deps, ask.account, ['templates'])
  const entry = showEntriesTo(deps, ask, templatesSection, config).find((one) => one.id === id)
  if (entry === undefined) return notFound('template')
  const kinds = writtenKinds(entry)
  const kind = kinds.find((type) => type === query.get('kind')) ?? kinds[0]
  const language = LANGUAGES.find((one) => one === query.get('language')) ?? ask.prefs.language
  const incident = query.get('incident') || undefined
  const asked = { template: id, kind, language, timeZone: ask.prefs.timeZone, ...alertsOf(incident) }
  const made = kind === undefined ? undefined : await tryTemplate(deps, ask, asked)
  const title = `${words.preview}: ${entry.name ?? id}`
  const fields = await previewFields(deps, ask, { kinds, chosen: { kind, language, incident } })
  return {
    title,
    styles: ['messages.css'],
    body: html`<div class="title"><h1>${said(title, 120)}</h1></div><form class="period" method="get" action="${base}${entryPath('/templates', id, 'preview')}">${fields}<button>${words.preview}</button></form><section class="panel">${made === undefined ? html`<p class="meta">${words.nothingFor}</p>` : message(deps, ask, made)}</section><p class="acts"><a class="button" href="${base}${entryPath('/templates', id, 'edit')}">${text.edit}</a><a class="button quiet" href="${base}/templates">${text.back}</a></p>`,
  }
}
