import { MINUTE } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { markdownForm } from '../../jinja/values/form.ts'
import type { SettingsOf } from '../../settings/field.ts'
import { chatContent } from '../chat/content.ts'
import { chatFields, chatKind, robotUrl } from '../chat/settings.ts'
import { DIALECT } from './dialect.ts'

const fields = { url: robotUrl, ...chatFields }

/** Of a content: 4,096 bytes have the title too. */
const CONTENT = chatContent(DIALECT, { room: { bytes: 3_400 }, titleForm: markdownForm(DIALECT) })

/** Settings of a robot in a group of WeCom, secrets in plain text. */
export type WeComSettings = SettingsOf<typeof fields>

export const weComKind = channelKind({
  type: 'wecom',
  label: 'WeCom robot',
  fields,
  content: CONTENT,
  mentions: 'users',
  ...chatKind,
  // 4,096 bytes have room for the names of so many notifications.
  rate: ({ url }) => ({ by: ['wecom', url], rules: [{ most: 20, windowMs: MINUTE }], digest: 12 }),
})
