import * as z from 'zod'
import { channelKind } from '../../channel/kind.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import { endpointField, keyFields, keyProblems, regionText } from '../aws/keys.ts'
import {
  alertParts,
  EVENT_CONTENT,
  eventFields,
  lifecycleNames,
  publisherFields,
  sourceField,
  sourceText,
  tellsLifecycle,
} from '../events/settings.ts'
import { httpTimeoutMs, timeoutField } from '../http/settings.ts'

/** Name of a bus, or the ARN of a bus in another account (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html). */
const BUS = /^(?:arn:aws[\w-]*:events:[\w-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/

const fields = {
  region: field(regionText, { label: 'Region', address: true }),
  endpoint: endpointField,
  eventBus: field(z.string().regex(BUS, 'is neither a name nor an ARN of an event bus').default('default'), {
    label: 'Bus',
    help: 'Its name, or the ARN of a bus in another account.',
  }),
  ...keyFields,
  ...eventFields,
  source: sourceField(
    sourceText.refine((source) => !source.startsWith('aws.'), 'must not begin with aws., which are AWS’s own'),
  ),
  ...publisherFields,
  timeoutMs: timeoutField,
}

/** Entries of a request, and bytes of alerts: an event says more than its alert, and 256 KB are taken. */
const ENTRIES = { alerts: 10, bytes: 120 * 1024 }

/** Settings of a bus of Amazon EventBridge, secrets in plain text. */
export type AwsEventBridgeSettings = SettingsOf<typeof fields>

export const awsEventBridgeKind = channelKind({
  type: 'aws-eventbridge',
  label: 'Amazon EventBridge',
  fields,
  check: keyProblems,
  lifecycle: tellsLifecycle,
  content: EVENT_CONTENT,
  ...alertParts(() => ENTRIES),
  timeoutMs: httpTimeoutMs,
  eventSettings: awsEvents,
})

/** The attributes have the same meaning as on every bus: its name, its region and the account that owns it. */
export function awsEvents(settings: AwsEventBridgeSettings): EventSettings {
  const { timeZone, links, region, accountId, publishAddress } = settings
  const eventBus = settings.eventBus.replace(/^arn:.*:event-bus\//, '')
  return {
    ...lifecycleNames(settings),
    timeZone,
    links: links || undefined,
    eventBus,
    region,
    accountId,
    publishAddress,
  }
}
