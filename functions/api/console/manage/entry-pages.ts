import { inSlices } from '../../../../shared/base/steps.ts'
import type { Config } from '../../../../shared/config/config.ts'
import type { Collection, Shown as Entry } from '../../../../shared/document/sections/section.ts'
import type { Problem } from '../../../../shared/problem/problem.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { dropEntry, entryTag, saveEntry } from '../../config/collection-changes.ts'
import { showEntriesTo } from '../../config/entry-view.ts'
import { atLeast } from '../../http/role.ts'
import { notFound, type Refusal, type Route } from '../../http/route.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import type { Place } from '../page/shell.ts'
import { linkButton } from '../parts/controls.ts'
import { type Filled, filledAgain, fillOf, formFields, type Input, isAt, readInputs } from '../parts/form.ts'
import { said } from '../parts/said.ts'
import type { Texts } from '../text/texts.ts'
import { unusedId } from './ids.ts'

/** How the console shows and changes the entries of a section of the document. */
export interface EntrySpec {
  collection: Collection
  /** The path of the list; a new entry is at `/new` below it, an entry at `/{id}/edit`. */
  path: string
  nav: Place
  words(text: Texts): EntryWords
  /** The inputs of a form. `isNew`: the entry is not stored yet. */
  inputs(ask: PageAsk, entry: Entry, context: { config: Config; isNew: boolean }): Input[]
  /** A new entry to begin with; undefined: the query asks for an unknown kind. */
  blank(ask: PageAsk): Entry | undefined
  /** The text that a new id is made of, when none was given. */
  nameOf(entry: Entry): string
  /** The list, after a change. */
  list?(entry: Entry): string
  /** Content below the form; a new entry has no id. */
  below?(ask: PageAsk, entry: Entry, config: Config): Html | Promise<Html>
  /** The form of a stored entry leads to the question before its deletion. */
  removable?: boolean
}

export interface EntryWords {
  add(entry: Entry): string
  edit(name: string): string
  remove(name: string): string
  removeSays: string
}

/** The pages of an entry: a form for a new one, a form for a stored one, and the question before it is deleted. */
export function entryPages(deps: ConsoleDeps, spec: EntrySpec): Route[] {
  const { path, nav } = spec
  const edits = { access: 'editor', nav } as const
  return [
    page(deps, { ...edits, path: `${path}/new`, load: (ask) => newForm(deps, ask, spec) }),
    action(deps, { ...edits, path: `${path}/new`, act: (ask, form) => create(deps, ask, form, spec) }),
    ...partPages(deps, { removable: true, ...spec }),
    page(deps, { ...edits, path: `${path}/{id}/delete`, load: (ask) => removeForm(deps, ask, spec) }),
    action(deps, { ...edits, path: `${path}/{id}/delete`, act: (ask, form) => remove(deps, ask, form, spec) }),
  ]
}

/** The form of a stored entry, or of a part of the entry: other pages make and delete the entry. */
export function partPages(deps: ConsoleDeps, spec: EntrySpec): Route[] {
  const { path, nav } = spec
  return [
    page(deps, { access: 'viewer', nav, path: `${path}/{id}/edit`, load: (ask) => editForm(deps, ask, spec) }),
    action(deps, { access: 'editor', nav, path: `${path}/{id}/edit`, act: (ask, form) => save(deps, ask, form, spec) }),
  ]
}

const DRY_RUN = new URLSearchParams({ dryRun: 'true' })

/** Fields that the API shows beside an entry, and that no document needs. */
const DERIVED = ['url', 'previousUrlUntil', 'statistics', 'warnings']

interface Stored {
  config: Config
  entry: Entry
  tag: string
}

async function readStored(deps: ConsoleDeps, ask: PageAsk, { collection }: EntrySpec): Promise<Stored | undefined> {
  const { config } = await readConfig(deps, ask.account)
  const id = ask.param('id')
  const entry = showEntriesTo(deps, ask, collection, config).find((one) => one.id === id)
  const tag = entryTag(deps, collection, ask, id, config)
  return entry === undefined || tag === undefined ? undefined : { config, entry, tag }
}

function plainOf(entry: Entry, { collection }: EntrySpec): Entry {
  if (collection.key === 'channels') return entry
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !DERIVED.includes(name)))
}

