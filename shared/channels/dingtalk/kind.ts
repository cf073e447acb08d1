import * as z from 'zod'
import { MINUTE } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import { chatContent } from '../chat/content.ts'
import { chatFields, chatKind, robotUrl } from '../chat/settings.ts'
import { DIALECT } from './dialect.ts'

const fields = {
  url: robotUrl,
  secret: field(z.string().min(1, 'must not be empty').max(1000).optional(), {
    label: 'Signing secret',
    help: 'SEC…, of a robot that checks signatures.',
    secret: true,
  }),
  ...chatFields,
}

/** Of a content. A message has 20,000 bytes with its title. */
const ROOM = { room: { bytes: 19_000 }, roomAsJson: true } as const

/** Settings of a custom robot in a group of DingTalk, secrets in plain text. */
export type DingTalkSettings = SettingsOf<typeof fields>

export const dingTalkKind = channelKind({
  type: 'dingtalk',
  label: 'DingTalk robot',
  fields,
  content: chatContent(DIALECT, ROOM),
  mentions: 'all',
  ...chatKind,
  // Beyond, the robot takes nothing for ten minutes.
  rate: ({ url }) => ({ by: ['dingtalk', url], rules: [{ most: 20, windowMs: MINUTE }], digest: 40 }),
})
