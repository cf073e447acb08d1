import { hasRoom } from '../../base/clip.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { inert } from '../../message-text/escape.ts'
import type { AlertSection, Layout, Link } from '../../message-text/layout.ts'
import type { Look } from '../../message-text/look.ts'
import type { Fact } from '../../message-text/text.ts'
import type { User } from '../../people/user.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'

/** A message with one Adaptive Card, as the workflow "Post to a channel when a webhook request is received" takes it. */
export interface TeamsMessage {
  type: 'message'
  attachments: { contentType: string; contentUrl: null; content: Card }[]
}

/** https://adaptivecards.io/explorer/AdaptiveCard.html, version 1.2 */
interface Card {
  $schema: string
  type: 'AdaptiveCard'
  version: '1.2'
  /** The card takes the whole width of the channel. */
  msteams: { width: 'Full'; entities?: object[] }
  body: object[]
  actions: object[]
}

/** Of the whole message (https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/format-your-bot-messages). */
const ROOM = { bytes: 28_000 }

/** A person who signs in with `id`. */
interface Member {
  id: string
  name: string
}

const STYLES: Readonly<Record<Look['name'], string>> = {
  P1: 'attention',
  P2: 'attention',
  P3: 'warning',
  P4: 'accent',
  resolved: 'good',
}

export function teamsMessage(
  settings: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): TeamsMessage {
  const { rendered } = content
  return chatMessage(settings, content, deps, {
    write: (layout, _subject, { names }) => {
      const title = rendered?.title ?? `${layout.look.icon} ${layout.title}`
      const body = rendered === undefined ? bodyOf(layout) : [{ type: 'TextBlock', text: rendered.content, wrap: true }]
      const header = paragraph([run(title, { weight: 'Bolder', size: 'Medium' })])
      return messageOf(
        [{ type: 'Container', style: STYLES[layout.look.name], bleed: true, items: [header] }, ...body],
        // A content has its link below its text.
        rendered === undefined ? layout.links : [],
        names,
      )
    },
    fits: (message) => hasRoom(JSON.stringify(message), ROOM),
    nameOf: ({ chats, name }: User) =>
      chats?.teams === undefined ? undefined : { id: chats.teams, name: inert(name) },
  })
}

/** A text with `<at>` and an entity of the same text call a person. */
function messageOf(body: object[], links: readonly Link[], names: readonly Member[]): TeamsMessage {
  const called = names.map(({ name }) => `<at>${name}</at>`)
  const entities = names.map((mentioned, at) => ({ type: 'mention', text: called[at], mentioned }))
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          msteams: { width: 'Full', ...(names.length === 0 ? {} : { entities }) },
          body: names.length === 0 ? body : [...body, { type: 'TextBlock', text: called.join(' '), wrap: true }],
          actions: links.map(({ text, url }) => ({ type: 'Action.OpenUrl', title: text, url })),
        },
      },
    ],
  }
}

function bodyOf({ told, facts, labels, further, alerts, more, note, colon }: Layout): object[] {
  const all = [...facts, ...(labels === undefined ? [] : [labels]), ...further]
  return [
    ...toldLines(told),
    ...(all.length > 0 ? [{ type: 'Container', items: all.flatMap((fact) => factLines(fact, colon)) }] : []),
    ...alerts.map((alert) => alertContainer(alert, colon)),
    ...[more, note].flatMap((text) => (text === undefined ? [] : [paragraph([run(text, { isSubtle: true })])])),
  ]
}

function alertContainer({ look, heading, told, facts, further, links }: AlertSection, colon: string): object {
  const times = facts.map(({ name, value }) => `${name}${colon}${value}`).join(' · ')
  return {
    type: 'Container',
    separator: true,
    items: [
      paragraph([run(`${look.icon} ${heading}`, { weight: 'Bolder' })]),
      ...toldLines(told),
      ...(times === '' ? [] : [close([run(times, { isSubtle: true })])]),
      ...further.flatMap((fact) => factLines(fact, colon)),
      ...links.map(({ text, url }) => close([run(text, { selectAction: { type: 'Action.OpenUrl', url } })])),
    ],
  }
}

function toldLines(told: readonly string[]): object[] {
  return told.flatMap((text) => text.split('\n').map((line, index) => (index === 0 ? paragraph : close)([run(line)])))
}

/** A text has one line, so the further lines of a value are texts of their own. */
function factLines({ name, value }: Fact, colon: string): object[] {
  const [first = '', ...rest] = value.split('\n')
  return [close([run(`${name}${colon}`, { weight: 'Bolder' }), run(first)]), ...rest.map((line) => close([run(line)]))]
}

/**
 * Runs of text, unlike the other texts of a card, have no Markdown, so nothing in them is a link, an image or a mention
 * (https://adaptivecards.io/explorer/TextRun.html).
 */
function paragraph(inlines: object[]): object {
  return { type: 'RichTextBlock', inlines }
}

/** Without a gap to the line above. */
function close(inlines: object[]): object {
  return { type: 'RichTextBlock', spacing: 'None', inlines }
}

function run(text: string, look: object = {}): object {
  return { type: 'TextRun', text, ...look }
}
