import type { LifecycleNotification } from '../../../../shared/channels/events/body.ts'
import { cloudEvent, type EventOptions } from '../../../../shared/channels/events/event.ts'
import type { EventSettings, LifecycleEvent, NotifiedAlert } from '../../../../shared/delivery/delivery.ts'
import { createSecretBox } from '../../../../shared/secret/seal.ts'

/** One incident of a bus in Hangzhou, as the group machine freezes it. */
export const OPENED = Date.UTC(2026, 0, 5, 18, 30, 5)
export const CLOSED = OPENED + 270_000
export const PUBLISHED = OPENED + 52
export const PUBLIC_URL = 'https://tocsin.example.com/'
export const INCIDENT = `${'0a'.repeat(16)}-mk1b2c3d`

export const BUS: EventSettings = {
  source: 'arms',
  typePrefix: 'aliyun:arms:alarm',
  timeZone: 'Asia/Shanghai',
  eventBus: 'on-call',
  region: 'cn-hangzhou',
  accountId: '1100000000000001',
}

export const firing = (more: Partial<NotifiedAlert> = {}): NotifiedAlert => ({
  fingerprint: '8f1c6a0b2f3d4e5a',
  labels: { severity: 'error', alertname: 'DiskFull', host: 'db-1' },
  annotations: { message: 'disk of db-1 is full' },
  startsAt: OPENED - 5_000 + 645,
  origin: { account: 'acme', integration: 'prometheus-prod' },
  until: OPENED + 240_000,
  ...more,
})

export const resolved = (more: Partial<NotifiedAlert> = {}): NotifiedAlert =>
  firing({ endsAt: CLOSED - 5_000, until: CLOSED - 5_000, ...more })

const MOMENTS: Record<LifecycleEvent['type'], Partial<LifecycleEvent>> = {
  create: { id: `${INCIDENT}_create`, at: OPENED },
  claim: {
    id: '59e174db-f843-573a-9d3e-df3421000000',
    at: OPENED + 30_000,
    person: { handler: 'mei', operator: 'jo' },
  },
  comment: {
    id: 'ef38ca1b-89cb-5c7c-9052-b73e15000000',
    at: OPENED + 60_000,
    person: { handler: 'mei', operator: 'jo', comment: 'logs were not rotated' },
  },
  close: { id: `${INCIDENT}_close`, at: CLOSED },
}

export function moment(type: LifecycleEvent['type'], more: Partial<LifecycleEvent> = {}): LifecycleEvent {
  return {
    id: '',
    type,
    at: OPENED,
    incident: { id: INCIDENT, openedAt: OPENED, ...(type === 'close' ? { closedAt: CLOSED } : {}) },
    policy: { id: 'databases', name: 'Databases & caches', owner: 'storage' },
    ...MOMENTS[type],
    ...more,
  }
}

export function told(
  event: LifecycleEvent,
  alerts = [event.type === 'close' ? resolved() : firing()],
  truncated = 0,
): LifecycleNotification {
  return {
    receiver: 'databases',
    groupKey: '{}/{databases}:{alertname="DiskFull"}',
    groupLabels: { alertname: 'DiskFull' },
    reason: 'lifecycle',
    alerts,
    truncated,
    event,
  }
}

export interface AlertsBody {
  status: string
  level: string
  startTime: string
  endTime?: string
  externalURL: string
  alerts: { status: string; startsAt: string; endsAt: string; labels: Record<string, string> }[]
  commonLabels: Record<string, string>
  commonAnnotations: Record<string, string>
  truncatedAlerts?: number
}

/** The event as a receiver reads it. */
export interface ReadEvent extends Record<string, unknown> {
  data: { data: AlertsBody } & Record<string, unknown>
}

/** The account of the incident is `acme`. */
export const OPTIONS: EventOptions = {
  publicUrl: PUBLIC_URL,
  publishedAt: PUBLISHED,
  account: 'acme',
  secrets: createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size)),
}

export function read(
  notification: LifecycleNotification,
  settings: EventSettings = BUS,
  more: Partial<EventOptions> = {},
): ReadEvent {
  const event = cloudEvent(notification, settings, { ...OPTIONS, ...more })
  return JSON.parse(JSON.stringify(event)) as ReadEvent
}
