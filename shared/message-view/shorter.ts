import type { Labels } from '../alert/labels.ts'
import { clip } from '../base/clip.ts'
import type { NotifiedAlert } from '../delivery/delivery.ts'

/** Characters of a value. Labels are what receivers know an alert by, so they are cut last. */
const SHORTER = [
  { annotations: 10_000 },
  { annotations: 1000 },
  { annotations: 100 },
  { annotations: 100, labels: 1000 },
  { annotations: 20, labels: 100 },
]

/**
 * The alerts as they are, then with ever shorter values: for machines that have to hear of every alert, and that take
 * messages of a limited size. Fingerprints and times stay.
 */
export function* shorterAlerts(alerts: readonly NotifiedAlert[]): Generator<NotifiedAlert[]> {
  yield [...alerts]
  for (const { annotations, labels } of SHORTER) {
    yield alerts.map((alert) => ({
      ...alert,
      annotations: cut(alert.annotations, annotations),
      labels: labels === undefined ? alert.labels : cut(alert.labels, labels),
    }))
  }
}

function cut(values: Labels, chars: number): Labels {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, clip(value, { chars })]))
}
