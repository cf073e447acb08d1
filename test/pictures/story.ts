import { MINUTE } from '../../shared/base/time.ts'
import type { SendDeps, ToSend } from '../../shared/channel/send.ts'
import type { Notification, NotifiedAlert } from '../../shared/delivery/delivery.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'

/* The notifications of the pictures: an evening as on-call teams know it. */

const NOW = Date.UTC(2026, 0, 14, 12, 31, 8)

export const DEPS: Pick<SendDeps, 'publicUrl' | 'secrets'> = {
  publicUrl: 'https://tocsin.example.com',
  secrets: createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size)),
}

type Language = 'en' | 'zh'

const SAYS = {
  en: (percent: number): string => `${percent} % of checkouts fail with 5xx`,
  zh: (percent: number): string => `${percent} % 的下单请求返回 5xx`,
}
const HELP = {
  en: 'Customers see an error page instead of the receipt.',
  zh: '用户下单后看到错误页面，而不是订单详情。',
}

function failing(language: Language, pod: string, percent: number, minutesAgo: number): NotifiedAlert {
  return {
    fingerprint: pod,
    labels: {
      ...{ alertname: 'CheckoutErrorRate', severity: percent > 10 ? 'critical' : 'warning' },
      ...{ cluster: 'hz-1', service: 'checkout', pod },
    },
    annotations: {
      summary: SAYS[language](percent),
      description: HELP[language],
      runbook_url: 'https://wiki.example.com/checkout-errors',
      dashboard_url: 'https://grafana.example.com/d/checkout',
    },
    startsAt: NOW - minutesAgo * MINUTE,
  }
}

function notification(alerts: NotifiedAlert[], more: Partial<Notification> = {}): Notification {
  return {
    receiver: 'payments',
    groupKey: '{}:{alertname="CheckoutErrorRate", cluster="hz-1"}',
    groupLabels: { alertname: 'CheckoutErrorRate', cluster: 'hz-1' },
    ...{ reason: 'first', alerts, truncated: 0, level: 'P1' },
    policy: { id: 'payments', name: 'Payments' },
    incident: { id: '0f'.repeat(16), openedAt: NOW - 5 * MINUTE },
    ...more,
  }
}

const few = (language: Language): NotifiedAlert[] => [
  failing(language, 'api-7d9f', 14, 5),
  failing(language, 'api-b41c', 12, 4),
  failing(language, 'worker-77e1', 6, 3),
]

/** The records' own alert, as a rule raises it. */
const route: NotifiedAlert = {
  fingerprint: 'route',
  labels: {
    ...{ alertname: 'VPC Network Route Change Alert', severity: 'low', rule: 'routes' },
    ...{ accountId: '1540355698840001', eventName: 'CreateRouteEntry', principalId: '200000000000000001' },
  },
  annotations: {
    description: 'A route of a virtual private cloud was added, changed or removed.',
    ...{ cloudAccount: '1540355698840001', region: 'cn-hangzhou', user: 'deploy', sourceIp: '198.51.100.23' },
    ...{ eventName: 'CreateRouteEntry', eventSource: 'vpc.aliyuncs.com', author: 'Tocsin' },
    eventTime: '2026-01-14T12:26:08.000Z',
  },
  startsAt: NOW - 5 * MINUTE,
}

const ENDED = { handler: 'mei' }

/** Every state of a message. */
export const STATES: Readonly<Record<string, (language: Language) => Notification>> = {
  firing: (language) => notification(few(language)),
  claimed: (language) =>
    notification(few(language), {
      reason: 'repeat',
      incident: { id: '0f'.repeat(16), openedAt: NOW - 5 * MINUTE, ...ENDED },
    }),
  resolved: (language) =>
    notification(
      few(language).map((alert, index) => ({ ...alert, endsAt: NOW + (28 + index * 9) * MINUTE })),
      { reason: 'all-resolved', incident: { id: '0f'.repeat(16), openedAt: NOW - 5 * MINUTE, ...ENDED } },
    ),
  single: () =>
    notification([route], {
      groupKey: '{}:{alertname="VPC Network Route Change Alert"}',
      groupLabels: { alertname: 'VPC Network Route Change Alert' },
      level: 'P4',
      policy: { id: 'audit', name: 'Audit' },
    }),
  batch: (language) =>
    notification(
      Array.from({ length: 20 }, (_, index) =>
        failing(language, `api-${(index * 7919).toString(36)}`, 14 - (index % 9), 5),
      ),
      { truncated: 10 },
    ),
}

/** Notifications that waited for a slot of a robot. */
export function waiting(language: Language): Notification[] {
  return ['Checkout', 'Login', 'Search', 'Cart'].map((service, index) => {
    const alerts = few(language)
      .slice(0, 1 + (index % 3))
      .map((alert) => ({ ...alert, labels: { ...alert.labels, alertname: `${service}ErrorRate` } }))
    const groupLabels = { alertname: `${service}ErrorRate`, cluster: 'hz-1' }
    return notification(alerts, { groupLabels, groupKey: service, level: index % 2 === 0 ? 'P1' : 'P3' })
  })
}

export function toSend(told: Notification, more: Partial<ToSend> = {}): ToSend {
  return { id: 'g1-d1', account: 'acme', notification: told, giveUpAt: NOW + 10_000, begunAt: NOW, ...more }
}
