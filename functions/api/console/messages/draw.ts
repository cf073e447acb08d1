import { channelTypes } from '../../../../shared/channels/registry.ts'
import { AWS_CHARS, VALUE_CHARS } from '../../../../shared/channels/sms/kind.ts'
import { PARAM_CHARS } from '../../../../shared/channels/voice/kind.ts'
import { lookOf } from '../../../../shared/message-text/look.ts'
import { plainText } from '../../../../shared/message-text/plain.ts'
import { messageText } from '../../../../shared/message-text/text.ts'
import { viewOf } from '../../../../shared/message-view/view.ts'
import type { Tried } from '../../config/template-preview.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type Html, html, nothing, written } from '../page/html.ts'
import { kindName } from '../text/fields.ts'
import { bodiesOf } from './bodies.ts'
import { CHATS, plain } from './chats.ts'
import { letter, messageParts, phoneText } from './letters.ts'
import { sizeOf } from './size.ts'

const SHOWN_BODIES = 5
/** Kinds that show a message as plain text: the message centre and ticket systems. */
const TICKETS = new Set(['inbox', 'opsgenie', 'pagerduty'])

/** The message as a channel of the kind shows the message, with the size beside the limit of the kind. */
export function drawMessage(deps: ConsoleDeps, ask: PageAsk, tried: Tried): Html {
  const { kind, language, timeZone, message } = tried
  const words = ask.text.templates
  const { rendered } = message
  const size = rendered === undefined ? nothing : sizeLine(ask, kind, rendered.content)
  const reader = { language, timeZone }
  const chat = CHATS[kind]
  if (chat !== undefined) return figure(ask, kind, chat({ ...reader, details: 'page' }, message, deps), size)
  if (kind === 'email') return figure(ask, kind, letter(reader, message, words), size)
  if (kind === 'sms') return textMessage(ask, tried)
  if (kind === 'voice') return call(ask, tried)
  if (TICKETS.has(kind)) return figure(ask, kind, ticket(tried), size)
  const bodies = bodiesOf(kind, message, deps)
  const more = bodies.length - SHOWN_BODIES
  return html`${bodies
    .slice(0, SHOWN_BODIES)
    .map(
      ({ title, text }) =>
        html`<figure class="shown"><figcaption class="meta">${words.asSent(kindName(kind, ask.text.lang))}</figcaption>${title === undefined || title === '' ? nothing : html`<p><b><bdi>${title}</bdi></b></p>`}<pre class="copy" tabindex="0"><bdi>${text}</bdi></pre></figure>${sizeLine(ask, kind, text)}`,
    )}${more > 0 ? html`<p class="meta">${words.more(more)}</p>` : nothing}`
}

function figure({ text }: PageAsk, kind: string, markup: string, below: Html): Html {
  return html`<figure class="shown"><figcaption class="meta">${text.templates.as(kindName(kind, text.lang))}</figcaption>${written(markup)}</figure>${below}`
}

function sizeLine({ text }: PageAsk, kind: string, content: string): Html {
  const form = channelTypes.get(kind)?.kind.content ?? {}
  const { unit, used, most } = sizeOf(content, form)
  const isLarge = most !== undefined && used > most * 0.9
  const limit = most === undefined ? undefined : unit === 'bytes' ? bytesText(most) : grouped(most)
  const words = text.templates.size(unit, grouped(used), limit)
  return html`<p class="meta size">${most === undefined || most > MOST_IN_BAR ? nothing : html`<meter max="${most}" high="${Math.floor(most * 0.9)}" value="${used}" aria-hidden="true"></meter> `}${isLarge ? html`<b>${words}</b>` : words}</p>`
}

/** Limits of several megabytes are never near. */
const MOST_IN_BAR = 100_000

/** `4 MiB`, `60 KiB`, `19,000`. */
function bytesText(bytes: number): string {
  const [mebibytes, kibibytes] = [bytes / 1024 / 1024, bytes / 1024]
  if (Number.isInteger(mebibytes)) return `${mebibytes} MiB`
  return Number.isInteger(kibibytes) ? `${kibibytes} KiB` : grouped(bytes)
}

/** `12345` as `12,345`. */
function grouped(count: number): string {
  return count.toLocaleString('en')
}

function textMessage(ask: PageAsk, { kind, message, ...reader }: Tried): Html {
  const words = ask.text.templates
  const text = phoneText(reader, message)
  const { parts, each } = messageParts(text)
  const size = `${words.size('chars', grouped(text.length))} · ${words.parts(parts, each)}`
  return figure(
    ask,
    kind,
    `<div class="phone"><div class="bubble">${plain(text)}</div></div>`,
    html`<p class="meta">${size}</p><p class="meta">${words.smsRoom(grouped(AWS_CHARS), VALUE_CHARS)}</p>`,
  )
}

function call(ask: PageAsk, { kind, message, ...reader }: Tried): Html {
  const words = ask.text.templates
  const text = phoneText(reader, message)
  const size = words.size('chars', grouped(text.length), grouped(PARAM_CHARS))
  return html`<figure class="shown"><figcaption class="meta">${words.asSpoken(kindName(kind, ask.text.lang))}</figcaption><div><p class="spoken"><bdi>“${text}”</bdi></p></div></figure><p class="meta">${size}</p><p class="meta">${words.voiceRoom(PARAM_CHARS)}</p>`
}

function ticket({ message, language, timeZone }: Tried): string {
  const { notification, rendered, note } = message
  const view = viewOf(notification)
  const builtIn = messageText(view, { language, timeZone, note })
  const title = rendered?.title ?? builtIn.subject
  const text = rendered?.content ?? plainText(builtIn).trimEnd()
  return `<div class="ticket ${lookOf(view).name}"><p><b>${plain(title)}</b></p><p class="lines">${plain(text)}</p></div>`
}
