import { channelKind } from '../../channel/kind.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import { originProblem } from '../../outbound/url.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import { alibabaKeyId, alibabaSecret, securityToken } from '../alibaba/keys.ts'
import { alertParts, EVENT_CONTENT, eventFields, lifecycleNames, nameText, tellsLifecycle } from '../events/settings.ts'
import { httpTimeoutMs, timeoutField } from '../http/settings.ts'

const fields = {
  endpoint: field(
    checkedText((text) => originProblem(text, 'aliyuncs.com')),
    {
      label: 'Endpoint',
      help: '`https://<account>.eventbridge.<region>.aliyuncs.com`, as the console shows it.',
      address: true,
    },
  ),
  accessKeyId: field(alibabaKeyId, { label: 'Access key ID' }),
  accessKeySecret: field(alibabaSecret, { label: 'Access key secret', secret: true }),
  securityToken,
  eventBus: field(nameText, { label: 'Bus name' }),
  region: field(nameText, { label: 'Region' }),
  ...eventFields,
  timeoutMs: timeoutField,
}

/** Events of a request, and bytes of alerts: an event says more than its alert, and 256 KB are taken. */
const EVENTS = { alerts: 16, bytes: 120 * 1024 }

/** Settings of a bus of Alibaba Cloud's EventBridge, used by its own `PutEvents`; secrets in plain text. */
export type AlibabaEventBridgeSettings = SettingsOf<typeof fields>

export const alibabaEventBridgeKind = channelKind({
  type: 'alibaba-eventbridge',
  label: 'Alibaba Cloud EventBridge',
  fields,
  lifecycle: tellsLifecycle,
  content: EVENT_CONTENT,
  ...alertParts(() => EVENTS),
  timeoutMs: httpTimeoutMs,
  eventSettings: alibabaEvents,
})

/** The attribute with the bus's name chooses the bus; the bus itself writes the other `aliyun…` attributes. */
export function alibabaEvents(settings: AlibabaEventBridgeSettings): EventSettings {
  const { timeZone, links, eventBus } = settings
  return { ...lifecycleNames(settings), timeZone, links: links || undefined, eventBus, stampedByBus: true }
}
