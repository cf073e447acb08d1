import type { Config } from './config.ts'

/** What a document decides: everything but when it became the current one. */
export type Sections = Omit<Config, 'revision' | 'since'>

export const DEFAULT_INTEGRATION = 'default'

/** What an account has before anybody configured it; its revision is that of a pointer never written. */
export function defaultConfig(_account: string): Config {
  return {
    revision: '0',
    since: 0,
    integrations: [
      {
        id: DEFAULT_INTEGRATION,
        type: 'prometheus',
        name: 'Default',
        access: 'post',
        paused: false,
        generation: 0,
      },
    ],
    channels: [],
    policies: [],
    inhibitRules: [],
    timeIntervals: [],
    rules: [],
  }
}

export function sectionsOf({ revision: _revision, since: _since, ...sections }: Config): Sections {
  return sections
}
