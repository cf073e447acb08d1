import * as z from 'zod'
import type { ChannelKind } from '../../channel/kind.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import { originProblem } from '../../outbound/url.ts'
import { zodProblems } from '../../problem/problem.ts'
import { eventFields, eventShape, nameText } from '../events/settings.ts'
import { httpTimeoutMs } from '../http/settings.ts'

/** A bus of Alibaba Cloud's EventBridge, by its own `PutEvents`; secrets are plain here. */
export interface AlibabaEventBridgeSettings extends EventSettings {
  /** `https://<account>.eventbridge.<region>.aliyuncs.com`, as the console shows it. */
  endpoint: string
  accessKeyId: string
  accessKeySecret: string
  eventBus: string
  region: string
  timeoutMs?: number
}

export const alibabaEventBridgeKind: ChannelKind<AlibabaEventBridgeSettings> = {
  type: 'alibaba-eventbridge',
  events: true,
  fields: [
    { name: 'endpoint', secret: false, address: true },
    { name: 'accessKeyId', secret: false },
    { name: 'accessKeySecret', secret: true },
    ...['eventBus', 'region'].map((name) => ({ name, secret: false })),
    ...eventFields,
    { name: 'timeoutMs', secret: false },
  ],
  parse(settings) {
    const read = SETTINGS.safeParse(settings)
    return read.success ? { ok: true, settings: read.data } : { ok: false, problems: zodProblems(read.error) }
  },
  timeoutMs: httpTimeoutMs,
  eventSettings: alibabaEvents,
}

/** The attribute with the bus's name is what chooses it; the bus itself writes the others that begin with `aliyun`. */
export function alibabaEvents(settings: AlibabaEventBridgeSettings): EventSettings {
  const { source, typePrefix, timeZone, links, eventBus } = settings
  return { source, typePrefix, timeZone, ...(links ? { links } : {}), eventBus, stampedByBus: true }
}

/** Secrets are part of a signature and never sent; what is sent in a header is a word. */
const keyText = z.string().regex(/^[\w.-]{1,128}$/, 'has to be of the characters a-z A-Z 0-9 . _ -')

const SETTINGS = z.strictObject({
  endpoint: z.string().superRefine((text, context) => {
    const problem = originProblem(text, 'aliyuncs.com')
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  }),
  accessKeyId: keyText,
  accessKeySecret: z.string().min(1, 'must not be empty').max(1000),
  eventBus: nameText,
  region: nameText,
  ...eventShape,
  timeoutMs: z.int().min(1).optional(),
})
