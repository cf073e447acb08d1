import * as z from 'zod'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import { alibabaEndpoint, alibabaKeyId, alibabaRegion, alibabaSecret, securityToken } from '../alibaba/keys.ts'
import { httpTimeoutMs, timeoutField } from '../http/settings.ts'
import { MOST_ALERTS, paramsField } from '../phone/settings.ts'
import { LINE_CONTENT } from '../text/content.ts'

/** Characters of the variables of a call together. */
export const PARAM_CHARS = 249

const fields = {
  provider: field(z.enum(['alibaba']), {
    label: 'Provider',
    help: 'alibaba: Voice Messaging Service of Alibaba Cloud, which calls numbers of mainland China.',
  }),
  region: field(alibabaRegion.optional(), { label: 'Region', help: 'Absent: mainland China.', address: true }),
  endpoint: alibabaEndpoint,
  accessKeyId: field(alibabaKeyId, { label: 'Access key ID' }),
  accessKeySecret: field(alibabaSecret, { label: 'Access key secret', secret: true }),
  securityToken,
  ttsCode: field(z.string().regex(/^[\w-]{1,60}$/, 'is not a code of a template'), {
    label: 'Template',
    help: 'The code of an approved text that is read out, such as TTS_123456789.',
  }),
  showNumber: field(
    z
      .string()
      .regex(/^\d{5,20}$/, 'is not a number of digits')
      .optional(),
    { label: 'Number shown', help: 'A number of your own that the phone shows. Absent: one of the provider.' },
  ),
  params: paramsField,
  timeoutMs: timeoutField,
}

const RULES = [
  { most: 1, windowMs: MINUTE },
  { most: 5, windowMs: HOUR },
  { most: 20, windowMs: DAY },
]

/** Settings of calls, secrets in plain text. */
export type VoiceSettings = SettingsOf<typeof fields>

export const voiceKind = channelKind({
  type: 'voice',
  label: 'Call',
  fields,
  content: LINE_CONTENT,
  recipients: 'phone',
  consent: 'voice',
  mostAlerts: () => MOST_ALERTS,
  // https://help.aliyun.com/document_detail/114035.html: calls to one number, failed ones too.
  rate: (_, recipient) =>
    recipient?.phone === undefined ? undefined : { by: ['voice', recipient.phone], rules: RULES, digest: 40 },
  timeoutMs: httpTimeoutMs,
})
