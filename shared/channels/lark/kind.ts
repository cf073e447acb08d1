import * as z from 'zod'
import { channelKind } from '../../channel/kind.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import { chatFields, chatKind, robotUrl } from '../chat/settings.ts'

const fields = {
  url: robotUrl,
  secret: field(z.string().min(1, 'must not be empty').max(1000).optional(), {
    label: 'Signing secret',
    help: 'Of a robot that checks signatures.',
    secret: true,
  }),
  ...chatFields,
}

/** Settings of a custom robot in a group of Lark or Feishu, secrets in plain text. */
export type LarkSettings = SettingsOf<typeof fields>

export const larkKind = channelKind({ type: 'lark', label: 'Lark robot', fields, ...chatKind })

/** The name of Lark in China. */
export const feishuKind = channelKind({ ...chatKind, type: 'feishu', sameAs: 'lark', label: 'Feishu robot', fields })
