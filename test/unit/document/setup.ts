import { finish } from '../../../shared/base/steps.ts'
import type { Config } from '../../../shared/config/config.ts'
import { defaultConfig, type Sections } from '../../../shared/config/sections.ts'
import { readAlertmanagerDocument } from '../../../shared/document/alertmanager/read.ts'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'
import type { DocumentResult } from '../../../shared/document/tocsin-yml.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import type { Problem } from '../../../shared/problem/problem.ts'
import type { SecretBox } from '../../../shared/secret/seal.ts'
import { testBox } from './box.ts'

/** Documents of the same account are read in order. */
export const box = testBox()
export const nothing = defaultConfig()

export const parsed = (document: unknown, current: Config = nothing): Sections =>
  accepted(finish(readTocsinYml(document, current, box)))

export const imported = (yaml: string, current: Config = nothing): Sections =>
  accepted(readAlertmanagerYml(yaml, current, box))

/** The text of a file, at once. */
export function readAlertmanagerYml(text: string, current: Config, secrets: SecretBox): DocumentResult {
  const read = readYamlAtOnce(text, 'text')
  return read.ok ? finish(readAlertmanagerDocument(read, current, secrets)) : read
}

function accepted(read: DocumentResult): Sections {
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.next
}

export function problems(document: unknown, current: Config = nothing): Problem[] {
  const read = finish(readTocsinYml(document, current, box))
  return read.ok ? [] : read.problems
}

export const paths = (document: unknown, current?: Config): string[] =>
  problems(document, current).map(({ path }) => path)

export const said = ({ path, message }: Problem): string => `${path}: ${message}`

export function asCurrent(sections: Sections, revision = '1'): Config {
  return { ...sections, revision, since: 1 }
}
