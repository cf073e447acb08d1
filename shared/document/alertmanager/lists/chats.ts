import { alertmanagerDiscordKind } from '../../../channels/alertmanager-discord/kind.ts'
import { alertmanagerTeamsKind } from '../../../channels/alertmanager-msteams/kind.ts'
import { alertmanagerTeamsV2Kind } from '../../../channels/alertmanager-msteamsv2/kind.ts'
import { alertmanagerTelegramKind } from '../../../channels/alertmanager-telegram/kind.ts'
import { alertmanagerWeChatKind } from '../../../channels/alertmanager-wechat/kind.ts'
import { kindList } from './kind-list.ts'

const webhook = { sendResolved: true, files: ['webhook_url'] } as const

export const discordList = kindList({ list: 'discord_configs', kind: alertmanagerDiscordKind, ...webhook })
export const teamsList = kindList({ list: 'msteams_configs', kind: alertmanagerTeamsKind, ...webhook })
export const teamsV2List = kindList({ list: 'msteamsv2_configs', kind: alertmanagerTeamsV2Kind, ...webhook })

export const telegramList = kindList({
  list: 'telegram_configs',
  kind: alertmanagerTelegramKind,
  sendResolved: true,
  inherited: { api_url: 'telegram_api_url', bot_token: 'telegram_bot_token' },
  files: ['bot_token', 'chat_id'],
})

export const weChatList = kindList({
  list: 'wechat_configs',
  kind: alertmanagerWeChatKind,
  sendResolved: false,
  inherited: { api_url: 'wechat_api_url', api_secret: 'wechat_api_secret', corp_id: 'wechat_api_corp_id' },
  files: ['api_secret'],
})
