import * as z from 'zod'
import type { ChannelKind } from '../../channel/kind.ts'
import type { AwsKeys } from '../../channel/send.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import { originProblem } from '../../outbound/url.ts'
import { type Problem, zodProblems } from '../../problem/problem.ts'
import { eventFields, eventShape, nameText } from '../events/settings.ts'
import { httpTimeoutMs } from '../http/settings.ts'

/** A bus of Amazon EventBridge; secrets are plain here. */
export interface AwsEventBridgeSettings extends EventSettings, Partial<AwsKeys> {
  region: string
  /** Its name, or its ARN when it is another account's. */
  eventBus: string
  /** Absent: AWS's own, of the region. */
  endpoint?: string
  timeoutMs?: number
}

export const awsEventBridgeKind: ChannelKind<AwsEventBridgeSettings> = {
  type: 'aws-eventbridge',
  events: true,
  fields: [
    { name: 'region', secret: false, address: true },
    { name: 'endpoint', secret: false, address: true },
    { name: 'eventBus', secret: false },
    { name: 'accessKeyId', secret: false },
    { name: 'secretAccessKey', secret: true },
    { name: 'sessionToken', secret: true },
    ...eventFields,
    ...['accountId', 'timeoutMs'].map((name) => ({ name, secret: false })),
  ],
  parse(settings) {
    const read = SETTINGS.safeParse(settings)
    const problems = [...(read.success ? [] : zodProblems(read.error)), ...keyProblems(settings)]
    return read.success && problems.length === 0 ? { ok: true, settings: read.data } : { ok: false, problems }
  },
  timeoutMs: httpTimeoutMs,
  eventSettings: awsEvents,
}

/** The fields mean here what they do on any bus: its name, where it is, whose it is. */
export function awsEvents(settings: AwsEventBridgeSettings): EventSettings {
  const { source, typePrefix, timeZone, links, eventBus, region, accountId } = settings
  return {
    source,
    typePrefix,
    timeZone,
    ...(links ? { links } : {}),
    eventBus: eventBus.replace(/^arn:.*:event-bus\//, ''),
    region,
    ...(accountId === undefined ? {} : { accountId }),
  }
}

/** Undefined: the function's own role is to sign. */
export function awsKeys({ accessKeyId, secretAccessKey, sessionToken }: AwsEventBridgeSettings): AwsKeys | undefined {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

/** https://docs.aws.amazon.com/general/latest/gr/ev.html; other partitions need an `endpoint`. */
export function awsEndpoint({ region, endpoint }: AwsEventBridgeSettings): string {
  return endpoint ?? `https://events.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

/** Names of buses, of other accounts' by ARN (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html). */
const BUS = /^(?:arn:aws[\w-]*:events:[\w-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/

/** Goes out in a header. */
const tokenText = z.string().regex(/^[\x21-\x7e]+$/, 'has characters that a header cannot hold')

const SETTINGS = z.strictObject({
  region: z.string().regex(/^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/, 'is not a region such as eu-west-1'),
  eventBus: z.string().regex(BUS, 'is neither a name nor an ARN of an event bus').default('default'),
  endpoint: z
    .string()
    .superRefine((text, context) => {
      const problem = originProblem(text, 'amazonaws.com')
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
    })
    .optional(),
  accessKeyId: z
    .string()
    .regex(/^\w{16,128}$/, 'is not an access key id')
    .optional(),
  secretAccessKey: z.string().min(1, 'must not be empty').max(1000).optional(),
  sessionToken: tokenText.max(8192).optional(),
  ...eventShape,
  source: eventShape.source.refine(
    (source) => !source.startsWith('aws.'),
    'must not begin with aws., which are AWS’s own',
  ),
  accountId: nameText.optional(),
  timeoutMs: z.int().min(1).optional(),
})

/**
 * Keys are given whole or not at all. The function's role signs for AWS alone: what is signed for the address
 * of somebody else, and a token with it, would be theirs.
 */
function keyProblems(settings: unknown): Problem[] {
  const given = (name: string): boolean =>
    typeof settings === 'object' && settings !== null && Object.hasOwn(settings, name)
  const missing = ['accessKeyId', 'secretAccessKey'].filter((name) => !given(name))
  if (missing.length === 1) return [{ path: missing[0]!, message: 'is required beside the other half of the key' }]
  if (missing.length === 0) return []
  return ['sessionToken', 'endpoint'].filter(given).map((path) => ({ path, message: 'needs an accessKeyId' }))
}
