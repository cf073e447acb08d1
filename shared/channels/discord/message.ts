import { hasRoom } from '../../base/clip.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { markdownBody, markdownTitle } from '../../message-text/markdown.ts'
import type { User } from '../../people/user.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'
import { DIALECT } from './dialect.ts'

/** A message with one embed (https://discord.com/developers/docs/resources/message#embed-object). */
export interface DiscordMessage {
  /** The title, which notices on a screen show too. */
  content: string
  embeds: { color: number; description: string }[]
  /** Only these are called, whatever a text says. */
  allowed_mentions: { parse: 'everyone'[]; users?: readonly string[] }
}

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const DESCRIPTION = { chars: 4096 }

export function discordMessage(
  settings: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): DiscordMessage {
  const { rendered } = content
  return chatMessage(settings, content, deps, {
    write: (layout, _subject, { names, all }) => ({
      content: [
        rendered?.title ?? markdownTitle(layout, DIALECT),
        ...(all ? ['@everyone'] : []),
        ...names.map((name) => `<@${name}>`),
      ].join(' '),
      embeds: [
        {
          color: Number.parseInt(layout.look.color.slice(1), 16),
          description: rendered?.content ?? markdownBody(layout, DIALECT),
        },
      ],
      allowed_mentions: { parse: all ? ['everyone'] : [], ...(names.length === 0 ? {} : { users: names }) },
    }),
    fits: ({ embeds }) => embeds.every(({ description }) => hasRoom(description, DESCRIPTION)),
    nameOf: ({ chats }: User) => chats?.discord,
  })
}
