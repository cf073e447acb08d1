import { inSlices } from '../../../../shared/base/steps.ts'
import { createItem, replaceItem } from '../../../../shared/document/items.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import type { Problem } from '../../../../shared/problem/problem.ts'
import type { Hold } from '../../config/change.ts'
import { saveEntry } from '../../config/collection-changes.ts'
import { decidesTargets } from '../../config/would-tell.ts'
import { notFound, type Refusal } from '../../http/route.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import type { Html } from '../page/html.ts'
import { filledAgain, fillOf, type Input, isAt, readInputs } from '../parts/form.ts'
import { planPanel } from '../parts/plan.ts'
import { targetNames } from '../parts/targets.ts'
import { askFirst, lostTelling, SURE } from './ask-first.ts'
import type { Built } from './builder.ts'
import { bothVersions, formPage } from './entry-form.ts'
import type { EntrySpec } from './entry-spec.ts'
import { unusedId } from './ids.ts'
import { DRY_RUN, inputsOf, plainOf, type readBlank, type readStored, type Subject } from './subject.ts'
import { sealTyped, withTyped } from './typed-secrets.ts'

/** A form that was sent: the entry is saved, or the form comes again with what is wrong or what was asked for. */
export async function takeForm(
  deps: ConsoleDeps,
  ask: PageAsk,
  posted: Form,
  spec: EntrySpec,
  read: typeof readBlank | typeof readStored,
): Promise<Shown | Response | Refusal> {
  const subject = await read(deps, ask, spec)
  if (subject === undefined) return notFound(spec.collection.one)
  const typed = withTyped(deps, ask, posted)
  const form = typed ?? posted
  const sent = await readSent(deps, ask, form, spec, subject)
  const { built, inputs, change, unread } = sent
  const again = (problems: readonly Problem[], more: Again) =>
    formAgain(deps, ask, form, spec, { subject, sent, problems, more })
  if (typed === undefined) return await again([{ path: '', message: ask.text.form.typedGone }], { status: 422 })
  // The person read the question, and goes on with the form.
  if (form.get(SURE) === 'no') return await again([], {})
  if (built?.next === 'show') {
    const wrong = built.problems ?? []
    return await again(wrong, wrong.length > 0 ? { status: 422 } : {})
  }
  const early = await earlyProblems(deps, ask, spec, { unread, change })
  if (early.length > 0) return await again(early, { status: 422 })
  const dry = built?.next === 'plan'
  const sure = dry || form.get(SURE) === 'yes' || !decidesTargets(spec.collection.key)
  const hold: Hold = (told) => lostTelling(told) !== undefined
  const asked = dry ? { ...ask, query: DRY_RUN } : ask
  const made = await saveEntry(deps, spec.collection, asked, change, sure ? undefined : hold)
  if (!('refused' in made)) {
    const lost = dry || made.revision !== undefined ? undefined : lostTelling(made.wouldTell ?? [])
    if (lost !== undefined) return await askFirst(deps, ask, form, { name: spec.nameOf(sent.entry), lost })
    if (!dry) return done(ask, spec, subject.entry, change.id === undefined ? 'created' : 'saved', String(sent.id))
    const named = targetNames(await deps.configs.current(ask.account))
    const label = (path: string): string | undefined =>
      spec.builder?.owns(path) ? spec.builder.label(ask.text, path) : inputs.find(({ name }) => isAt(path, name))?.label
    return await again([], { above: planPanel(ask, made, { named, label }) })
  }
  if (made.code === 'changed') return await again([], { stale: true, status: 412 })
  const problems = problemsOf(made, ask, spec, change.value)
  return problems === undefined ? made : await again(problems, { status: made.status })
}

interface Sent {
  id: unknown
  inputs: readonly Input[]
  /** Problems of texts that are no values yet. */
  unread: readonly Problem[]
  built?: Built
  /** The entry as the form says. */
  entry: Entry
  change: Parameters<typeof saveEntry>[3]
}

/** The change that a form asks for. */
async function readSent(deps: ConsoleDeps, ask: PageAsk, form: Form, spec: EntrySpec, subject: Subject): Promise<Sent> {
  const { config, entry: stored, tag } = subject
  const { collection, builder } = spec
  const plain = plainOf(stored, spec)
  const carried = (await builder?.carried(form, plain)) ?? plain
  const inputs = inputsOf(ask, spec, { ...subject, entry: carried })
  const { entry: read, problems: unread } = await inSlices(readInputs(inputs, form, carried))
  const check = (entry: Entry): Promise<Problem[]> => problemsOfEntry(deps, spec, entry, subject)
  const built = await builder?.press(ask, form, read, { deps, config, check })
  const entry = built?.entry ?? read
  if (tag !== undefined) {
    const change = { id: ask.param('id'), value: documentOf(spec, entry), match: field(form, 'tag') ?? null }
    return { id: change.id, inputs, unread, entry, ...(built && { built }), change }
  }
  const taken = new Set((config[collection.key] as { id: string }[]).map(({ id }) => id))
  const id = entry.id ?? unusedId(spec.nameOf(entry), taken, deps.randomBytes)
  return { id, inputs, unread, entry, ...(built && { built }), change: { value: documentOf(spec, { ...entry, id }) } }
}

