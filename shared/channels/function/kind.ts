import * as z from 'zod'
import { channelKind } from '../../channel/kind.ts'
import { urlProblem } from '../../outbound/url.ts'
import type { Problem } from '../../problem/problem.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { foreignProblems } from '../../settings/providers.ts'
import { alibabaKeyId, alibabaSecret, securityToken } from '../alibaba/keys.ts'
import { endpointField, keyFields, keyProblems, regionText } from '../aws/keys.ts'
import { httpTimeoutMs, timeoutField } from '../http/settings.ts'
import { bodyForm } from '../text/content.ts'

const PROVIDERS = ['aws', 'alibaba'] as const

/** Name or ARN, with a version or an alias (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). */
const FUNCTION = /^(?:arn:aws[\w-]*:lambda:([a-z0-9-]+):\d{12}:function:)?[\w-]{1,140}(?::[\w$-]{1,128})?$/

/**
 * Of alerts in an event, where Lambda queues the event. Lambda takes 1 MB today, and took 256 KB until 2025; some parts
 * of an alert stand in a body twice.
 */
const QUEUED_ALERTS_BYTES = 160 * 1024
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const EVENT_BYTES = 6 * 1024 * 1024
const QUEUED_BYTES = 256 * 1024

const group = 'Alibaba Cloud'

const fields = {
  provider: field(z.enum(PROVIDERS), {
    label: 'Provider',
    help: 'aws: AWS Lambda. alibaba: Function Compute, by an HTTP trigger.',
  }),
  functionName: field(z.string().max(300).regex(FUNCTION, 'is neither a name nor an ARN of a function').optional(), {
    label: 'Function',
    help: 'Its name or ARN, with a version or an alias.',
  }),
  asynchronous: field(z.boolean().optional(), {
    label: 'Asynchronous',
    help: 'Lambda queues the event and runs the function afterwards, so an error of the function is not seen. For functions that take longer than the time-out.',
  }),
  region: field(regionText.optional(), { label: 'Region', help: 'Absent: the region in the ARN.', address: true }),
  endpoint: endpointField,
  ...keyFields,
  accessKeyId: field(alibabaKeyId.optional(), {
    label: 'Access key ID',
    help: 'Absent: the role of the function signs, on AWS; a trigger of Alibaba Cloud is called without a signature.',
  }),
  url: field(checkedText(urlProblem).optional(), {
    label: 'URL',
    help: 'Of the HTTP trigger.',
    group,
    secret: true,
    address: true,
  }),
  accessKeySecret: field(alibabaSecret.optional(), { label: 'Access key secret', group, secret: true }),
  securityToken: { ...securityToken, group },
  timeoutMs: timeoutField,
}

/** Settings of a function in a cloud, secrets in plain text. */
export type FunctionSettings = SettingsOf<typeof fields>

export const functionKind = channelKind({
  type: 'function',
  label: 'Function',
  fields,
  content: {
    ...{ form: bodyForm, modes: 'batch', between: '\n' },
    mostBytes: (settings = {}) => eventBytes(settings),
  },
  check: functionProblems,
  bodyBytes: ({ provider, asynchronous }) => (provider === 'aws' && asynchronous ? QUEUED_ALERTS_BYTES : undefined),
  timeoutMs: httpTimeoutMs,
})

/** Bytes of an event at most. */
export function eventBytes({ provider, asynchronous }: Settings): number {
  return provider === 'aws' && asynchronous ? QUEUED_BYTES : EVENT_BYTES
}

export function regionOf(functionName: string): string | undefined {
  return FUNCTION.exec(functionName)?.[1]
}

/** Settings that only one provider has. */
const OWN = {
  aws: ['functionName', 'asynchronous', 'region', 'endpoint', 'secretAccessKey', 'sessionToken'],
  alibaba: ['url', 'accessKeySecret', 'securityToken'],
}

function functionProblems(settings: Settings): Problem[] {
  const { provider } = settings
  if (provider !== 'aws' && provider !== 'alibaba') return []
  const foreign = foreignProblems(settings, provider, OWN)
  return [...foreign, ...(provider === 'aws' ? awsProblems(settings) : alibabaProblems(settings))]
}

function awsProblems(settings: Settings): Problem[] {
  const { functionName, region } = settings
  if (functionName === undefined) return [{ path: 'functionName', message: 'is required' }, ...keyProblems(settings)]
  const placed = region !== undefined || regionOf(String(functionName)) !== undefined
  return [...(placed ? [] : [{ path: 'region', message: 'is required beside a name' }]), ...keyProblems(settings)]
}

function alibabaProblems(settings: Settings): Problem[] {
  const given = (name: string): boolean => settings[name] !== undefined
  const problems: Problem[] = []
  const say = (path: string, message: string): void => void problems.push({ path, message })
  if (!given('url')) say('url', 'is required')
  if (given('accessKeyId') !== given('accessKeySecret')) {
    say(given('accessKeyId') ? 'accessKeySecret' : 'accessKeyId', 'is required beside the other half of the key')
  }
  if (given('securityToken') && !given('accessKeyId')) say('securityToken', 'needs an accessKeyId')
  return problems
}
