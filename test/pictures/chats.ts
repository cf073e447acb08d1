import type { ToSend } from '../../shared/channel/send.ts'
import type { ReaderSettings } from '../../shared/channels/chat/write.ts'
import { dingTalkMessage } from '../../shared/channels/dingtalk/message.ts'
import { discordMessage } from '../../shared/channels/discord/message.ts'
import { larkMessage } from '../../shared/channels/lark/message.ts'
import { slackMessage } from '../../shared/channels/slack/message.ts'
import { teamsMessage } from '../../shared/channels/teams/message.ts'
import { telegramText } from '../../shared/channels/telegram/message.ts'
import { weComMessage } from '../../shared/channels/wecom/message.ts'
import { markdown, mrkdwn, plain, telegram } from './markup.ts'
import { DEPS } from './story.ts'

/* The messages that the senders of the chats post, each about as the chat shows it: a frame, colours and letters. */

export type Draw = (settings: ReaderSettings, content: ToSend) => string

interface SlackText {
  text: string
}

const slack: Draw = (settings, content) => {
  const { text, attachments } = slackMessage(settings, content, DEPS)
  const [{ color, blocks } = { color: '', blocks: [] }] = attachments
  const block = ({
    text,
    fields,
    elements,
  }: {
    text?: SlackText
    fields?: SlackText[]
    elements?: SlackText[]
  }): string =>
    [
      text === undefined ? '' : `<div>${mrkdwn(text.text)}</div>`,
      fields === undefined
        ? ''
        : `<div class="fields">${fields.map((one) => `<div>${mrkdwn(one.text)}</div>`).join('')}</div>`,
      elements === undefined ? '' : `<div class="dim">${elements.map((one) => mrkdwn(one.text)).join(' ')}</div>`,
    ].join('')
  const body = `<div>${mrkdwn(text)}</div><div class="bar" style="border-color:${color}">${blocks.map(block).join('')}</div>`
  return `<div class="slack"><div class="face">T</div><div><b>Tocsin</b> <i>APP</i> <small>20:31</small>${body}</div></div>`
}

const dingTalk: Draw = (settings, content) => {
  const { markdown: message } = dingTalkMessage(settings, content, DEPS)
  return `<div class="dingtalk"><small>Tocsin</small><div class="card">${markdown(message.text.replaceAll('  \n', '\n'))}</div></div>`
}

const weCom: Draw = (settings, content) => {
  const { markdown: message } = weComMessage(settings, content, DEPS)
  return `<div class="wecom"><small>Tocsin</small><div class="card">${markdown(message.content)}</div></div>`
}

interface LarkElement {
  tag: string
  text?: { content: string }
  fields?: { text: { content: string } }[]
  elements?: { content: string }[]
  actions?: { type: string; text: { content: string } }[]
}

