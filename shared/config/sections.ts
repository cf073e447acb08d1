import type { Config, Integration } from './config.ts'

/** The part of a configuration that a document decides: the whole configuration without its revision. */
export type Sections = Omit<Config, 'revision' | 'since'>

/** The integration that every account has, and that no document removes. */
export const DEFAULT_INTEGRATION = 'default'

/**
 * The sections of an account that was never configured; optional sections are absent. A configuration may have been
 * stored by a version that did not know a section yet: the section then has the value of this function.
 */
export function emptySections(): Sections {
  return { integrations: [], channels: [], policies: [], inhibitRules: [], timeIntervals: [], rules: [] }
}

/**
 * The configuration of an account that was never configured. The revision is the revision of a pointer never
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
