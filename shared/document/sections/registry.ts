import type { Sections } from '../../config/sections.ts'
import { channelsSection } from './channels.ts'
import { forwardingSection } from './forwarding.ts'
import { inhibitRulesSection } from './inhibit-rules.ts'
import { integrationsSection } from './integrations.ts'
import { policiesSection } from './policies.ts'
import { resolveTimeoutSection } from './resolve-timeout.ts'
import { routeSection } from './route.ts'
import { rulesSection } from './rules.ts'
import type { Collection, Entry, Section, SectionKey, Shown } from './section.ts'
import { timeIntervalsSection } from './time-intervals.ts'

/** One line a section; the compiler misses a key of `Config`. In this order a document is read and shown. */
const byKey: { readonly [Key in SectionKey]-?: Section<Key> } = {
  integrations: integrationsSection,
  channels: channelsSection,
  policies: policiesSection,
  route: routeSection,
  rules: rulesSection,
  inhibitRules: inhibitRulesSection,
  timeIntervals: timeIntervalsSection,
  forwarding: forwardingSection,
  resolveTimeoutMs: resolveTimeoutSection,
}

export const sections: readonly Section[] = Object.values(byKey)

/** The sections that are lists of the API, `/api/v1/<name>`. */
export const collections: readonly Collection[] = sections.filter(isCollection)

function isCollection(section: Section): section is Collection {
  return section.collection === true
}

export function entriesOf(section: Section, { [section.key]: value }: Sections): Entry[] {
  return value === undefined ? [] : section.entries(value)
}

/** The section as a document has it; undefined if the account has none. */
export function shownSection(section: Section, { [section.key]: value }: Sections): unknown {
  return value === undefined ? undefined : section.show(value)
}

export function shownEntries(collection: Collection, sections: Sections): Shown[] {
  const value = sections[collection.key]
  return value === undefined ? [] : collection.show(value)
}

/** Puts a section in its place; undefined takes the section away. */
export function putSection<Key extends SectionKey>(into: Sections, key: Key, value: Sections[Key]): void {
  if (value === undefined) delete into[key]
  else into[key] = value
}
