import { type Use, usesOf } from '../../../../shared/document/uses.ts'
import { dropEntry } from '../../config/collection-changes.ts'
import type { Route } from '../../http/route.ts'
import { notFound, type Refusal } from '../../http/route.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { entryPath } from '../parts/entry-path.ts'
import { fillOf } from '../parts/form.ts'
import { toldOtherwise } from '../parts/plan.ts'
import { said } from '../parts/said.ts'
import { targetNames } from '../parts/targets.ts'
import { formPage } from './entry-form.ts'
import type { EntrySpec } from './entry-spec.ts'
import { DRY_RUN, inputsOf, plainOf, readBlank, readStored } from './subject.ts'
import { done, takeForm } from './take-form.ts'

/** The pages of an entry: a form for a new one, a form for a stored one, and the question before it is deleted. */
export function entryPages(deps: ConsoleDeps, spec: EntrySpec): Route[] {
  const { path, nav } = spec
  const edits = { access: 'editor', nav } as const
  return [
    page(deps, { ...edits, path: `${path}/new`, load: (ask) => showForm(deps, ask, spec, readBlank) }),
    action(deps, { ...edits, path: `${path}/new`, act: (ask, form) => takeForm(deps, ask, form, spec, readBlank) }),
    ...partPages(deps, { removable: true, ...spec }),
    page(deps, { ...edits, path: `${path}/{id}/delete`, load: (ask) => removeForm(deps, ask, spec) }),
    action(deps, { ...edits, path: `${path}/{id}/delete`, act: (ask, form) => remove(deps, ask, form, spec) }),
  ]
}

/** The form of a stored entry, or of a part of the entry: other pages make and delete the entry. */
export function partPages(deps: ConsoleDeps, spec: EntrySpec): Route[] {
  const { path, nav } = spec
  return [
    page(deps, { access: 'viewer', nav, path: `${path}/{id}`, load: (ask) => toForm(deps, ask, spec) }),
    page(deps, {
      access: 'viewer',
      nav,
      path: `${path}/{id}/edit`,
      load: (ask) => showForm(deps, ask, spec, readStored),
    }),
    action(deps, {
      access: 'editor',
      nav,
      path: `${path}/{id}/edit`,
      act: (ask, form) => takeForm(deps, ask, form, spec, readStored),
    }),
  ]
}

/** The address without `/edit`, which people type and keep. */
async function toForm(deps: ConsoleDeps, ask: PageAsk, spec: EntrySpec): Promise<Response | Refusal> {
  if ((await readStored(deps, ask, spec)) === undefined) return notFound(spec.collection.one)
  return redirect(`${ask.base}${entryPath(spec.path, ask.param('id'), 'edit')}`)
}

async function showForm(
  deps: ConsoleDeps,
  ask: PageAsk,
  spec: EntrySpec,
  read: typeof readBlank | typeof readStored,
): Promise<Shown | Refusal> {
  const subject = await read(deps, ask, spec)
  if (subject === undefined) return notFound(spec.collection.one)
  const { config, entry } = subject
  const inputs = inputsOf(ask, spec, subject)
  const part = await spec.builder?.begin(ask, plainOf(entry, spec), { deps, config }).show([])
  return await formPage(ask, spec, { ...subject, inputs, filled: fillOf(inputs, entry), part })
}

async function removeForm(deps: ConsoleDeps, ask: PageAsk, spec: EntrySpec): Promise<Shown | Refusal> {
  const stored = await readStored(deps, ask, spec)
  if (stored === undefined) return notFound(spec.collection.one)
  const { entry, tag, config } = stored
  const { text, base } = ask
  const words = spec.words(text)
  // Reasons against the deletion are known before anybody presses the button.
  const tried = await dropEntry(
    deps,
    spec.collection,
    { ...ask, query: DRY_RUN },
    { id: String(entry.id), match: null },
  )
  const told = 'refused' in tried ? undefined : tried.wouldTell
  const affected =
    told === undefined ? nothing : toldOtherwise(ask, told, targetNames(await deps.configs.current(ask.account)))
  const title = words.remove(spec.nameOf(entry))
  return {
    title,
    body: html`<section class="ask panel"><h1>${said(title, 120)}</h1><p>${words.removeSays}</p>${
      'refused' in tried
        ? neededBy(ask, tried, usesOf(spec.collection, String(entry.id), config))
        : html`${affected}<form method="post" action="${base}${entryPath(spec.path, entry.id, 'delete')}"><input type="hidden" name="tag" value="${tag}"><button class="bad">${text.remove}</button></form>`
    }<p><a href="${base}${entryPath(spec.path, entry.id, 'edit')}" data-key="Escape">${text.back}</a></p></section>`,
  }
}

/** The entries that need an entry which should be deleted, by name and with a link. A refusal for a different reason keeps its text. */
function neededBy({ text, base }: PageAsk, { details = [], message }: Refusal, uses: readonly Use[]): Html {
  const words = text.form
  const of = ({ section, entry, name }: Use): Html => {
    const word = words.uses[section as keyof typeof words.uses] ?? section
    if (entry === undefined || section === 'defaults') return html`${word}`
    const path = USE_PATHS[section]
    const shown = html`<b>${said(name ?? entry, 120)}</b>`
    return html`${word} ${path === undefined ? shown : html`<a href="${base}${entryPath(path, entry, 'edit')}">${shown}</a>`}`
  }
  const unique = [...new Map(uses.map((use) => [`${use.section} ${use.entry}`, use])).values()]
  const known = new Set(uses.map(({ message }) => message))
  const others = (details.length > 0 ? details.map((one) => one.message) : [message]).filter((one) => !known.has(one))
  return html`<div class="notice bad"><b>${words.needed}</b><ul>${unique.map((use) => html`<li>${of(use)}</li>`)}${others.map((one) => html`<li><bdi>${text.problem(one)}</bdi></li>`)}</ul></div>`
}

const USE_PATHS: Readonly<Record<string, string>> = {
  ...{ policies: '/policies', channels: '/channels', rules: '/rules', userGroups: '/user-groups' },
  ...{ calendars: '/calendars', users: '/users', templates: '/templates' },
}

async function remove(
  deps: ConsoleDeps,
  ask: PageAsk,
  form: Form,
  spec: EntrySpec,
): Promise<Shown | Response | Refusal> {
  const stored = await readStored(deps, ask, spec)
  if (stored === undefined) return notFound(spec.collection.one)
  const id = ask.param('id')
  const made = await dropEntry(deps, spec.collection, ask, { id, match: field(form, 'tag') ?? null })
  if (!('refused' in made)) return done(ask, spec, stored.entry, 'removed', id)
  if (made.code !== 'needed') return made
  const asked = await removeForm(deps, ask, spec)
  return 'refused' in asked ? asked : { ...asked, status: made.status }
}