async function newForm(deps: ConsoleDeps, ask: PageAsk, spec: EntrySpec): Promise<Shown | Refusal> {
  const entry = spec.blank(ask)
  if (entry === undefined) return notFound(spec.collection.one)
  const { config } = await readConfig(deps, ask.account)
  const inputs = spec.inputs(ask, entry, { config, isNew: true })
  return await formPage(ask, spec, { entry, config, inputs, filled: fillOf(inputs, entry) })
}

async function create(
  deps: ConsoleDeps,
  ask: PageAsk,
  form: Form,
  spec: EntrySpec,
): Promise<Shown | Response | Refusal> {
  const blank = spec.blank(ask)
  if (blank === undefined) return notFound(spec.collection.one)
  const { config } = await readConfig(deps, ask.account)
  const inputs = spec.inputs(ask, blank, { config, isNew: true })
  const { entry, problems: unread } = await inSlices(readInputs(inputs, form, blank))
  const taken = new Set((config[spec.collection.key] as { id: string }[]).map(({ id }) => id))
  const id = entry.id ?? unusedId(spec.nameOf(entry), taken, deps.randomBytes)
  const change = { value: { ...entry, id } }
  const early = await earlyProblems(deps, ask, spec, { unread, change })
  if (early.length > 0) {
    const filled = filledAgain(inputs, form, blank, early)
    return await formPage(ask, spec, { entry: blank, config, inputs, filled, status: 422 })
  }
  const made = await saveEntry(deps, spec.collection, ask, change)
  if (!('refused' in made)) return done(ask, spec, entry, 'created', String(id))
  const problems = problemsOf(made, ask)
  if (problems === undefined) return made
  const filled = filledAgain(inputs, form, blank, problems)
  return await formPage(ask, spec, { entry: blank, config, inputs, filled, status: made.status })
}

function done({ base }: PageAsk, { path, list }: EntrySpec, entry: Entry, what: string, id: string): Response {
  const to = list?.(entry) ?? path
  return redirect(`${base}${to}${to.includes('?') ? '&' : '?'}${new URLSearchParams({ done: what, id }).toString()}`)
}

interface Sent {
  unread: readonly Problem[]
  change: Parameters<typeof saveEntry>[3]
}

/** Problems of texts that are no values; with such texts the document is only tried, so that its problems are said too. */
async function earlyProblems(
  deps: ConsoleDeps,
  ask: PageAsk,
  { collection }: EntrySpec,
  { unread, change }: Sent,
): Promise<Problem[]> {
  if (unread.length === 0) return []
  const tried = await saveEntry(deps, collection, { ...ask, query: DRY_RUN }, change)
  const others = 'refused' in tried ? (problemsOf(tried, ask) ?? []) : []
  return [...unread, ...others.filter(({ path }) => !unread.some((one) => isAt(path, one.path)))]
}

/** Problems to show in the form; undefined: the refusal is a page of its own. */
function problemsOf({ code, message, details = [] }: Refusal, { text }: PageAsk): Problem[] | undefined {
  if (code === 'exists') return [{ path: 'id', message: text.form.exists }]
  if (code === 'invalid' || code === 'conflict') return details.length > 0 ? details : [{ path: '', message }]
  return undefined
}

async function editForm(deps: ConsoleDeps, ask: PageAsk, spec: EntrySpec): Promise<Shown | Refusal> {
  const stored = await readStored(deps, ask, spec)
  if (stored === undefined) return notFound(spec.collection.one)
  const { config, entry, tag } = stored
  const inputs = inputsOf(ask, spec, stored)
  return await formPage(ask, spec, { entry, config, inputs, filled: fillOf(inputs, entry), tag })
}

function inputsOf(ask: PageAsk, spec: EntrySpec, { entry, config }: Stored): Input[] {
  const inputs = spec.inputs(ask, entry, { config, isNew: false })
  const reads = !atLeast(ask.role, 'editor')
  return inputs.map((input) => (reads || input.name === 'id' ? { ...input, fixed: true } : input))
}

