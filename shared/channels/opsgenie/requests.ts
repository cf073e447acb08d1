import { detailsLink } from '../../account/link.ts'
import { label } from '../../alert/labels.ts'
import { clip } from '../../base/clip.ts'
import { digest } from '../../base/hash.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { fitText } from '../../message-text/fit.ts'
import { plainText } from '../../message-text/plain.ts'
import { type MessageText, messageText } from '../../message-text/text.ts'
import { type MessageView, viewOf } from '../../message-view/view.ts'
import { DESCRIPTION_ROOM, MOST_ALERTS, type OpsgenieSettings } from './kind.ts'

/** A request to the Alert API, below `/v2/alerts` (https://docs.opsgenie.com/docs/alert-api). */
export interface OpsgenieRequest {
  method: 'POST' | 'PUT'
  /** `''`, or `/<alias>/close?identifierType=alias`. */
  path: string
  body: object
}

/** The requests of a notification, in their order. */
interface OpsgenieRequests {
  /** Ends of earlier incidents. */
  over: OpsgenieRequest[]
  /** The incident of the notification: created, acknowledged or closed. */
  own: OpsgenieRequest
  /** New words of an alert that may be there already. */
  changes: OpsgenieRequest[]
}

/** https://docs.opsgenie.com/docs/alert-api#create-alert; a text that is longer is cut or refused there. */
const MESSAGE_CHARS = 130
const DETAILS_CHARS = 8000
const TAG_CHARS = 50
const ENTITY_CHARS = 512
const USER_CHARS = 100

const SOURCE = 'Tocsin'

/**
 * All requests of an incident have one `alias`, so Opsgenie has one alert for each incident, and a request that comes twice
 * changes nothing. Opsgenie counts a second `create` under an open alias and keeps the first words, so news follow as
 * changes of the words.
 */
export function opsgenieRequests(
  { language, timeZone, details }: Pick<OpsgenieSettings, 'language' | 'timeZone' | 'details'>,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): OpsgenieRequests {
  const { notification, rendered, note } = content
  const { incident, ended = [], reason } = notification
  const view = viewOf(notification, { shown: MOST_ALERTS })
  const over = ended.map((id) => act(id, 'close', {}))
  // Without an incident the alerts were over before their group got them: no alert was created under this alias.
  const alias = incident?.id ?? digest([content.account, notification.groupKey], 32)
  if (view.status === 'resolved') return { over, own: act(alias, 'close', {}), changes: [] }
  if (reason === 'claim') {
    const user = clip(incident?.handler ?? '', { chars: USER_CHARS })
    return { over, own: act(alias, 'acknowledge', { user }), changes: [] }
  }
  const link = detailsLink(details, view, content, deps)
  const text = messageText(view, { language, timeZone, ...link, note })
  const message = clip(rendered?.title ?? text.subject, { chars: MESSAGE_CHARS })
  const room = DESCRIPTION_ROOM
  const description = rendered === undefined ? fitText(text, room, plainText) : clip(rendered.content, room)
  const own: OpsgenieRequest = { method: 'POST', path: '', body: created(view, text, { alias, message, description }) }
  const changes = reason === 'first' ? [] : [change(alias, { message }), change(alias, { description })]
  return { over, own, changes }
}

function created(
  { level, commonLabels, policy }: MessageView,
  { labels }: MessageText,
  { alias, message, description }: { alias: string; message: string; description: string },
): object {
  const tags = [policy?.name ?? '', label(commonLabels, 'severity')].filter((tag) => tag !== '')
  return {
    message,
    alias,
    description,
    priority: level,
    source: SOURCE,
    entity: clip(label(commonLabels, 'instance'), { chars: ENTITY_CHARS }),
    tags: tags.map((tag) => clip(tag, { chars: TAG_CHARS })),
    details: detailsOf(labels),
  }
}

/** The shared labels, while there is room. */
function detailsOf(labels: MessageText['labels']): Record<string, string> {
  let left = DETAILS_CHARS
  const fitting = labels.filter(({ name, value }) => {
    left -= name.length + value.length
    return left >= 0
  })
  return Object.fromEntries(fitting.map(({ name, value }) => [name, value]))
}

function act(alias: string, action: 'close' | 'acknowledge', more: object): OpsgenieRequest {
  return { method: 'POST', path: pathOf(alias, action), body: { source: SOURCE, ...more } }
}

function change(alias: string, words: { message: string } | { description: string }): OpsgenieRequest {
  return { method: 'PUT', path: pathOf(alias, Object.keys(words)[0]!), body: words }
}

function pathOf(alias: string, what: string): string {
  return `/${encodeURIComponent(alias)}/${what}?identifierType=alias`
}
