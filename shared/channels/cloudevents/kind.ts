import * as z from 'zod'
import type { ChannelKind } from '../../channel/kind.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import { zodProblems } from '../../problem/problem.ts'
import { eventFields, eventShape, nameText } from '../events/settings.ts'
import { type HttpSettings, httpFields, httpProblems, httpShape, httpTimeoutMs } from '../http/settings.ts'

/** How an event lies in a request: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
export type CloudEventsMode = 'structured' | 'binary' | 'batch'

/** An event bus, or whatever else takes CloudEvents over HTTP. */
export interface CloudEventsSettings extends HttpSettings, EventSettings {
  mode: CloudEventsMode
}

export const cloudEventsKind: ChannelKind<CloudEventsSettings> = {
  type: 'cloudevents',
  events: true,
  fields: [
    ...httpFields,
    ...eventFields,
    ...['mode', 'eventBus', 'region', 'accountId'].map((name) => ({ name, secret: false })),
  ],
  parse(settings) {
    const read = SETTINGS.safeParse(settings)
    const problems = [...(read.success ? [] : zodProblems(read.error)), ...httpProblems(read.data)]
    return read.success && problems.length === 0 ? { ok: true, settings: read.data } : { ok: false, problems }
  },
  timeoutMs: httpTimeoutMs,
  eventSettings: ({ source, typePrefix, timeZone, links, eventBus, region, accountId }) => ({
    source,
    typePrefix,
    timeZone,
    ...(links ? { links } : {}),
    ...(eventBus === undefined ? {} : { eventBus }),
    ...(region === undefined ? {} : { region }),
    ...(accountId === undefined ? {} : { accountId }),
  }),
}

const headers = httpShape.headers.superRefine((given, context) => {
  const attribute = Object.keys(given ?? {}).find((header) => /^ce-/i.test(header))
  if (attribute === undefined) return
  context.addIssue({ code: 'custom', message: `must not set ${attribute}: those are attributes of the event` })
})

const SETTINGS = z.strictObject({
  ...httpShape,
  headers,
  mode: z.enum(['structured', 'binary', 'batch']).default('structured'),
  ...eventShape,
  eventBus: nameText.optional(),
  region: nameText.optional(),
  accountId: nameText.optional(),
})
