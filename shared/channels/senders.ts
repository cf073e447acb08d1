import type { Send } from '../channel/send.ts'

/**
 * What sends, by kind of channel. Apart from the registry of kinds and behind `import()`, so that `api`,
 * which only needs to know the kinds, bundles no sender, and a cold `notify` loads only the one it uses.
 */
export type Senders = (type: string) => Promise<Send<unknown>> | undefined

const SENDERS = new Map<string, () => Promise<Send<never>>>([
  ['alibaba-eventbridge', async () => (await import('./alibaba-eventbridge/send.ts')).sendToAlibabaEventBridge],
  ['aws-eventbridge', async () => (await import('./aws-eventbridge/send.ts')).sendToAwsEventBridge],
  ['cloudevents', async () => (await import('./cloudevents/send.ts')).sendCloudEvent],
  ['webhook', async () => (await import('./webhook/send.ts')).sendWebhook],
])

/** The settings a sender gets were parsed by the kind of the same name: that is what the cast rests on. */
export const loadSender: Senders = (type) => SENDERS.get(type)?.() as Promise<Send<unknown>> | undefined
