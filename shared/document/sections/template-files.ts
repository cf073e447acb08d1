import * as z from 'zod'
import { templateFacts } from '../../alertmanager-template/facts.ts'
import type { TemplateFile } from '../../alertmanager-template/templates.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Problem } from '../../problem/problem.ts'
import { ANY_NAME, readList } from '../reading/list.ts'
import { readEntry } from '../reading/mapping.ts'
import type { Section } from './section.ts'

const schema = z
  .strictObject({ name: z.string().min(1, 'must not be empty').max(200), text: z.string() })
  .meta({ id: 'TemplateFile' })

/**
 * `templateFiles`: files with definitions in the language of Alertmanager's templates, as `templates:` of an
 * alertmanager.yml names files. Templates in the settings of channels may call what the files define.
 */
export const templateFilesSection: Section<'templateFiles'> = {
  key: 'templateFiles',
  name: 'templateFiles',
  one: 'file of templates',
  limit: LIMITS.templateFiles,
  *read(given) {
    const options = { limit: LIMITS.templateFiles, nameField: 'name' } as const
    const list = yield* readList(given, options, (entry) => readEntry(schema, entry))
    const value = list.entries.map((entry) => entry.value)
    const problems = list.problems.length > 0 ? list.problems : filesProblems(value)
    return { value, problems, names: problems.length > 0 ? ANY_NAME : new Set(definedIn(value)) }
  },
  show: (files) => files.map(({ name, text }) => ({ name, text })),
  entries: (files) => files.map((file) => [file.name, file]),
  /** References name templates, and not files. */
  names: definedIn,
  schema: z.array(schema).max(LIMITS.templateFiles),
}

function filesProblems(files: readonly TemplateFile[]): Problem[] {
  const chars = files.reduce((sum, { text }) => sum + text.length, 0)
  if (chars > LIMITS.templateFilesChars) {
    return [{ path: '', message: `limit: the files have more than ${LIMITS.templateFilesChars} characters together` }]
  }
  return files.flatMap(({ text }, place) => {
    const { error } = templateFacts(text)
    return error === undefined ? [] : [{ path: `[${place}].text`, message: error }]
  })
}

function definedIn(files: readonly TemplateFile[]): string[] {
  return files.flatMap(({ text }) => templateFacts(text).defines)
}
