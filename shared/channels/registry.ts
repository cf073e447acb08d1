import type { ChannelKind } from '../channel/kind.ts'
import { alibabaEventBridgeKind } from './alibaba-eventbridge/kind.ts'
import { awsEventBridgeKind } from './aws-eventbridge/kind.ts'
import { cloudEventsKind } from './cloudevents/kind.ts'
import { webhookKind } from './webhook/kind.ts'

/** Every kind of channel by its `type`. A new kind is one line here, its file and its fixtures. */
export const channelKinds: ReadonlyMap<string, ChannelKind<unknown>> = new Map<string, ChannelKind<unknown>>([
  [alibabaEventBridgeKind.type, alibabaEventBridgeKind],
  [awsEventBridgeKind.type, awsEventBridgeKind],
  [cloudEventsKind.type, cloudEventsKind],
  [webhookKind.type, webhookKind],
])
