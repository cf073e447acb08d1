import { dropEntry } from '../../config/collection-changes.ts'
import type { Route } from '../../http/route.ts'
import { notFound, type Refusal } from '../../http/route.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
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
  const { entry, tag } = stored
  const { text, base } = ask
  const words = spec.words(text)
  // Reasons against the deletion are known before anybody presses the button.
  const tried = await dropEntry(
    deps,
    spec.collection,
    { ...ask, query: DRY_RUN },
    { id: String(entry.id), match: null },
  )
  const why = 'refused' in tried ? (tried.details?.map(({ message }) => message) ?? [tried.message]) : []
  const told = 'refused' in tried ? undefined : tried.wouldTell
  const affected =
    told === undefined ? nothing : toldOtherwise(ask, told, targetNames(await deps.configs.current(ask.account)))
  const title = words.remove(spec.nameOf(entry))
  return {
    title,
    body: html`<section class="ask panel"><h1>${said(title, 120)}</h1><p>${words.removeSays}</p>${
      why.length > 0
        ? html`<div class="notice bad"><b>${text.form.needed}</b><ul>${why.map((one) => html`<li><bdi>${one}</bdi></li>`)}</ul></div>`
        : html`${affected}<form method="post" action="${base}${spec.path}/${entry.id}/delete"><input type="hidden" name="tag" value="${tag}"><button class="bad">${text.remove}</button></form>`
    }<p><a href="${base}${spec.path}/${entry.id}/edit" data-key="Escape">${text.back}</a></p></section>`,
  }
}

async function remove(deps: ConsoleDeps, ask: PageAsk, form: Form, spec: EntrySpec): Promise<Response | Refusal> {
  const stored = await readStored(deps, ask, spec)
  if (stored === undefined) return notFound(spec.collection.one)
  const id = ask.param('id')
  const made = await dropEntry(deps, spec.collection, ask, { id, match: field(form, 'tag') ?? null })
  return 'refused' in made ? made : done(ask, spec, stored.entry, 'removed', id)
}
