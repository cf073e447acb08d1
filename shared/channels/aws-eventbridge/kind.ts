import * as z from 'zod'
import { channelKind } from '../../channel/kind.ts'
import type { AwsKeys } from '../../channel/send.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import { originProblem } from '../../outbound/url.ts'
import type { Problem } from '../../problem/problem.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { eventFields, publisherFields, sourceField, sourceText, tokenText } from '../events/settings.ts'
import { httpTimeoutMs, timeoutField } from '../http/settings.ts'

/** Name of a bus, or the ARN of a bus in another account (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html). */
const BUS = /^(?:arn:aws[\w-]*:events:[\w-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/

const fields = {
  region: field(z.string().regex(/^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/, 'is not a region such as eu-west-1'), {
    label: 'Region',
    address: true,
  }),
  endpoint: field(checkedText((text) => originProblem(text, 'amazonaws.com')).optional(), {
    label: 'Endpoint',
    help: 'Absent: the endpoint of AWS in the region.',
    address: true,
  }),
  eventBus: field(z.string().regex(BUS, 'is neither a name nor an ARN of an event bus').default('default'), {
    label: 'Bus',
    help: 'Its name, or the ARN of a bus in another account.',
  }),
  accessKeyId: field(
    z
      .string()
      .regex(/^\w{16,128}$/, 'is not an access key id')
      .optional(),
    { label: 'Access key ID', help: 'Absent: the role of the function signs, on AWS.' },
  ),
  secretAccessKey: field(z.string().min(1, 'must not be empty').max(1000).optional(), {
    label: 'Secret access key',
    secret: true,
  }),
  sessionToken: field(tokenText.optional(), { label: 'Session token', secret: true }),
  ...eventFields,
  source: sourceField(
    sourceText.refine((source) => !source.startsWith('aws.'), 'must not begin with aws., which are AWS’s own'),
  ),
  ...publisherFields,
  timeoutMs: timeoutField,
}

/** Settings of a bus of Amazon EventBridge, secrets in plain text. */
export type AwsEventBridgeSettings = SettingsOf<typeof fields>

export const awsEventBridgeKind = channelKind({
  type: 'aws-eventbridge',
  label: 'Amazon EventBridge',
  fields,
  check: keyProblems,
  timeoutMs: httpTimeoutMs,
  eventSettings: awsEvents,
})

/** The attributes have the same meaning as on every bus: its name, its region and the account that owns it. */
export function awsEvents(settings: AwsEventBridgeSettings): EventSettings {
  const { source, typePrefix, timeZone, links, region, accountId, publishAddress } = settings
  const eventBus = settings.eventBus.replace(/^arn:.*:event-bus\//, '')
  return { source, typePrefix, timeZone, links: links || undefined, eventBus, region, accountId, publishAddress }
}

/** Undefined: the function's own role signs. */
export function awsKeys({ accessKeyId, secretAccessKey, sessionToken }: AwsEventBridgeSettings): AwsKeys | undefined {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey, sessionToken }
}

/** https://docs.aws.amazon.com/general/latest/gr/ev.html; other partitions need an `endpoint`. */
export function awsEndpoint({ region, endpoint }: AwsEventBridgeSettings): string {
  return endpoint ?? `https://events.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

/**
 * A key is given whole or not at all. The function's role signs requests to AWS only: the owner of another address
 * would get a signed request, and with it a session token.
 */
function keyProblems(settings: Settings): Problem[] {
  const given = (name: string): boolean => Object.hasOwn(settings, name)
  const missing = ['accessKeyId', 'secretAccessKey'].filter((name) => !given(name))
  if (missing.length === 1) return [{ path: missing[0]!, message: 'is required beside the other half of the key' }]
  if (missing.length === 0) return []
  return ['sessionToken', 'endpoint'].filter(given).map((path) => ({ path, message: 'needs an accessKeyId' }))
}
