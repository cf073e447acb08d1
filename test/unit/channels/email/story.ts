import { emailKind } from '../../../../shared/channels/email/kind.ts'
import { sendEmail } from '../../../../shared/channels/email/send.ts'
import type { Notification, NotifiedAlert } from '../../../../shared/delivery/delivery.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import { createConnect } from '../../../../shared/outbound/mail.ts'
import { createOutbound } from '../../../../shared/outbound/outbound.ts'
import { createSecretBox } from '../../../../shared/secret/seal.ts'
import type { Settings } from '../../../../shared/settings/field.ts'
import { type HandClock, handClock } from '../../../contract/hand-clock.ts'

export const NOW = Date.UTC(2026, 0, 14, 8, 4, 30)

export const alert = (more: Partial<NotifiedAlert> = {}): NotifiedAlert => ({
  fingerprint: '8f1c6a0b2f3d4e5a',
  labels: { alertname: 'HostDown', instance: 'db-1', severity: 'critical' },
  annotations: { summary: 'db-1 is down' },
  startsAt: NOW - 300_000,
  ...more,
})

export const notification = (more: Partial<Notification> = {}): Notification => ({
  receiver: 'databases',
  groupKey: '{}:{alertname="HostDown"}',
  groupLabels: { alertname: 'HostDown' },
  reason: 'first',
  alerts: [alert()],
  truncated: 0,
  level: 'P1',
  policy: { id: 'databases', name: 'Databases' },
  incident: { id: 'inc-1', openedAt: NOW - 240_000 },
  ...more,
})

/** One attempt through the real way out, which is opened for this machine; `mail.test` is this machine. */
export async function send(
  given: Settings,
  told: Notification = notification(),
  { clock = handClock(NOW), allow = ['127.0.0.0/8'] }: { clock?: HandClock; allow?: string[] } = {},
): Promise<Outcome> {
  const read = emailKind.parse({ host: 'mail.test', from: 'tocsin@example.com', to: ['ops@example.com'], ...given })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const way = { clock, allow, lookup: async () => ({ ok: true as const, addresses: ['127.0.0.1'] }) }
  const giveUpAt = clock.now() + emailKind.timeoutMs(read.settings)
  return await sendEmail(
    read.settings,
    { id: 'g1-d1', account: 'acme', notification: told, giveUpAt, begunAt: NOW },
    {
      clock,
      chance: () => 0.5,
      publicUrl: 'https://tocsin.example.com/',
      secrets: createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size)),
      request: createOutbound(way),
      connect: createConnect(way),
    },
  )
}
