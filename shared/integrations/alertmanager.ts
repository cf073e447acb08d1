import { type DecodeContext, type Decoded, type Inbound, refuseBody } from './integration.ts'
import { alertsOf, type ReadItem } from './items.ts'
import { readWithStatus } from './posted-alert.ts'
import { isObject, own } from './value.ts'

/**
 * Alertmanager's webhook, version 4: the receiver of another Alertmanager, or of whatever speaks like one.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 * An alert is known by its labels, as everywhere here; the `fingerprint` beside them says the same. Keys
 * that are new to it are left alone, as they are for receivers of Alertmanager's own making.
 */
export const alertmanager: Inbound = {
  type: 'alertmanager',
  gives: 'alerts',
  bodyBytes: 1024 * 1024,
  anyType: false,
  decode(value, at) {
    const payload = readPayload(value)
    return payload === undefined ? refuseBody('expected an object with a list of alerts') : payloadAlerts(payload, at)
  },
}

/** Alertmanager's message, which ARMS and our own life-cycle events have inside of theirs. */
export interface Payload {
  status: unknown
  alerts: readonly unknown[]
}

export function readPayload(value: unknown): Payload | undefined {
  if (!isObject(value)) return undefined
  const alerts = own(value, 'alerts')
  return Array.isArray(alerts) ? { alerts, status: own(value, 'status') } : undefined
}

function payloadAlerts({ alerts, status }: Payload, at: DecodeContext): Decoded {
  return alertsOf(alerts, (item): ReadItem => {
    const alert = readWithStatus(item, status, at)
    return typeof alert === 'string' ? { alerts: [], problem: alert } : { alerts: [alert] }
  })
}
