import { finish } from '../../../shared/base/steps.ts'
import type { ContentForm } from '../../../shared/channel/content-form.ts'
import { channelTypes } from '../../../shared/channels/registry.ts'
import type { ContentText, KindContent } from '../../../shared/config/content-template.ts'
import { type RenderResult, renderMessage } from '../../../shared/content-template/render.ts'
import { sampleNotification } from '../../../shared/content-template/sample.ts'
import type { Notification } from '../../../shared/delivery/delivery.ts'
import { viewOf } from '../../../shared/message-view/view.ts'

export const URL = 'https://tocsin.example.com/incidents/inc-1'

function formOf(kind: string): ContentForm {
  return channelTypes.get(kind)!.kind.content!
}

export interface Asked extends Partial<ContentText>, Pick<KindContent, 'mode' | 'limit'> {
  told?: Notification
  url?: string
  settings?: Record<string, unknown>
  form?: Partial<ContentForm>
  target?: string
}

/** A template with one text, for a kind of channel. */
export function written(kind: string, content: string, asked: Asked = {}): RenderResult {
  const { told = sampleNotification('firing'), url, settings, form, mode, limit, target, ...text } = asked
  return finish(
    renderMessage({
      kind: { ...formOf(kind), ...form },
      content: { texts: [{ language: 'en', content, ...text }], ...(mode && { mode }), ...(limit && { limit }) },
      ...{ language: text.language ?? 'en', timeZone: 'UTC', view: viewOf(told), url, settings, target },
    }),
  )
}

/** The content, or the reason why there is none. */
export function contentOf(kind: string, content: string, asked: Asked = {}): string {
  const result = written(kind, content, asked)
  return result.ok ? result.rendered.content : `failed: ${result.reason}`
}

/** The content for the first alert of the sample alone. */
export function ofOne(kind: string, content: string, asked: Asked = {}): string {
  const told = asked.told ?? sampleNotification('firing')
  return contentOf(kind, content, { ...asked, told: { ...told, alerts: told.alerts.slice(0, 1) } })
}
