import { hasRoom } from '../../base/clip.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Layout } from '../../message-text/layout.ts'
import { alertText, type Dialect, factText, labelsText, linksText, toldText } from '../../message-text/markdown.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'

/** A message with one embed (https://discord.com/developers/docs/resources/message#embed-object). */
export interface DiscordMessage {
  /** The title, which notices on a screen show too. */
  content: string
  embeds: { color: number; description: string; fields: { name: string; value: string; inline: boolean }[] }[]
  /** Nobody is called, whatever a text says. */
  allowed_mentions: { parse: [] }
}

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const CONTENT_CHARS = 2000
const DESCRIPTION_CHARS = 4096
const FIELDS = 25
const NAME_CHARS = 256
const VALUE_CHARS = 1024
const EMBED_CHARS = 6000

/** The Markdown of Discord takes a backslash before every mark, and before a colon, which ends an address. */
const DIALECT: Dialect = {
  plain: (text) => text.replace(/[\\*_~`|<[\]@:]/g, '\\$&').replace(/^(\s*)(?=[#>+-]|\d+\.)/gm, '$1\u200b'),
  title: (text) => `**${text}**`,
  bold: (text) => `**${text}**`,
  link: (text, url) => `[${text}](${url})`,
  line: '\n',
  paragraph: '\n\n',
}

export function discordMessage(
  settings: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): DiscordMessage {
  const { rendered } = content
  return chatMessage(settings, content, deps, {
    write: (layout) => ({
      content: rendered?.title ?? DIALECT.title(`${layout.look.icon} ${DIALECT.plain(layout.title)}`, layout.look),
      embeds: [
        {
          color: Number.parseInt(layout.look.color.slice(1), 16),
          description: rendered?.content ?? descriptionOf(layout),
          fields: rendered === undefined ? fieldsOf(layout) : [],
        },
      ],
      allowed_mentions: { parse: [] },
    }),
    fits,
  })
}

function descriptionOf({ told, labels, further, alerts, more, links, note, colon }: Layout): string {
  const about = [
    ...(labels === undefined ? [] : [labelsText(labels, colon, DIALECT)]),
    ...further.map((fact) => factText(fact, colon, DIALECT)),
  ]
  return [
    told.map((text) => toldText(text, DIALECT)).join('\n'),
    about.join('\n'),
    ...alerts.map((alert) => alertText(alert, colon, DIALECT)),
    more ?? '',
    linksText(links, DIALECT),
    note === undefined ? '' : DIALECT.plain(note),
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}

function fieldsOf({ facts }: Layout): DiscordMessage['embeds'][number]['fields'] {
  return facts.map(({ name, value }) => ({ name: DIALECT.plain(name), value: toldText(value, DIALECT), inline: true }))
}

function fits({ content, embeds }: DiscordMessage): boolean {
  return (
    hasRoom(content, { chars: CONTENT_CHARS }) &&
    embeds.every(({ description, fields }) => {
      const chars = fields.reduce((sum, { name, value }) => sum + name.length + value.length, description.length)
      const fieldsFit = fields.every(({ name, value }) => name.length <= NAME_CHARS && value.length <= VALUE_CHARS)
      return description.length <= DESCRIPTION_CHARS && fields.length <= FIELDS && chars <= EMBED_CHARS && fieldsFit
    })
  )
}
