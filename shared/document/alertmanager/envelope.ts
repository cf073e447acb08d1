import type { TemplateFile } from '../../alertmanager-template/templates.ts'
import type { Steps } from '../../base/steps.ts'
import { isObject } from '../../base/value.ts'
import type { Problem } from '../../problem/problem.ts'
import { type PlaceOf, readYaml } from '../reading/yaml.ts'

/** An alertmanager.yml, read as YAML with every scalar as text. */
export interface ImportedFile {
  document: unknown
  /** Files that `templates:` names. Absent: the request has the alertmanager.yml alone. */
  templateFiles?: readonly TemplateFile[]
}

type Imported = { ok: true; file: ImportedFile; placeOf: PlaceOf } | { ok: false; problems: Problem[] }

/**
 * An alertmanager.yml alone, or in the envelope of Grafana Mimir, `{alertmanager_config, template_files}`: the file as
 * a text, and the texts of the files of templates by name
 * (https://grafana.com/docs/mimir/latest/references/http-api/#set-alertmanager-configuration). Places are lines of the
 * alertmanager.yml.
 */
export function* readImport(text: string): Steps<Imported> {
  const outer = yield* readYaml(text, 'text')
  if (!outer.ok) return outer
  const { document, placeOf } = outer
  if (!isObject(document) || !Object.hasOwn(document, 'alertmanager_config')) {
    return { ok: true, file: { document }, placeOf }
  }
  const problems = envelopeProblems(document)
  if (problems.length > 0) return { ok: false, problems }
  const inner = yield* readYaml(document.alertmanager_config as string, 'text')
  if (!inner.ok) return inner
  const files = (document.template_files ?? {}) as Record<string, string>
  const templateFiles = Object.entries(files).map(([name, text]) => ({ name, text }))
  return { ok: true, file: { document: inner.document, templateFiles }, placeOf: inner.placeOf }
}

function envelopeProblems(envelope: Record<string, unknown>): Problem[] {
  const { alertmanager_config: config, template_files: files = {}, ...others } = envelope
  const problems = Object.keys(others).map((path): Problem => ({ path, message: 'unknown key' }))
  if (typeof config !== 'string') problems.push({ path: 'alertmanager_config', message: 'expected a text' })
  const named = files === null || (isObject(files) && Object.values(files).every((text) => typeof text === 'string'))
  if (!named) problems.push({ path: 'template_files', message: 'expected a mapping of names to texts' })
  return problems
}
