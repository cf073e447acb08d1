import { channelKind } from '../../channel/kind.ts'
import type { SettingsOf } from '../../settings/field.ts'
import { chatFields, chatKind, robotUrl } from '../chat/settings.ts'

const fields = { url: robotUrl, ...chatFields }

/** Settings of a robot in a group of WeCom, secrets in plain text. */
export type WeComSettings = SettingsOf<typeof fields>

export const weComKind = channelKind({ type: 'wecom', label: 'WeCom robot', fields, ...chatKind })
