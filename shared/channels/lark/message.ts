import { hasRoom } from '../../base/clip.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { inert } from '../../message-text/escape.ts'
import type { Layout } from '../../message-text/layout.ts'
import type { Look } from '../../message-text/look.ts'
import { alertText, factText, labelsText, toldText } from '../../message-text/markdown.ts'
import type { User } from '../../people/user.ts'
import { type Called, chatMessage, type ReaderSettings } from '../chat/write.ts'
import { DIALECT } from './dialect.ts'

/** A message with a card (https://open.feishu.cn/document/common-capabilities/message-card/message-cards-content). */
export interface LarkMessage {
  msg_type: 'interactive'
  card: { config: { wide_screen_mode: true }; header: object; elements: object[] }
}

/** Of the whole request, less the room of a signature. */
const ROOM = { bytes: 20_000 - 200 }

const TEMPLATES: Readonly<Record<Look['name'], string>> = {
  P1: 'red',
  P2: 'orange',
  P3: 'yellow',
  P4: 'blue',
  resolved: 'green',
}

export function larkMessage(
  settings: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): LarkMessage {
  const { rendered } = content
  return chatMessage(settings, content, deps, {
    write: (layout, _subject, called) => ({
      msg_type: 'interactive',
      card: {
        config: { wide_screen_mode: true },
        header: {
          template: TEMPLATES[layout.look.name],
          title: { tag: 'plain_text', content: rendered?.title ?? `${layout.look.icon} ${layout.title}` },
        },
        elements: [
          ...calledText(called).map(paragraph),
          ...(rendered === undefined ? elementsOf(layout) : [paragraph(rendered.content)]),
        ],
      },
    }),
    fits: (message) => hasRoom(JSON.stringify(message), ROOM),
    nameOf: ({ chats }: User) => chats?.lark,
  })
}

/** https://open.feishu.cn/document/common-capabilities/message-card/message-cards-content/using-markdown-tags */
function calledText({ names, all }: Called<string>): string[] {
  const tags = [...(all ? ['all'] : []), ...names].map((name) => `<at id=${name}></at>`)
  return tags.length === 0 ? [] : [tags.join(' ')]
}

function elementsOf({ told, facts, labels, further, alerts, more, links, note, colon }: Layout): object[] {
  const fields = facts.map(({ name, value }) => field(`**${inert(name)}**\n${toldText(value, DIALECT)}`))
  const rest = [
    ...(labels === undefined ? [] : [labelsText(labels, colon, DIALECT)]),
    ...further.map((fact) => factText(fact, colon, DIALECT)),
  ]
  const buttons = links.map(({ text, url }, index) => button(text, url, index === 0))
  return [
    ...told.map((text) => paragraph(toldText(text, DIALECT))),
    ...(fields.length > 0 ? [{ tag: 'div', fields }] : []),
    ...(rest.length > 0 ? [paragraph(rest.join('\n'))] : []),
    ...(buttons.length > 0 ? [{ tag: 'action', actions: buttons }] : []),
    ...alerts.flatMap((alert) => [{ tag: 'hr' }, paragraph(alertText(alert, colon, DIALECT))]),
    ...[more, note].flatMap((text) => (text === undefined ? [] : [remark(text)])),
  ]
}

function paragraph(content: string): object {
  return { tag: 'div', text: { tag: 'lark_md', content } }
}

function field(content: string): object {
  return { is_short: true, text: { tag: 'lark_md', content } }
}

function remark(content: string): object {
  return { tag: 'note', elements: [{ tag: 'plain_text', content }] }
}

function button(content: string, url: string, first: boolean): object {
  return { tag: 'button', type: first ? 'primary' : 'default', text: { tag: 'plain_text', content }, url }
}
