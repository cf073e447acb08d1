import type { Clock } from '../../../shared/base/time.ts'
import { startDingTalk } from '../../fakes/dingtalk.ts'
import { startDiscord } from '../../fakes/discord.ts'
import { startLark } from '../../fakes/lark.ts'
import type { Provider } from '../../fakes/provider.ts'
import { blockTexts, readMrkdwn, type SlackBody, startSlack } from '../../fakes/slack.ts'
import { cardTexts, startTeams } from '../../fakes/teams.ts'
import { startTelegram } from '../../fakes/telegram.ts'
import { startWeCom } from '../../fakes/wecom.ts'
import { idsOf, LANGUAGES, type OpenWays, type Person, refusedBy, type Told, type Way } from './way.ts'

type Language = (typeof LANGUAGES)[number]
type Chat = keyof Person['chats']

interface Opened {
  type: string
  settings: Record<string, unknown>
  provider: { attempts: readonly { came: string }[]; stop(): Promise<void> }
  /** Names in the chat, in the place of ids of users. */
  told(): Told[]
}

/** Robots and bots of chats, each once in English and once in Chinese, in rooms of their own. */
export const openChatWays: OpenWays = async (clock, people) => {
  const kinds: [chat: Chat, open: (clock: Clock, language: Language) => Promise<Opened>][] = [
    ['dingtalk', dingTalk],
    ['wecom', weCom],
    ['lark', (at) => lark(at, 'lark')],
    ['lark', (at) => lark(at, 'feishu')],
    ['slack', slackWebhook],
    ['slack', slackBot],
    ['teams', teams],
    ['discord', discord],
    ['telegram', telegram],
  ]
  const ways: Way[] = []
  for (const [index, [chat, open]] of kinds.entries()) {
    for (const language of LANGUAGES) {
      const { type, settings, provider, told } = await open(clock, language)
      ways.push({
        channel: {
          id: `${type}-${index}-${language}`,
          type,
          language,
          timeZone: 'Asia/Shanghai',
          details: 'claim',
          ...settings,
        },
        ...{ names: 'called', language },
        told: () =>
          told().map(({ to, text }) => ({ text, to: idsOf(people, (person) => to.includes(person.chats[chat])) })),
        refused: () => refusedBy(provider),
        stop: provider.stop,
      })
    }
  }
  return ways
}

const toldOf = <Taken>(provider: Provider<Taken>, read: (taken: Taken) => Told) => ({
  provider,
  told: () => provider.received.map(read),
})

/** The robot takes signed messages with its keyword only. */
async function dingTalk(clock: Clock, language: Language): Promise<Opened> {
  const keyword = language === 'en' ? 'Alert' : '告警'
  const provider = await startDingTalk({ clock, token: 't', secret: 'SEC1', keyword })
  const settings = { url: `${provider.url}/robot/send?access_token=t`, secret: 'SEC1' }
  const told = toldOf(provider, ({ title, text, called }) => ({ to: called, text: `${title}\n${text}` }))
  return { type: 'dingtalk', settings, ...told }
}

async function weCom(clock: Clock): Promise<Opened> {
  const provider = await startWeCom({ clock, key: 'k' })
  const settings = { url: `${provider.url}/cgi-bin/webhook/send?key=k` }
  return { type: 'wecom', settings, ...toldOf(provider, ({ content, called }) => ({ to: called, text: content })) }
}

async function lark(clock: Clock, type: 'lark' | 'feishu'): Promise<Opened> {
  const provider = await startLark({ clock, token: 't', secret: 's' })
  const settings = { url: `${provider.url}/open-apis/bot/v2/hook/t`, secret: 's' }
  return {
    ...{ type, settings },
    ...toldOf(provider, ({ card }) => {
      const text = JSON.stringify(card)
      return { to: [...text.matchAll(/<at id=(\w+)><\/at>/g)].map(([, id = '']) => id), text }
    }),
  }
}

function slackTold({ text = '', attachments = [] }: SlackBody): Told {
  const shown = [text, ...blockTexts(attachments.flatMap(({ blocks = [] }) => blocks))].join('\n')
  return { to: readMrkdwn(shown).calls.map((call) => call.replace(/^<@(.*)>$/, '$1')), text: shown }
}

async function slackWebhook(clock: Clock): Promise<Opened> {
  const provider = await startSlack({ clock })
  const settings = { url: `${provider.url}/services/T0/B0/x` }
  return { type: 'slack', settings, ...toldOf(provider, ({ body }) => slackTold(body)) }
}

/** The message of an incident is changed: told is the message as it was posted and as it is in the end. */
async function slackBot(clock: Clock, language: Language): Promise<Opened> {
  // Rates are counted by token and channel.
  const token = `xoxb-${language}`
  const provider = await startSlack({ clock, token })
  const settings = { token, channel: '#alerts', endpoint: provider.url }
  const shown = ({ method, body }: { method: string; body: SlackBody }): boolean =>
    method === 'chat.update' || body.thread_ts === undefined
  return {
    ...{ type: 'slack', settings, provider },
    told: () => provider.received.filter(shown).map(({ body }) => slackTold(body)),
  }
}

async function teams(clock: Clock): Promise<Opened> {
  const provider = await startTeams({ clock, path: '/workflows/1' })
  const settings = { url: `${provider.url}/workflows/1` }
  return {
    ...{ type: 'teams', settings },
    ...toldOf(provider, ({ card, called }) => ({
      to: called,
      text: [...cardTexts(card.body).map(({ text }) => text), ...card.actions.map(({ title }) => title)].join('\n'),
    })),
  }
}

async function discord(clock: Clock): Promise<Opened> {
  const provider = await startDiscord({ clock, id: '1', token: 't' })
  const settings = { url: `${provider.url}/api/webhooks/1/t` }
  return {
    ...{ type: 'discord', settings },
    ...toldOf(provider, ({ content, embeds, called }) => ({
      to: called,
      text: [content, ...embeds.map(({ description = '' }) => description)].join('\n'),
    })),
  }
}

async function telegram(clock: Clock): Promise<Opened> {
  const provider = await startTelegram({ clock, token: '1:t', chats: ['-100'] })
  const settings = { token: '1:t', chatId: -100, url: provider.url }
  return {
    ...{ type: 'telegram', settings },
    ...toldOf(provider, ({ text, links }) => ({
      to: links.map(({ url }) => url.replace(/^tg:\/\/user\?id=/, '')),
      text,
    })),
  }
}
