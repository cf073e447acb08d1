import type { Config } from '../../../../shared/config/config.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { entryTag } from '../../config/collection-changes.ts'
import { showEntriesTo } from '../../config/entry-view.ts'
import { atLeast } from '../../http/role.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import type { Input } from '../parts/form.ts'
import type { EntrySpec } from './entry-spec.ts'

export const DRY_RUN = new URLSearchParams({ dryRun: 'true' })

/** An entry that a form is about: a stored one has a tag. */
export interface Subject {
  config: Config
  entry: Entry
  tag?: string
}

export async function readBlank(deps: ConsoleDeps, ask: PageAsk, spec: EntrySpec): Promise<Subject | undefined> {
  const entry = spec.blank(ask)
  if (entry === undefined) return undefined
  const { config } = await readConfig(deps, ask.account)
  return { config, entry: spec.shape?.show(entry) ?? entry }
}

/** Fields that the API shows beside an entry, and that no document needs. */
const DERIVED = ['url', 'previousUrlUntil', 'statistics', 'warnings']

export async function readStored(
  deps: ConsoleDeps,
  ask: PageAsk,
  { collection, shape }: EntrySpec,
): Promise<Required<Subject> | undefined> {
  const { config } = await readConfig(deps, ask.account)
  const id = ask.param('id')
  const entry = showEntriesTo(deps, ask, collection, config).find((one) => one.id === id)
  const tag = entryTag(deps, collection, ask, id, config)
  if (entry === undefined || tag === undefined) return undefined
  return { config, entry: shape?.show(entry) ?? entry, tag }
}

export function plainOf(entry: Entry, { collection }: EntrySpec): Entry {
  if (collection.key === 'channels') return entry
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !DERIVED.includes(name)))
}

export function inputsOf(ask: PageAsk, spec: EntrySpec, { entry, config, tag }: Subject): Input[] {
  const isNew = tag === undefined
  const inputs = spec.inputs(ask, entry, { config, isNew })
  const reads = !atLeast(ask.role, 'editor')
  return inputs.map((input) => (reads || (input.name === 'id' && !isNew) ? { ...input, fixed: true } : input))
}
