import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { finish } from '../../../shared/base/steps.ts'
import type { Problem } from '../../../shared/problem/problem.ts'
import { parseYaml } from '../../../shared/yaml/parse.ts'
import { offsetOf } from '../../../shared/yaml/place.ts'
import { documentValue, exactValue } from '../../../shared/yaml/value.ts'
import { type FileSetting, fileSettings, withContents } from './file-settings.ts'
import { readTemplates, type TemplateFiles } from './template-files.ts'

/** An alertmanager.yml with all that it names. */
export interface AlertmanagerFile {
  /** The file with the contents of the files that its settings name; every line is where it was. */
  text: string
  /** Absent: the file has no `templates`. */
  templates?: TemplateFiles
}

type Read = { ok: true; file: AlertmanagerFile; warnings: Problem[] } | { ok: false; problems: Problem[] }

/**
 * Reads an alertmanager.yml, the files of its settings and its templates. Relative names are looked for beside the file.
 * Throws when the alertmanager.yml itself cannot be read.
 */
export async function readAlertmanagerFile(path: string): Promise<Read> {
  const text = await readFile(path, 'utf8')
  const { documents, positionOf } = finish(parseYaml(text))
  const { root = null, error } = documents[0] ?? {}
  const value = finish(documentValue(root, exactValue))
  if (error !== undefined || !value.ok) {
    const { own, code, offset } = error ?? (value as Extract<typeof value, { ok: false }>).error
    return { ok: false, problems: [{ path: '', message: `is not YAML: ${own ?? code}`, ...positionOf(offset) }] }
  }
  const folder = dirname(resolve(path))
  const settings = await readSettings(fileSettings(root), folder)
  const templates = await readTemplates((value.value as { templates?: unknown } | null)?.templates, folder)
  const problems = [
    ...settings.problems.map(({ offset, ...problem }) => ({ ...problem, ...positionOf(offset) })),
    ...templates.problems.map((problem) => placed(problem)),
  ]
  if (problems.length > 0) return { ok: false, problems }
  const { files } = templates
  const file = { text: withContents(text, settings.read), ...(files === undefined ? {} : { templates: files }) }
  return { ok: true, file, warnings: templates.warnings.map((warning) => placed(warning)) }

  /** `templates[1]` leads to the second entry. */
  function placed(problem: Problem): Problem {
    const place = Number(/\[(\d+)\]$/.exec(problem.path)?.[1])
    const offset = offsetOf(root, ['templates', place], exactValue)
    return offset === undefined ? problem : { ...problem, ...positionOf(offset) }
  }
}

interface SettingsRead {
  read: (FileSetting & { content: string })[]
  problems: (Problem & { offset: number })[]
}

/** Larger than every secret and every list of authorities. */
const MOST_CHARS = 256 * 1024

/** As Alertmanager, without white space around the content. */
async function readSettings(settings: readonly FileSetting[], folder: string): Promise<SettingsRead> {
  const read: SettingsRead['read'] = []
  const problems: SettingsRead['problems'] = []
  for (const setting of settings) {
    const say = (message: string): void => void problems.push({ path: setting.path, message, offset: setting.key[0] })
    if (setting.given) {
      say(`is given beside ${setting.becomes}: choose one`)
      continue
    }
    const path = resolve(folder, setting.file)
    try {
      const content = (await readFile(path, 'utf8')).trim()
      if (content === '') say(`${path} is empty`)
      else if (content.length > MOST_CHARS) say(`${path} has more than ${MOST_CHARS} characters`)
      else read.push({ ...setting, content })
    } catch (error) {
      say(`cannot read ${path}: ${reasonOf(error)}`)
    }
  }
  return { read, problems }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