async function save(deps: ConsoleDeps, ask: PageAsk, form: Form, spec: EntrySpec): Promise<Shown | Response | Refusal> {
  const stored = await readStored(deps, ask, spec)
  if (stored === undefined) return notFound(spec.collection.one)
  const { config, entry, tag } = stored
  const inputs = inputsOf(ask, spec, stored)
  const match = field(form, 'tag') ?? null
  const { entry: value, problems: unread } = await inSlices(readInputs(inputs, form, plainOf(entry, spec)))
  const change = { id: ask.param('id'), value, match }
  const early = await earlyProblems(deps, ask, spec, { unread, change })
  if (early.length > 0) {
    const filled = filledAgain(inputs, form, entry, early)
    return await formPage(ask, spec, { entry, config, inputs, filled, tag: match ?? tag, status: 422 })
  }
  const made = await saveEntry(deps, spec.collection, ask, change)
  if (!('refused' in made)) return done(ask, spec, entry, 'saved', ask.param('id'))
  if (made.code === 'changed') {
    const filled = filledAgain(inputs, form, entry, [])
    const both = bothVersions(ask, inputs, filled, fillOf(inputs, entry))
    return await formPage(ask, spec, { entry, config, inputs, filled, tag, both, status: 412 })
  }
  const problems = problemsOf(made, ask)
  if (problems === undefined) return made
  const filled = filledAgain(inputs, form, entry, problems)
  return await formPage(ask, spec, { entry, config, inputs, filled, tag: match ?? tag, status: made.status })
}

/** Somebody else saved first: the fields that differ, in both versions. Saving once more takes one's own. */
function bothVersions({ text }: PageAsk, inputs: readonly Input[], own: Filled, theirs: Filled): Html {
  const of = ({ texts }: Filled, name: string): string => texts.getAll(name).join('\n').slice(0, 400)
  const differ = inputs.filter(({ name, secret }) => !secret && of(own, name) !== of(theirs, name))
  return html`<div class="notice bad" role="alert"><b>${text.form.changedMeanwhile}</b><table class="both"><thead><tr><td></td><th>${text.form.yours}</th><th>${text.form.theirs}</th></tr></thead><tbody>${differ.map(
    ({ name, label }) =>
      html`<tr><th>${label}</th><td><bdi class="pre">${of(own, name)}</bdi></td><td><bdi class="pre">${of(theirs, name)}</bdi></td></tr>`,
  )}</tbody></table></div>`
}

interface FormPage {
  entry: Entry
  config: Config
  inputs: readonly Input[]
  filled: Filled
  /** Of a stored entry. */
  tag?: string
  both?: Html
  status?: number
}

async function formPage(
  ask: PageAsk,
  spec: EntrySpec,
  { entry, config, inputs, filled, tag, both, status }: FormPage,
): Promise<Shown> {
  const { text, base, role, query } = ask
  const words = spec.words(text)
  const back = spec.list?.(entry) ?? spec.path
  const title = tag === undefined ? words.add(entry) : words.edit(spec.nameOf(entry))
  const path =
    tag === undefined
      ? `${spec.path}/new${query.size === 0 ? '' : `?${query.toString()}`}`
      : `${spec.path}/${entry.id}/edit`
  const may = atLeast(role, 'editor')
  return {
    title,
    ...(status !== undefined && { status }),
    body: html`<div class="title"><h1>${said(title, 120)}</h1></div>
<form class="form panel" id="entry" method="post" action="${base}${path}">${tag === undefined ? nothing : html`<input type="hidden" name="tag" value="${tag}">`}${both ?? nothing}
${may ? nothing : html`<p class="meta">${text.needs('editor')}</p>`}${formFields(ask, inputs, filled)}
<div class="acts">${may ? html`<button class="main">${both === undefined ? text.save : text.form.saveMine}</button>` : nothing}<a class="button quiet" href="${base}${back}" data-key="Escape">${may ? text.cancel : text.back}</a>${
      may && tag !== undefined && spec.removable
        ? linkButton(ask, `${spec.path}/${entry.id}/delete`, text.remove, { kind: 'bad end' })
        : nothing
    }</div></form>${(await spec.below?.(ask, entry, config)) ?? nothing}`,
  }
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
  const title = words.remove(spec.nameOf(entry))
  return {
    title,
    body: html`<section class="ask panel"><h1>${said(title, 120)}</h1><p>${words.removeSays}</p>${
      why.length > 0
        ? html`<div class="notice bad"><b>${text.form.needed}</b><ul>${why.map((one) => html`<li><bdi>${one}</bdi></li>`)}</ul></div>`
        : html`<form method="post" action="${base}${spec.path}/${entry.id}/delete"><input type="hidden" name="tag" value="${tag}"><button class="bad">${text.remove}</button></form>`
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
