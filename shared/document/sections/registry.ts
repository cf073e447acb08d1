import type { Sections } from '../../config/sections.ts'
import type { Problem } from '../../problem/problem.ts'
import { calendarsSection } from './calendars.ts'
import { channelsSection } from './channels.ts'
import { defaultsSection } from './defaults.ts'
import { forwardingSection } from './forwarding.ts'
import { inhibitRulesSection } from './inhibit-rules.ts'
import { integrationsSection } from './integrations.ts'
import { policiesSection } from './policies.ts'
import { quotasSection } from './quotas.ts'
import { receiversSection } from './receivers.ts'
import { resolveTimeoutSection } from './resolve-timeout.ts'
import { routeSection } from './route.ts'
import { rulesSection } from './rules.ts'
import type { Collection, Entry, Section, SectionKey, Shown } from './section.ts'
import { templateFilesSection } from './template-files.ts'
import { templatesSection } from './templates.ts'
import { timeIntervalsSection } from './time-intervals.ts'
import { userGroupsSection } from './user-groups.ts'
import { usersSection } from './users.ts'
import { viewsSection } from './views.ts'

/**
 * A line for every section; a missing key of `Config` is an error of types. A document is read and shown in this
 * order.
 */
const byKey: { readonly [Key in SectionKey]-?: Section<Key> } = {
  integrations: integrationsSection,
  channels: channelsSection,
  templates: templatesSection,
  templateFiles: templateFilesSection,
  policies: policiesSection,
  route: routeSection,
  receivers: receiversSection,
  rules: rulesSection,
  inhibitRules: inhibitRulesSection,
  timeIntervals: timeIntervalsSection,
  users: usersSection,
  userGroups: userGroupsSection,
  calendars: calendarsSection,
  views: viewsSection,
  defaults: defaultsSection,
  quotas: quotasSection,
  forwarding: forwardingSection,
  resolveTimeoutMs: resolveTimeoutSection,
}

export const sections: readonly Section[] = Object.values(byKey)

/** The sections that are lists of the API. */
export const collections: readonly Collection[] = sections.filter(isCollection)

function isCollection(section: Section): section is Collection {
  return section.collection === true
}

export function entriesOf(section: Section, { [section.key]: value }: Sections): Entry[] {
  return value === undefined ? [] : section.entries(value)
}

/** The names by which other sections refer to the section. */
export function namesOf(section: Section, sections: Sections): string[] {
  const value = sections[section.key]
  if (value === undefined) return []
  return section.names?.(value) ?? section.entries(value).map(([id]) => id)
}

/** `personal`: personal data in plain text. Without: masked, for readers who may not change the document. */
export interface Showing {
  personal: boolean
}

const PLAIN: Showing = { personal: true }

/** The section as a document has the section; undefined if the account has no such section. */
export function shownSection(
  section: Section,
  { [section.key]: value }: Sections,
  { personal }: Showing = PLAIN,
): unknown {
  if (value === undefined) return undefined
  return personal || section.veil === undefined ? section.show(value) : section.veil(value)
}

export function shownEntries(collection: Collection, sections: Sections, showing: Showing = PLAIN): Shown[] {
  return (shownSection(collection, sections, showing) as Shown[] | undefined) ?? []
}

export function warningsOfEntry(collection: Collection, sections: Sections, id: string): Problem[] {
  const { [collection.key]: value } = sections
  return (value === undefined ? undefined : collection.entryWarnings?.(value, id, sections)) ?? []
}

/** Puts a section into the sections of an account. `undefined` removes the section. */
export function putSection<Key extends SectionKey>(into: Sections, key: Key, value: Sections[Key]): void {
  if (value === undefined) delete into[key]
  else into[key] = value
}
