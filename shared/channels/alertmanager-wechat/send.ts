import { omitEmpty } from '../alertmanager/omit-empty.ts'
import { post } from '../alertmanager/post.ts'
import { written } from '../alertmanager/written.ts'
import { type AlertmanagerWeChatSettings, alertmanagerWeChatKind } from './kind.ts'
import { accessToken, forgetToken, weChatAnswers } from './token.ts'

/** Sends a message of an app: https://developer.work.weixin.qq.com/document/path/90236 */
export const sendAlertmanagerWeChat = written(alertmanagerWeChatKind, async (settings, content, deps) => {
  const got = await accessToken(settings, content, deps)
  if (!got.ok) return got.outcome
  const url = new URL('message/send', settings.api_url.replace(/\/*$/, '/'))
  url.searchParams.set('access_token', got.token)
  const outcome = await post({ url: url.href, body: messageOf(settings) }, settings, content, deps, weChatAnswers)
  // The token may have ended before its time.
  if (outcome.kind !== 'arrived') forgetToken(settings)
  return outcome
})

function messageOf(settings: AlertmanagerWeChatSettings): object {
  const {
    message,
    message_type: msgtype,
    to_user: touser,
    to_party: toparty,
    to_tag: totag,
    agent_id: agentid,
  } = settings
  return {
    text: { content: msgtype === 'text' ? message : '' },
    ...omitEmpty({ touser, toparty, totag, agentid }),
    ...{ safe: '0', msgtype },
    markdown: { content: msgtype === 'markdown' ? message : '' },
  }
}
