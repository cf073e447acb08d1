import type { SendDeps, ToSend } from '../../../../shared/channel/send.ts'
import type { ReaderSettings } from '../../../../shared/channels/chat/write.ts'
import { dingTalkMessage } from '../../../../shared/channels/dingtalk/message.ts'
import { discordMessage } from '../../../../shared/channels/discord/message.ts'
import { larkMessage } from '../../../../shared/channels/lark/message.ts'
import { slackMessage } from '../../../../shared/channels/slack/message.ts'
import { teamsMessage } from '../../../../shared/channels/teams/message.ts'
import { telegramText as telegramMessage } from '../../../../shared/channels/telegram/message.ts'
import { weComMessage } from '../../../../shared/channels/wecom/message.ts'
import { escapeHtml } from '../../../../shared/message-text/escape.ts'
import { lookOf } from '../../../../shared/message-text/look.ts'
import { viewOf } from '../../../../shared/message-view/view.ts'
import { called } from './inline.ts'
import { markdown, mrkdwn } from './markdown.ts'
import { telegramText } from './tags.ts'

/* The messages that the senders of the chats post, about as the chats show messages: a frame, colours and letters. */

/** HTML in which every text of a stranger is escaped. */
export type Draw = (settings: ReaderSettings, content: ToSend, deps: Pick<SendDeps, 'publicUrl' | 'secrets'>) => string

const FROM = 'Tocsin'
const FACE = '<span class="face" aria-hidden="true">T</span>'

export function plain(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>')
}

/** The name of the colour of a message, for the classes of the styles. */
function lookName({ notification }: Pick<ToSend, 'notification'>): string {
  return lookOf(viewOf(notification)).name
}

interface SlackText {
  text: string
}

const slack: Draw = (settings, content, deps) => {
  const { text, attachments } = slackMessage(settings, content, deps)
  const block = ({
    text: words,
    fields,
    elements,
  }: {
    text?: SlackText
    fields?: SlackText[]
    elements?: SlackText[]
  }): string =>
    [
      words === undefined ? '' : `<div>${mrkdwn(words.text)}</div>`,
      fields === undefined
        ? ''
        : `<div class="fields">${fields.map((one) => `<div>${mrkdwn(one.text)}</div>`).join('')}</div>`,
      elements === undefined ? '' : `<div class="dim">${elements.map((one) => mrkdwn(one.text)).join(' ')}</div>`,
    ].join('')
  const blocks = attachments.flatMap((one) => one.blocks).map(block)
  return `<div class="slack">${FACE}<div><b>${FROM}</b> <i class="app">APP</i><div>${mrkdwn(text)}</div><div class="rail ${lookName(content)}">${blocks.join('')}</div></div></div>`
}

const dingTalk: Draw = (settings, content, deps) => {
  const { markdown: message } = dingTalkMessage(settings, content, deps)
  return card('dingtalk', markdown(message.text, 'dingtalk'))
}

const weCom: Draw = (settings, content, deps) => {
  const { markdown: message } = weComMessage(settings, content, deps)
  return card('wecom', markdown(message.content, 'wecom'))
}

interface LarkElement {
  tag: string
  text?: { content: string }
  fields?: { text: { content: string } }[]
  elements?: { content: string }[]
  actions?: { type: string; text: { content: string } }[]
}

const lark: Draw = (settings, content, deps) => {
  const { header, elements } = larkMessage(settings, content, deps).card
  const { template, title } = header as { template: string; title: { content: string } }
  const element = ({ tag, text, fields = [], elements: texts = [], actions = [] }: LarkElement): string => {
    if (tag === 'hr') return '<hr>'
    if (tag === 'note') return `<div class="dim">${texts.map((one) => plain(one.content)).join(' ')}</div>`
    if (tag === 'action')
      return `<div>${actions.map((one) => `<span class="push ${one.type}">${plain(one.text.content)}</span>`).join(' ')}</div>`
    if (text !== undefined) return `<div>${markdown(text.content, 'lark')}</div>`
    return `<div class="fields">${fields.map((one) => `<div>${markdown(one.text.content, 'lark')}</div>`).join('')}</div>`
  }
  const body = (elements as LarkElement[]).map(element).join('')
  return card('lark', `<p class="head ${template}">${plain(title.content)}</p><div class="inside">${body}</div>`)
}

interface TeamsElement {
  type: string
  style?: string
  separator?: boolean
  text?: string
  spacing?: string
  items?: TeamsElement[]
  inlines?: { text: string; weight?: string; size?: string; isSubtle?: boolean; selectAction?: object }[]
}

const teams: Draw = (settings, content, deps) => {
  const { body, actions, msteams } = teamsMessage(settings, content, deps).attachments[0]!.content
  const element = ({ type, style, separator, text = '', spacing, items = [], inlines = [] }: TeamsElement): string => {
    if (type === 'Container')
      return `<div class="box ${style ?? ''} ${separator ? 'apart' : ''}">${items.map(element).join('')}</div>`
    const runs = inlines.map((run) => {
      const looks = [run.weight, run.size, run.isSubtle ? 'dim' : '', run.selectAction ? 'link' : '']
      return `<span class="${looks.join(' ')}">${plain(run.text)}</span>`
    })
    return `<div class="${spacing === 'None' ? 'tight' : 'gap'}">${runs.join('')}${text === '' ? '' : markdown(text, 'teams')}</div>`
  }
  // The last text of a message that calls people is their names.
  const texts = (msteams.entities === undefined ? body : body.slice(0, -1)) as TeamsElement[]
  const names = (msteams.entities ?? []) as { mentioned: { name: string } }[]
  const people = names.map(({ mentioned }) => called(mentioned.name)).join(' ')
  const buttons = (actions as { title: string }[]).map(({ title }) => `<span class="push">${plain(title)}</span>`)
  return card(
    'teams',
    [
      ...texts.map(element),
      ...[people, buttons.join(' ')].map((one) => (one === '' ? '' : `<div class="gap">${one}</div>`)),
    ].join(''),
  )
}

const discord: Draw = (settings, content, deps) => {
  const { content: text, embeds } = discordMessage(settings, content, deps)
  const words = embeds.map(({ description }) => markdown(description, 'discord')).join('')
  return `<div class="discord">${FACE}<div><b>${FROM}</b> <i class="app">APP</i><div>${markdown(text, 'discord')}</div><div class="rail ${lookName(content)}">${words}</div></div></div>`
}

const telegram: Draw = (settings, content, deps) =>
  `<div class="telegram"><div class="bubble"><b class="name">${FROM}</b>${telegramText(telegramMessage(settings, content, deps))}</div></div>`

function card(chat: string, inside: string): string {
  return `<div class="${chat}"><small>${FROM}</small><div class="sheet">${inside}</div></div>`
}

/** By the kind of channel. */
export const CHATS: Readonly<Record<string, Draw>> = {
  ...{ slack, dingtalk: dingTalk, wecom: weCom, lark, feishu: lark, teams, discord, telegram },
}
