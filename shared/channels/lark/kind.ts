import * as z from 'zod'
import { MINUTE, SECOND } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import { chatContent } from '../chat/content.ts'
import { chatFields, chatKind, robotUrl } from '../chat/settings.ts'
import { DIALECT } from './dialect.ts'

const fields = {
  url: robotUrl,
  secret: field(z.string().min(1, 'must not be empty').max(1000).optional(), {
    label: 'Signing secret',
    help: 'Of a robot that checks signatures.',
    secret: true,
  }),
  ...chatFields,
}

/** Of a content. A message has 20,000 bytes with its title. */
const CONTENT = chatContent(DIALECT, { room: { bytes: 18_500 }, roomAsJson: true })

/** Settings of a custom robot in a group of Lark or Feishu, secrets in plain text. */
export type LarkSettings = SettingsOf<typeof fields>

/** https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot */
const RULES = [
  { most: 5, windowMs: SECOND },
  { most: 100, windowMs: MINUTE },
]

const SHARED = {
  fields,
  content: CONTENT,
  mentions: 'all',
  ...chatKind,
  rate: ({ url }: LarkSettings) => ({ by: ['lark', url], rules: RULES, digest: 40 }),
} as const

export const larkKind = channelKind({ type: 'lark', label: 'Lark robot', ...SHARED })

/** The name of Lark in China. */
export const feishuKind = channelKind({ type: 'feishu', sameAs: 'lark', label: 'Feishu robot', ...SHARED })
