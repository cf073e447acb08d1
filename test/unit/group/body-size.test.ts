import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SendDeps } from '../../../shared/channel/send.ts'
import { webhookBody } from '../../../shared/channels/webhook/body.ts'
import { forwardChannel } from '../../../shared/forwarding/policy.ts'
import { sendForward } from '../../../shared/forwarding/send.ts'
import { type GroupAlerts, wordsOf } from '../../../shared/group/words.ts'
import { arms } from '../../../shared/integrations/arms.ts'
import { START } from './setup.ts'

/* A group counts the bytes of a body before a sender writes the body. */

const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', 'é', '界', '\u{1f600}', '\u0001'), maxLength: 20 })
const labels = fc.dictionary(text, text, { maxKeys: 4 })
const time = fc.integer({ min: START - 1_000_000, max: START + 1_000_000 })
const alert = fc.record({
  labels,
  annotations: labels,
  startsAt: time,
  endsAt: time,
  timeout: fc.boolean(),
  generatorURL: fc.option(text, { nil: undefined }),
  origin: fc.record({ account: text, integration: text, rule: fc.option(text, { nil: undefined }) }),
})
const group = fc.array(alert, { minLength: 1, maxLength: 5 }).map((alerts) =>
  alerts.map((one, index) => {
    const stamp = { at: START, tie: String(index) }
    return [String(index).padStart(16, '0'), { alert: one, stamp, claimedEnd: one.endsAt }] as const
  }),
)
const about = { receiver: 'r', groupKey: 'k', groupLabels: {}, reason: 'first' as const, truncated: 0 }
const bytesOf = (alerts: unknown): number => Buffer.byteLength(JSON.stringify(alerts))
const counted = (alerts: GroupAlerts, kind: 'notification' | 'forward') => {
  return wordsOf(new Map(), alerts as GroupAlerts, kind, START)
}

test('the alerts in the body of a webhook take no more than was counted', () => {
  fc.assert(
    fc.property(group, (members) => {
      const { alerts, bytes } = counted(members as unknown as GroupAlerts, 'notification')
      const body = webhookBody({ ...about, alerts }, 'http://tocsin.test') as { alerts: unknown[] }
      expect(bytesOf(body.alerts)).toBeLessThanOrEqual(bytes + '[]'.length)
    }),
  )
})

test('the alerts in a forward take no more than was counted, and the largest forward fits the receiver', async () => {
  await fc.assert(
    fc.asyncProperty(group, async (members) => {
      const { alerts, bytes } = counted(members as unknown as GroupAlerts, 'forward')
      let sent = '{"alerts":[]}'
      const deps = {
        clock: { now: () => START },
        secrets: { mac: () => Buffer.alloc(32) },
        request: async ({ body }: { body: string }) => {
          sent = body
          return { kind: 'answer', status: 202, headers: {}, body: '' }
        },
      } as unknown as SendDeps
      const content = { id: 'd', account: 'a', notification: { ...about, alerts }, giveUpAt: START, begunAt: START }
      await sendForward({ url: 'http://hub.test/i/token' }, content, deps)
      expect(bytesOf((JSON.parse(sent) as { alerts: unknown[] }).alerts)).toBeLessThanOrEqual(bytes + '[]'.length)
    }),
  )
  // Eight hops of at most two hundred characters, and the frame.
  const { bodyBytes } = forwardChannel({ settings: {}, sources: 'own' })
  expect(bodyBytes! + 32 * 1024).toBeLessThanOrEqual(arms.bodyBytes)
})
