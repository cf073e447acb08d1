import { detailsLink } from '../account/link.ts'
import { inSlices } from '../base/steps.ts'
import type { Millis } from '../base/time.ts'
import type { ContentForm } from '../channel/content-form.ts'
import type { ToSend } from '../channel/send.ts'
import { type ContentTemplate, contentFor } from '../config/content-template.ts'
import type { RenderResult } from '../content-template/render.ts'
import type { Delivery, How } from '../delivery/delivery.ts'
import { WORDS } from '../message-text/words.ts'
import { viewOf } from '../message-view/view.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { Settings } from '../settings/field.ts'
import { readTemplate } from '../store/stored-templates.ts'
import type { Table } from '../table/port.ts'

/**
 * The words of a message, or the reason for the built-in text in place of a template's words, and people to mention. Of a
 * digest: the deliveries.
 */
export type Written = Pick<ToSend, 'rendered' | 'note' | 'mention' | 'details' | 'digest'>

/** Where a message goes. */
export interface WriteFor {
  account: string
  target: string
  /** Kind of channel, and its form of content templates. */
  type: string
  form: ContentForm | undefined
  /** In plain text, with defaults. */
  settings: Settings
  at: Millis
}

export interface WriteDeps {
  table: Table
  publicUrl: string
  secrets: Pick<SecretBox, 'mac'>
}

/** Throws when the table does not answer. */
export type Writer = (delivery: Pick<Delivery, 'notification' | 'how'>, to: WriteFor) => Promise<Written>

/** Templates that a process keeps, the last used ones. */
const KEPT = 50

/**
 * Writes messages as their deliveries say. A template that is gone, or that fails with these alerts, leaves the built-in
 * text with a note: a run counts steps and no time, so each attempt at a delivery comes to the same words.
 */
export function createWriter({ table, publicUrl, secrets }: WriteDeps): Writer {
  const kept = new Map<string, ContentTemplate>()
  const loaded = loader()
  /** Throws when the table does not answer. */
  const templateOf = async (account: string, hash: string): Promise<ContentTemplate | undefined> => {
    const key = JSON.stringify([account, hash])
    const template = kept.get(key) ?? (await readTemplate(table, account, hash))
    if (template === undefined) return undefined
    kept.delete(key)
    kept.set(key, template)
    const [oldest] = kept.keys()
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
    return template
  }
  return async ({ notification, how }, { account, target, type, form, settings, at }) => {
    if (how?.hash === undefined) return {}
    const template = await templateOf(account, how.hash)
    if (template === undefined) return builtIn(how, 'its text is gone')
    const content = contentFor(template.kinds, type)
    if (form === undefined || content === undefined) return builtIn(how, 'it has no text for this kind of channel')
    const view = viewOf(notification)
    const page = form.page?.(settings) ?? 'page'
    const { language, timeZone, details } = how
    const link = detailsLink(page, view, { account, begunAt: at, ...(details && { details }) }, { publicUrl, secrets })
    const result = await (await loaded())({ kind: form, content, language, timeZone, view, ...link, settings, target })
    return result.ok ? { rendered: result.rendered } : builtIn(how, result.reason)
  }
}

function builtIn({ template = '', language }: How, reason: string): Written {
  return { note: WORDS[language].unused(template, reason) }
}

type Input = Parameters<typeof import('../content-template/render.ts')['renderMessage']>[0]

/** A process that meets no template loads no language for templates. */
function loader(): () => Promise<(input: Input) => Promise<RenderResult>> {
  let loading: Promise<(input: Input) => Promise<RenderResult>> | undefined
  const load = async () => {
    const [{ renderMessage }, { createTextReader }] = await Promise.all([
      import('../content-template/render.ts'),
      import('../content-template/read-text.ts'),
    ])
    const read = createTextReader()
    return async (input: Input) => await inSlices(renderMessage(input, read))
  }
  return () => (loading ??= load())
}
