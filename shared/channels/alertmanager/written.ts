import type { TemplateData } from '../../alertmanager-template/data.ts'
import {
  createRender,
  defaultTemplates,
  readTemplates,
  type TemplateFile,
  type Templates,
} from '../../alertmanager-template/templates.ts'
import { keepNewest } from '../../base/keep-newest.ts'
import { inSlices } from '../../base/steps.ts'
import type { ChannelKind } from '../../channel/kind.ts'
import type { Send, SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { Settings } from '../../settings/field.ts'
import { type TemplateText, templateTexts, textPath, withTexts } from '../../settings/templates.ts'
import { dataOf } from './data.ts'

/** What a receiver is told, beside its own words. */
export interface ReceiverMessage extends ToSend {
  data: TemplateData
}

/** Sends a message whose words are in the settings: every template there is replaced by the text that it made. */
export type SendWords<S> = (settings: S, message: ReceiverMessage, deps: SendDeps) => Promise<Outcome>

/**
 * A sender that renders the templates of the settings first. A template that fails costs no message: the field has its
 * default, and the outcome says why. (Alertmanager sends nothing then.)
 */
export function written<S extends Settings>(kind: ChannelKind<S>, send: SendWords<S>): Send<S> {
  return async (settings, content, deps) => {
    const data = dataOf(content.notification, deps.publicUrl, kind.mostAlerts?.(settings))
    const { settings: words, failures } = await renderSettings(kind, settings, content, data)
    return told(await send(words, { ...content, data }, deps), failures)
  }
}

const NO_FILES: readonly TemplateFile[] = []

interface Words<S> {
  settings: S
  /** Sentences about templates that failed. */
  failures: string[]
}

async function renderSettings<S extends Settings>(
  { fields }: ChannelKind<S>,
  settings: S,
  { templateFiles = NO_FILES, begunAt }: ToSend,
  data: TemplateData,
): Promise<Words<S>> {
  const texts = templateTexts(fields, settings)
  const templates = await templatesOf(templateFiles)
  const render = createRender(templates.value, data, begunAt)
  const failures = templates.ok ? [] : [`the template files cannot be used: ${templates.error}`]
  const made: Pick<TemplateText, 'path' | 'text'>[] = []
  for (const one of texts) {
    const result = await render(one.text, one.kind)
    if (!result.ok) failures.push(failure(one, result.error))
    made.push({ path: one.path, text: result.ok ? result.value : await defaultText(one) })
  }
  return { settings: withTexts(settings, made) as S, failures }

  /** The field's default by the default templates, with limits of its own: the others may be used up. */
  async function defaultText({ path, kind }: TemplateText): Promise<string> {
    const [name = ''] = path
    const fallback = path.length === 1 ? fields[name]?.schema.safeParse(undefined).data : undefined
    if (typeof fallback !== 'string') return ''
    const result = await createRender(defaultTemplates(), data, begunAt)(fallback, kind)
    return result.ok ? result.value : ''
  }
}

/** A text of the sender of a template, which may repeat labels of alerts. A secret template is not repeated. */
function failure({ path, secret }: TemplateText, error: string): string {
  const shown = secret ? 'it is secret, so the error is not shown' : error.slice(0, MOST_ERROR_CHARS)
  return `the template of ${textPath({ path })} failed: ${shown}`
}

const MOST_ERROR_CHARS = 200

function told(outcome: Outcome, failures: readonly string[]): Outcome {
  const [first] = failures
  if (first === undefined) return outcome
  const text = failures.length === 1 ? first : `${first} (and ${failures.length - 1} more)`
  if (outcome.kind === 'arrived')
    return { ...outcome, note: outcome.note === undefined ? text : `${outcome.note}; ${text}` }
  return { ...outcome, detail: `${outcome.detail}; ${text}` }
}

type Read = { ok: true; value: Templates } | { ok: false; value: Templates; error: string }

/** Templates of files that were used last: the files of a configuration are one list as long as it is kept. */
const kept = new Map<readonly TemplateFile[], Read>()
const MOST_KEPT = 10

async function templatesOf(files: readonly TemplateFile[]): Promise<Read> {
  const known = kept.get(files) ?? (await readFiles(files))
  keepNewest(kept, files, known, MOST_KEPT)
  return known
}

async function readFiles(files: readonly TemplateFile[]): Promise<Read> {
  const read = await inSlices(readTemplates(files))
  return read.ok ? read : { ok: false, value: defaultTemplates(), error: read.error }
}