/** The problems of an entry that is not saved yet. */
async function problemsOfEntry(
  { secrets }: ConsoleDeps,
  { collection }: EntrySpec,
  entry: Entry,
  { config, tag }: Subject,
): Promise<Problem[]> {
  const made = await inSlices(
    tag === undefined
      ? createItem(collection, { ...entry, id: entry.id ?? 'new-entry' }, config, secrets)
      : replaceItem(collection, String(entry.id), entry, config, secrets),
  )
  return 'problems' in made ? made.problems : []
}

interface Again {
  status?: number
  above?: Html
  /** Another person's change came first. */
  stale?: true
}

interface AgainOf {
  subject: Subject
  sent: Sent
  problems: readonly Problem[]
  more: Again
}

async function formAgain(deps: ConsoleDeps, ask: PageAsk, form: Form, spec: EntrySpec, of: AgainOf): Promise<Shown> {
  const { subject, sent, problems, more } = of
  const { entry: stored, tag } = subject
  const { built } = sent
  const entry = built?.entry ?? stored
  const inputs = built === undefined ? sent.inputs : inputsOf(ask, spec, { ...subject, entry })
  const owned = problems.filter(({ path }) => spec.builder?.owns(path) && !inputs.some(({ name }) => isAt(path, name)))
  const others = problems.filter((one) => !owned.includes(one))
  const isHad = ({ name }: Input): boolean => sent.inputs.some((one) => one.name === name)
  const filled = filledAgain(inputs.filter(isHad), form, stored, others)
  // An input that the form did not have shows the entry.
  const added = fillOf(
    inputs.filter((input) => !isHad(input)),
    entry,
  )
  for (const [name, text] of added.texts) filled.texts.append(name, text)
  const both = more.stale
    ? bothVersions(ask, spec, { inputs, own: filled, mine: sent.entry, theirs: stored })
    : undefined
  const match = both === undefined ? field(form, 'tag') : undefined
  return await formPage(ask, spec, {
    ...{ ...subject, inputs, filled },
    ...(tag !== undefined && { tag: match ?? tag }),
    ...(both && { both }),
    typed: sealTyped(deps, ask, form, inputs),
    ...(more.above && { above: more.above }),
    ...(more.status !== undefined && { status: more.status }),
    part: await built?.show(owned),
  })
}

/** Problems of texts that are no values; with such texts the document is only tried, so that its problems are said too. */
async function earlyProblems(
  deps: ConsoleDeps,
  ask: PageAsk,
  spec: EntrySpec,
  { unread, change }: Pick<Sent, 'unread' | 'change'>,
): Promise<Problem[]> {
  if (unread.length === 0) return []
  const tried = await saveEntry(deps, spec.collection, { ...ask, query: DRY_RUN }, change)
  const others = 'refused' in tried ? (problemsOf(tried, ask, spec, change.value) ?? []) : []
  return [...unread, ...others.filter(({ path }) => !unread.some((one) => isAt(path, one.path)))]
}

/** Problems to show in the form; undefined: the refusal is a page of its own. */
function problemsOf(
  { code, message, details = [] }: Refusal,
  { text }: PageAsk,
  { shape }: EntrySpec,
  value: unknown,
): Problem[] | undefined {
  if (code === 'exists') return [{ path: 'id', message: text.form.exists }]
  if (code !== 'invalid' && code !== 'conflict') return undefined
  if (details.length === 0) return [{ path: '', message }]
  return details.map((one) => (shape === undefined ? one : { ...one, path: shape.place(one.path, value as Entry) }))
}

function documentOf({ shape }: EntrySpec, entry: Entry): Entry {
  return shape?.read(entry) ?? entry
}

export function done({ base }: PageAsk, { path, list }: EntrySpec, entry: Entry, what: string, id: string): Response {
  const to = list?.(entry) ?? path
  return redirect(`${base}${to}${to.includes('?') ? '&' : '?'}${new URLSearchParams({ done: what, id }).toString()}`)
}
