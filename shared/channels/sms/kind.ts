import * as z from 'zod'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { originProblem } from '../../outbound/url.ts'
import type { Problem } from '../../problem/problem.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { foreignProblems } from '../../settings/providers.ts'
import { alibabaKeyId, alibabaRegion, alibabaSecret, securityToken } from '../alibaba/keys.ts'
import { keyFields, keyProblems, regionText } from '../aws/keys.ts'
import { httpTimeoutMs, timeoutField } from '../http/settings.ts'
import { countriesField, MOST_ALERTS, paramsField } from '../phone/settings.ts'
import { LINE_CONTENT } from '../text/content.ts'

const PROVIDERS = ['alibaba', 'aws'] as const

/** Characters of a value in most of the templates for mainland China. */
export const VALUE_CHARS = 35
const MOST_VALUE_CHARS = 500
/** https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html; every 140 bytes are paid for. */
export const AWS_CHARS = 1600

const group = 'Alibaba Cloud'

const fields = {
  provider: field(z.enum(PROVIDERS), {
    label: 'Provider',
    help: 'alibaba: Short Message Service of Alibaba Cloud, with a template that it has approved. aws: Amazon SNS.',
  }),
  region: field(z.union([alibabaRegion, regionText], 'is not a region').optional(), {
    label: 'Region',
    help: 'Absent: mainland China, of Alibaba Cloud.',
    address: true,
  }),
  endpoint: field(checkedText(endpointProblem).optional(), {
    label: 'Endpoint',
    help: 'Absent: the endpoint of the provider in the region.',
    address: true,
  }),
  accessKeyId: field(alibabaKeyId.optional(), {
    label: 'Access key ID',
    help: 'Absent, with aws: the role of the function signs.',
  }),
  accessKeySecret: field(alibabaSecret.optional(), { label: 'Access key secret', group, secret: true }),
  securityToken: { ...securityToken, group },
  signName: field(z.string().min(1, 'must not be empty').max(60).optional(), {
    label: 'Signature',
    help: 'The approved name that messages begin with.',
    group,
  }),
  templateCode: field(
    z
      .string()
      .regex(/^[\w-]{1,60}$/, 'is not a code of a template')
      .optional(),
    { label: 'Template', help: 'Its code, such as SMS_123456789.', group },
  ),
  params: { ...paramsField, group },
  valueChars: field(z.int().min(5).max(MOST_VALUE_CHARS).optional(), {
    label: 'Characters of a value',
    help: `The most that a variable of the template takes. Absent: ${VALUE_CHARS}.`,
    group,
  }),
  secretAccessKey: { ...keyFields.secretAccessKey, group: 'Amazon SNS' },
  sessionToken: { ...keyFields.sessionToken, group: 'Amazon SNS' },
  countries: countriesField('86 with alibaba, every country with aws'),
  timeoutMs: timeoutField,
}

const RULES = [
  { most: 1, windowMs: MINUTE },
  { most: 5, windowMs: HOUR },
  { most: 10, windowMs: DAY },
]

/** Settings of text messages, secrets in plain text. */
export type SmsSettings = SettingsOf<typeof fields>

export const smsKind = channelKind({
  type: 'sms',
  label: 'Text message',
  fields,
  content: LINE_CONTENT,
  check: smsProblems,
  recipients: 'phone',
  consent: 'sms',
  mostAlerts: () => MOST_ALERTS,
  // The provider's usual limits of messages to a number by a signature; a message beyond is refused with a code.
  rate: ({ provider, signName = '' }, recipient) =>
    provider !== 'alibaba' || recipient?.phone === undefined
      ? undefined
      : { by: ['sms', signName, recipient.phone], rules: RULES, digest: 40 },
  timeoutMs: httpTimeoutMs,
})

export function valueChars(settings: SmsSettings): number {
  return settings.valueChars ?? VALUE_CHARS
}

function endpointProblem(text: string): string | undefined {
  return originProblem(text, 'aliyuncs.com') ?? originProblem(text, 'amazonaws.com')
}

/** Settings that only one provider has. */
const OWN = {
  alibaba: ['accessKeySecret', 'securityToken', 'signName', 'templateCode', 'params', 'valueChars'],
  aws: ['secretAccessKey', 'sessionToken'],
}

function smsProblems(settings: Settings): Problem[] {
  const { provider } = settings
  if (provider !== 'aws' && provider !== 'alibaba') return []
  const needed = provider === 'aws' ? ['region'] : ['accessKeyId', 'accessKeySecret', 'signName', 'templateCode']
  const missing = needed
    .filter((name) => settings[name] === undefined)
    .map((path) => ({ path, message: 'is required' }))
  const foreign = foreignProblems(settings, provider, OWN)
  return [...foreign, ...missing, ...(provider === 'aws' ? keyProblems(settings) : [])]
}
