import type { SendDeps, ToSend } from '../../channel/send.ts'
import { inertForSlack } from '../../message-text/escape.ts'
import type { Layout } from '../../message-text/layout.ts'
import { alertText, factText, labelsText, linksText, markdownTitle, toldText } from '../../message-text/markdown.ts'
import type { User } from '../../people/user.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'
import { DIALECT } from './dialect.ts'

/** The text is the title, which notices on a screen show too; the attachment has the colour. */
export interface SlackMessage {
  text: string
  attachments: { color: string; blocks: Block[] }[]
  /** Links are not followed for a preview. */
  unfurl_links: false
  unfurl_media: false
}

/** https://docs.slack.dev/reference/block-kit/blocks/section-block and context-block */
interface Block {
  type: 'section' | 'context'
  text?: Text
  fields?: Text[]
  elements?: Text[]
}

/** `verbatim`: Slack makes no links and mentions of what it finds in the text. */
interface Text {
  type: 'mrkdwn'
  text: string
  verbatim: true
}

/**
 * Documented are 50 blocks, 3,000 characters of a section and ten fields of 2,000
 * (https://docs.slack.dev/reference/block-kit/blocks/section-block). Undocumented is the sum: Slack refuses some 13,200
 * characters with `msg_blocks_too_long` (https://github.com/slackapi/bolt-js/issues/2509).
 */
const BLOCKS = 50
const SECTION_CHARS = 3000
const FIELDS = 10
const FIELD_CHARS = 2000
const ALL_CHARS = 12_000

export function slackMessage(
  settings: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): SlackMessage {
  const { rendered } = content
  return chatMessage(settings, content, deps, {
    write: (layout, _subject, { names, all }) => ({
      text: [
        rendered?.title ?? markdownTitle(layout, DIALECT),
        ...(all ? ['<!channel>'] : []),
        ...names.map((name) => `<@${name}>`),
      ].join(' '),
      attachments: [
        {
          color: layout.look.color,
          blocks: rendered === undefined ? blocksOf(layout) : [section(rendered.content)],
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    }),
    fits: ({ attachments }) => attachments.every(({ blocks }) => fits(blocks)),
    nameOf: ({ chats }: User) => chats?.slack,
  })
}

function blocksOf({ told, facts, labels, further, alerts, more, links, note, colon }: Layout): Block[] {
  const rest = [
    ...(labels === undefined ? [] : [labelsText(labels, colon, DIALECT)]),
    ...further.map((fact) => factText(fact, colon, DIALECT)),
  ]
  const fields = facts.map((fact) => mrkdwn(factText(fact, colon, DIALECT)))
  const paragraphs = [
    told.map((text) => toldText(text, DIALECT)).join('\n'),
    fields,
    rest.join('\n'),
    linksText(links, DIALECT),
    ...alerts.map((alert) => alertText(alert, colon, DIALECT)),
  ]
  return [
    ...paragraphs
      .filter(({ length }) => length > 0)
      .map((part) => (typeof part === 'string' ? section(part) : { type: 'section' as const, fields: part })),
    ...(more === undefined ? [] : [context(more)]),
    ...(note === undefined ? [] : [context(inertForSlack(note))]),
  ]
}

function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) }
}

function context(text: string): Block {
  return { type: 'context', elements: [mrkdwn(text)] }
}

function mrkdwn(text: string): Text {
  return { type: 'mrkdwn', text, verbatim: true }
}

function fits(blocks: readonly Block[]): boolean {
  const texts = blocks.flatMap(({ text, fields = [], elements = [] }) => [
    ...(text ? [text] : []),
    ...fields,
    ...elements,
  ])
  const chars = texts.reduce((sum, { text }) => sum + text.length, 0)
  return (
    chars <= ALL_CHARS &&
    blocks.length <= BLOCKS &&
    blocks.every(
      ({ text, fields = [] }) =>
        (text?.text.length ?? 0) <= SECTION_CHARS &&
        fields.length <= FIELDS &&
        fields.every((one) => one.text.length <= FIELD_CHARS),
    )
  )
}
