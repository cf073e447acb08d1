import * as z from 'zod'
import { field, type SettingsOf } from '../../settings/field.ts'
import { call, receiverHttpFields, secretWords, serviceUrl, templateText, words } from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { httpTimeoutMs } from '../http/settings.ts'

const fields = {
  api_url: serviceUrl('https://qyapi.weixin.qq.com/cgi-bin/'),
  corp_id: field(templateText.min(1, 'must not be empty'), { label: 'ID of the organisation', template: 'text' }),
  api_secret: secretWords('Secret of the app'),
  message: words('Text', call('wechat.default.message')),
  message_type: field(z.enum(['text', 'markdown']).default('text'), { label: 'Markup' }),
  to_user: words('Users', call('wechat.default.to_user')),
  to_party: words('Departments', call('wechat.default.to_party')),
  to_tag: words('Tags', call('wechat.default.to_tag')),
  agent_id: words('ID of the app', call('wechat.default.agent_id')),
  ...receiverHttpFields,
}

/** Settings of a receiver for WeCom, secrets in plain text. */
export type AlertmanagerWeChatSettings = SettingsOf<typeof fields>

export const alertmanagerWeChatKind = receiverKind({
  type: 'alertmanager-wechat',
  label: 'WeCom, as a receiver of an alertmanager.yml',
  list: 'wechat_configs',
  fields,
  timeoutMs: httpTimeoutMs,
})
