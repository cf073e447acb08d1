import * as z from 'zod'
import { channelKind } from '../../channel/kind.ts'
import type { Problem } from '../../problem/problem.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { endpointField, keyFields, keyProblems, regionText } from '../aws/keys.ts'
import { httpTimeoutMs, timeoutField } from '../http/settings.ts'
import { bodyForm } from '../text/content.ts'

const ARN = /^arn:aws[\w-]*:sns:([a-z0-9-]+):\d{12}:[\w./-]{1,256}$/

/**
 * Of alerts in a message. A message has at most 256 KiB (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html),
 * and some parts of an alert stand in a body twice.
 */
const ALERTS_BYTES = 160 * 1024
export const MESSAGE_BYTES = 256 * 1024

const arnText = z.string().regex(ARN, 'is not an ARN of SNS').optional()

const fields = {
  topicArn: field(arnText, { label: 'Topic', help: 'Its ARN. A topic .fifo has one message group for each group.' }),
  targetArn: field(arnText, { label: 'Target', help: 'In place of a topic: the ARN of an endpoint of a device.' }),
  region: field(regionText.optional(), { label: 'Region', help: 'Absent: the region in the ARN.', address: true }),
  endpoint: endpointField,
  ...keyFields,
  timeoutMs: timeoutField,
}

/** Settings of a topic of Amazon SNS, secrets in plain text. */
export type SnsSettings = SettingsOf<typeof fields>

export const snsKind = channelKind({
  type: 'sns',
  label: 'Amazon SNS',
  fields,
  content: { title: 'subject', form: bodyForm, between: '\n', mostBytes: () => MESSAGE_BYTES },
  check: snsProblems,
  bodyBytes: () => ALERTS_BYTES,
  timeoutMs: httpTimeoutMs,
})

export function regionOf(arn: string): string {
  return ARN.exec(arn)?.[1] ?? ''
}

function snsProblems(settings: Settings): Problem[] {
  const { topicArn, targetArn } = settings
  const problems = keyProblems(settings)
  if (topicArn === undefined && targetArn === undefined)
    return [{ path: 'topicArn', message: 'is required' }, ...problems]
  if (topicArn === undefined || targetArn === undefined) return problems
  return [{ path: 'targetArn', message: 'is given beside topicArn: choose one' }, ...problems]
}
