import type { Config, Integration } from './config.ts'

/** The part of a configuration written in a document: the whole configuration without its revision. */
export type Sections = Omit<Config, 'revision' | 'since'>

/** The integration of every account; no document removes the integration. */
export const DEFAULT_INTEGRATION = 'default'

/**
 * The sections of a never configured account; optional sections are absent. A configuration may have been
 * stored by a version without knowledge of a section: the section then has the value of this function.
 */
export function emptySections(): Sections {
  return {
    ...{ integrations: [], channels: [], policies: [], receivers: [], inhibitRules: [], timeIntervals: [], rules: [] },
    ...{ templateFiles: [], templates: [], users: [], userGroups: [], calendars: [], views: [] },
  }
}

/**
 * The configuration of a never configured account. The revision is the revision of a pointer never
 * written.
 */
export function defaultConfig(): Config {
  const integration: Integration = {
    id: DEFAULT_INTEGRATION,
    type: 'prometheus',
    name: 'Default',
    access: 'post',
    paused: false,
    generation: 0,
    settings: {},
  }
  return { ...emptySections(), revision: '0', since: 0, integrations: [integration] }
}

export function sectionsOf({ revision: _revision, since: _since, ...sections }: Config): Sections {
  return sections
}
