import * as z from 'zod'
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

const SHARED = { fields, content: CONTENT, mentions: 'all', ...chatKind } as const

export const larkKind = channelKind({ type: 'lark', label: 'Lark robot', ...SHARED })

/** The name of Lark in China. */
export const feishuKind = channelKind({ type: 'feishu', sameAs: 'lark', label: 'Feishu robot', ...SHARED })
