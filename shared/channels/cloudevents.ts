import * as z from 'zod'
import { zodProblems } from '../config/problem.ts'
import { isZone } from '../interval/zone.ts'
import type { ChannelKind } from './channel.ts'
import { type HttpSettings, httpFields, httpProblems, httpShape, httpTimeoutMs } from './http-settings.ts'

/** How an event lies in a request: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
export type CloudEventsMode = 'structured' | 'binary' | 'batch'

/** An event bus, or whatever else takes CloudEvents over HTTP. */
export interface CloudEventsSettings extends HttpSettings, EventSettings {
  mode: CloudEventsMode
}

/** What an event says beside what happened. */
export interface EventSettings {
  /** The attribute `source`: which of a bus's event sources this is. */
  source: string
  /** What comes before `:create` in the attribute `type`. */
  typePrefix: string
  /** IANA zone of the times that people read. */
  timeZone: string
  /** The attributes aliyuneventbusname, aliyunregionid, aliyunaccountid; absent: not sent. */
  eventBus?: string
  region?: string
  accountId?: string
}

export const cloudEventsKind: ChannelKind<CloudEventsSettings> = {
  type: 'cloudevents',
  events: true,
  fields: [
    ...httpFields,
    ...['mode', 'source', 'typePrefix', 'timeZone', 'eventBus', 'region', 'accountId'].map((name) => ({
      name,
      secret: false,
    })),
  ],
  parse(settings) {
    const read = SETTINGS.safeParse(settings)
    const problems = [...(read.success ? [] : zodProblems(read.error)), ...httpProblems(read.data)]
    return read.success && problems.length === 0 ? { ok: true, settings: read.data } : { ok: false, problems }
  },
  timeoutMs: httpTimeoutMs,
}

/** EventBridge takes sources of 128 characters, types of 64 and names of 127 (its PutEvents, client validation). */
const SOURCE_CHARS = 128
const PREFIX_CHARS = 64 - ':comment'.length
const NAME_CHARS = 127

/** The characters of a URI reference (https://www.rfc-editor.org/rfc/rfc3986#appendix-A), which `source` has to be. */
const URI_REFERENCE = /^(?:[\w\-.~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/

const name = z
  .string()
  .max(NAME_CHARS)
  .regex(/^[\w.:/-]+$/, 'has to be of the characters a-z A-Z 0-9 . _ : / -')

const headers = httpShape.headers.superRefine((given, context) => {
  const attribute = Object.keys(given ?? {}).find((header) => /^ce-/i.test(header))
  if (attribute === undefined) return
  context.addIssue({ code: 'custom', message: `must not set ${attribute}: those are attributes of the event` })
})

const SETTINGS = z.strictObject({
  ...httpShape,
  headers,
  mode: z.enum(['structured', 'binary', 'batch']).default('structured'),
  source: z
    .string()
    .max(SOURCE_CHARS)
    .refine(isSource, 'has to be a URI or a name that is part of one')
    .default('arms'),
  typePrefix: z
    .string()
    .max(PREFIX_CHARS)
    .regex(/^[\w.:/-]+$/, 'has to be of the characters a-z A-Z 0-9 . _ : / -')
    .default('aliyun:arms:alarm'),
  timeZone: z
    .string()
    .refine((zone) => zone !== '' && isZone(zone), 'is not a time zone of the IANA database, such as Asia/Shanghai')
    .default('UTC'),
  eventBus: name.optional(),
  region: name.optional(),
  accountId: name.optional(),
})

/** A colon in the first part of a path would make a scheme of what is before it. */
function isSource(text: string): boolean {
  return URI_REFERENCE.test(text) && (!/^[^/?]*:/.test(text) || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text))
}
