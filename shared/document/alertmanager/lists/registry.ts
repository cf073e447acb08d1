import { discordList, teamsList, teamsV2List, telegramList, weChatList } from './chats.ts'
import { emailList } from './email.ts'
import { opsgenieList, pagerDutyList } from './incidents.ts'
import type { ReceiverList } from './list.ts'
import { slackList } from './slack.ts'
import { snsList } from './sns.ts'
import { webhookList } from './webhook.ts'

/** The lists of receivers that are taken. */
export const RECEIVER_LISTS: readonly ReceiverList[] = [
  webhookList,
  ...[discordList, emailList, teamsList, teamsV2List, opsgenieList, pagerDutyList],
  ...[slackList, snsList, telegramList, weChatList],
]
