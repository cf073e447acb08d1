import { alibabaEventBridgeKind } from './alibaba-eventbridge.ts'
import { awsEventBridgeKind } from './aws-eventbridge.ts'
import type { ChannelKind } from './channel.ts'
import { cloudEventsKind } from './cloudevents.ts'
import { webhookKind } from './webhook.ts'

/** Every kind of channel by its `type`. A new kind is one line here, its file and its fixtures. */
export const channelKinds: ReadonlyMap<string, ChannelKind<unknown>> = new Map<string, ChannelKind<unknown>>([
  [alibabaEventBridgeKind.type, alibabaEventBridgeKind],
  [awsEventBridgeKind.type, awsEventBridgeKind],
  [cloudEventsKind.type, cloudEventsKind],
  [webhookKind.type, webhookKind],
])
