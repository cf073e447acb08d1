import * as z from 'zod'
import { mailboxProblem } from '../base/mailbox.ts'
import { checkedText } from '../settings/checked-text.ts'

/** Characters of a name at most: a message has room for several. */
const NAME_CHARS = 80

function handle(form: RegExp, means: string) {
  return checkedText((text) =>
    text.length <= NAME_CHARS && form.test(text) ? undefined : `is not ${means}`,
  ).optional()
}

/** The names by which chats call a user, each as the chat itself names its members. */
export const chatNames = z
  .strictObject({
    dingtalk: handle(/^[\w.-]{1,64}$/, 'an id of a user of DingTalk').describe(
      'Id; absent: the phone, if its code is 86',
    ),
    wecom: handle(/^[\w.@-]{1,64}$/, 'an id of a user of WeCom').describe('Id'),
    lark: handle(/^ou_\w{1,64}$/, 'an open id of Lark, such as ou_1a2b').describe('Open id, of Lark and Feishu'),
    slack: handle(/^[UW][A-Z0-9]{5,20}$/, 'an id of a member of Slack, such as U01AB2CD3').describe('Id of the member'),
    discord: handle(/^\d{15,21}$/, 'an id of a user of Discord').describe('Id'),
    telegram: handle(/^\d{1,16}$/, 'an id of a user of Telegram: a number').describe('Id, a number'),
    teams: checkedText((text) => (text.length > NAME_CHARS ? 'is too long' : mailboxProblem(text)))
      .optional()
      .describe('Name to sign in with, such as kumer@example.net'),
  })
  .describe('Names by which messages into chats mention the user')

export type ChatNames = z.output<typeof chatNames>