const lark: Draw = (settings, content) => {
  const { header, elements } = larkMessage(settings, content, DEPS).card
  const { template, title } = header as { template: string; title: { content: string } }
  const element = ({ tag, text, fields = [], elements: texts = [], actions = [] }: LarkElement): string => {
    if (tag === 'hr') return '<hr>'
    if (tag === 'note') return `<div class="dim">${texts.map((one) => plain(one.content)).join(' ')}</div>`
    if (tag === 'action')
      return `<div>${actions.map((one) => `<span class="button ${one.type}">${plain(one.text.content)}</span>`).join(' ')}</div>`
    if (text !== undefined) return `<div>${markdown(text.content)}</div>`
    return `<div class="fields">${fields.map((one) => `<div>${markdown(one.text.content)}</div>`).join('')}</div>`
  }
  const body = (elements as LarkElement[]).map(element).join('')
  return `<div class="lark"><small>Tocsin</small><div class="card"><header class="${template}">${plain(title.content)}</header><main>${body}</main></div></div>`
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

const teams: Draw = (settings, content) => {
  const card = teamsMessage(settings, content, DEPS).attachments[0]!.content as unknown as {
    body: TeamsElement[]
    actions: { title: string }[]
  }
  const element = ({ type, style, separator, text = '', spacing, items = [], inlines = [] }: TeamsElement): string => {
    if (type === 'Container')
      return `<section class="${style ?? ''} ${separator ? 'separated' : ''}">${items.map(element).join('')}</section>`
    const runs = inlines.map((run) => {
      const looks = [run.weight, run.size, run.isSubtle ? 'dim' : '', run.selectAction ? 'link' : '']
      return `<span class="${looks.join(' ')}">${plain(run.text)}</span>`
    })
    const marked = plain(text).replaceAll(/&lt;at&gt;(.*?)&lt;\/at&gt;/g, '<span class="at">$1</span>')
    return `<div class="${spacing === 'None' ? 'close' : 'line'}">${runs.join('')}${marked}</div>`
  }
  const buttons = card.actions.map(({ title }) => `<span class="button">${plain(title)}</span>`).join(' ')
  return `<div class="teams"><small>Workflows 20:31</small><div class="card">${card.body.map(element).join('')}<div class="line">${buttons}</div></div></div>`
}

const discord: Draw = (settings, content) => {
  const { content: text, embeds } = discordMessage(settings, content, DEPS)
  const [{ color, description } = { color: 0, description: '' }] = embeds
  const bar = `#${color.toString(16).padStart(6, '0')}`
  return `<div class="discord"><div class="face">T</div><div><b>Tocsin</b> <i>APP</i> <small>20:31</small><div>${markdown(text)}</div><div class="bar" style="border-color:${bar}">${markdown(description)}</div></div></div>`
}

const telegramBubble: Draw = (settings, content) =>
  `<div class="telegram"><div class="bubble"><b class="who">Tocsin</b><br>${telegram(telegramText(settings, content, DEPS))}<small>20:31</small></div></div>`

/** By the kind of channel. Lark's cards are Feishu's. */
export const CHATS: Readonly<Record<string, Draw>> = {
  ...{ slack, dingtalk: dingTalk, wecom: weCom, lark, teams, discord, telegram: telegramBubble },
}

/** Light and dark are chosen by the browser, as in the chats. */
export const CHAT_STYLES = `
:root { color-scheme: light dark; --back: #fff; --text: #1d1c1d; --dim: #616061; --line: #ddd; --link: #1264a3; --card: #fff; }
@media (prefers-color-scheme: dark) { :root { --back: #1a1d21; --text: #d1d2d3; --dim: #9a9b9d; --line: #3a3d42; --link: #58a6e8; --card: #25282c; } }
* { box-sizing: border-box }
body { margin: 0; padding: 16px; background: var(--back); color: var(--text); font: 15px/1.46 "Noto Sans", "Noto Sans CJK SC", sans-serif }
a, .link { color: var(--link); text-decoration: none } .at { color: var(--link); background: color-mix(in srgb, var(--link) 15%, transparent); border-radius: 3px; padding: 0 2px }
small, .dim { color: var(--dim); font-size: 12px } i { font-size: 10px; font-style: normal; background: var(--line); border-radius: 2px; padding: 0 3px } p { margin: 8px 0 0 } h4 { margin: 0 0 6px; font-size: 17px }
.pair { display: grid; grid-template-columns: 380px 1fr; gap: 24px } .pair > div { border: 1px solid var(--line); border-radius: 10px; padding: 12px } .pair > div:first-child { padding: 0; font-size: 14px } .pair > div:first-child > div { padding: 12px }
.phone .bubble { background: #e9e9eb; color: #000 }
.slack, .discord { display: flex; gap: 10px } .face { width: 36px; height: 36px; flex: none; border-radius: 6px; background: #4a154b22; display: grid; place-items: center; font-size: 18px; color: var(--dim) }
.sign { display: inline-block; width: 13px; height: 13px; border-radius: 50%; vertical-align: -1px; color: #fff; font: 10px/13px sans-serif; text-align: center }
.bar { border-left: 4px solid; border-radius: 4px 0 0 4px; padding: 2px 0 2px 12px; margin-top: 6px } .bar > div + div { margin-top: 8px }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 16px }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px; margin-top: 4px; overflow: hidden }
.wecom .c-warning { color: #ff9900 !important } .wecom .c-info { color: #00a870 !important } .wecom .c-comment { color: #888 !important }
.lark .card { padding: 0 } .lark header { padding: 10px 12px; font-weight: 600 } .lark main { padding: 12px } .lark main > * + * { margin-top: 12px } .lark hr, hr { border: 0; border-top: 1px solid var(--line) }
.lark .red { background: #fee3e2; color: #ac2f28 } .lark .orange { background: #fee7cd; color: #a44904 } .lark .yellow { background: #faf1d1; color: #865b03 } .lark .blue { background: #e0e9ff; color: #245bdb } .lark .green { background: #d9f5d6; color: #2b6b26 }
.button { display: inline-block; border: 1px solid var(--line); border-radius: 6px; padding: 3px 12px; margin: 4px 4px 0 0; font-size: 14px } .button.primary { border-color: #3370ff; color: #3370ff }
.teams section { margin: 8px 0 0 } .teams section.attention { background: #fdf3f4; color: #c4314b } .teams section.warning { background: #fff4e5; color: #a0520c } .teams section.accent { background: #e8ebfa; color: #444791 } .teams section.good { background: #e7f2da; color: #237b4b }
@media (prefers-color-scheme: dark) { .teams section.attention { background: #4b1f28; color: #f9526b } .teams section.warning { background: #4a3416; color: #ffaa44 } .teams section.accent { background: #2b2e4a; color: #a6a7dc } .teams section.good { background: #1f3a24; color: #92c353 } .lark .red { background: #5a2b28; color: #ffb8b3 } .lark .green { background: #26451f; color: #b9e8ae } .lark .blue { background: #23305a; color: #b8ccff } .lark .orange { background: #533317; color: #ffcf9c } .lark .yellow { background: #4d3f12; color: #fbe38b } }
.teams section.attention, .teams section.warning, .teams section.accent, .teams section.good { margin: -12px -12px 8px; padding: 12px } .teams .separated { border-top: 1px solid var(--line); padding-top: 8px } .Bolder { font-weight: 600 } .Medium { font-size: 17px } .line { margin-top: 8px }
.discord { background: #313338; color: #dbdee1; margin: -16px; padding: 16px; --dim: #949ba4; --link: #00a8fc } .discord .bar { background: #2b2d31; padding: 8px 12px; border-radius: 4px } .discord i { background: #5865f2; color: #fff }
.telegram { background: #c8dcb8; margin: -16px; padding: 16px } .bubble { background: #fff; color: #000; border-radius: 12px; padding: 8px 12px; max-width: 480px } .telegram .who { color: #c23b7a } .telegram code { font-size: 14px; color: #35699f } .telegram small { float: right; margin-top: 4px }
@media (prefers-color-scheme: dark) { .telegram { background: #0f1a24 } .bubble { background: #182533; color: #f5f5f5 } .telegram code { color: #7fb4e6 } }
`
