import * as z from 'zod'
import { channelKind } from '../../channel/kind.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import {
  alertParts,
  busNameFields,
  EVENT_CONTENT,
  eventFields,
  lifecycleNames,
  publisherFields,
  tellsLifecycle,
} from '../events/settings.ts'
import { headersField, httpFields, httpProblems, httpTimeoutMs } from '../http/settings.ts'

/** How an event lies in a request: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
const MODES = ['structured', 'binary', 'batch'] as const

export type CloudEventsMode = (typeof MODES)[number]

const fields = {
  ...httpFields,
  headers: headersField({ names: /^ce-/i, why: 'those are attributes of the event' }),
  mode: field(z.enum(MODES).default('structured'), {
    label: 'Mode',
    help: 'Content mode of the CloudEvents HTTP binding.',
    group: 'Request',
  }),
  ...eventFields,
  ...busNameFields,
  ...publisherFields,
  time: field(z.boolean().optional(), {
    label: 'Time',
    help: 'Events have the attribute `time`, the moment of the event; events of ARMS have none.',
    group: 'Events',
  }),
}

/** Events of alerts in a delivery: in a batch, and in requests that are made one after the other. */
const BATCH = { alerts: 100, bytes: 512 * 1024 }
const ONE_BY_ONE = { alerts: 10 }

/** Settings of an event bus, or of another receiver of CloudEvents over HTTP; secrets in plain text. */
export type CloudEventsSettings = SettingsOf<typeof fields>

export const cloudEventsKind = channelKind({
  type: 'cloudevents',
  label: 'CloudEvents over HTTP',
  fields,
  check: httpProblems,
  lifecycle: tellsLifecycle,
  content: EVENT_CONTENT,
  ...alertParts(({ mode }) => (mode === 'batch' ? BATCH : ONE_BY_ONE)),
  timeoutMs: httpTimeoutMs,
  eventSettings: cloudEventsEvents,
})

export function cloudEventsEvents(settings: CloudEventsSettings): EventSettings {
  const { timeZone, links, eventBus, region, accountId, publishAddress, time } = settings
  const optional = { links: links || undefined, eventBus, region, accountId, publishAddress, time: time || undefined }
  return { ...lifecycleNames(settings), timeZone, ...optional }
}
