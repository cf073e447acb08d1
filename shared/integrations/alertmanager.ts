import type { Steps } from '../base/steps.ts'
import { isObject, own } from '../base/value.ts'
import { type DecodeContext, type Decoded, type Inbound, refuseBody } from './integration.ts'
import { alertsOf, type ReadItem } from './items.ts'
import { readWithStatus } from './posted-alert.ts'

/**
 * Alertmanager's webhook, version 4: this integration is a receiver of another Alertmanager, or of a program that
 * posts the same body. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config The labels identify
 * an alert, as everywhere here; the `fingerprint` beside the labels says the same. Unknown keys are ignored, as
 * receivers that are made for Alertmanager ignore unknown keys.
 */
export const alertmanager: Inbound = {
  type: 'alertmanager',
  gives: 'alerts',
  ending: () => 'tells',
  // Alertmanager knows no limit. Tocsin's own webhooks have up to 4 MiB of alerts; Lambda takes 6 MB with escapes.
  bodyBytes: 4.5 * 1024 * 1024,
  anyType: false,
  decode(value, context) {
    const payload = readPayload(value)
    return payload === undefined
      ? refuseBody('expected an object with a list of alerts')
      : payloadAlerts(payload, context)
  },
}

/** Alertmanager's message, which is also inside of ARMS's and Tocsin's life-cycle events. */
export interface Payload {
  status: unknown
  alerts: readonly unknown[]
}

export function readPayload(value: unknown): Payload | undefined {
  if (!isObject(value)) return undefined
  const alerts = own(value, 'alerts')
  return Array.isArray(alerts) ? { alerts, status: own(value, 'status') } : undefined
}

function payloadAlerts({ alerts, status }: Payload, context: DecodeContext): Steps<Decoded> {
  return alertsOf(alerts, (item): ReadItem => {
    const alert = readWithStatus(item, status, context)
    return typeof alert === 'string' ? { alerts: [], problem: alert } : { alerts: [alert] }
  })
}
