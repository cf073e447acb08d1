import type { PostedAlert } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { AlertSettings } from './alert-settings.ts'
import type { DecodeContext, Decoded, Inbound } from './integration.ts'

/*
 * What a source calls its severities, and what the integration makes of that: its `severityMap`. Formats leave the
 * label `severity` as the source wrote it, so one table serves them all.
 */

/** The entry for alerts that come without a severity. */
const NONE = 'default'

export type SeverityMap = ReadonlyMap<string, string>

/** The body in the format's own words, and then the severities in the integration's. */
export function decodeBody(format: Inbound, value: unknown, at: DecodeContext, settings: AlertSettings): Decoded {
  const decoded = format.decode(value, at, settings)
  if (settings.severityMap === undefined || !('alerts' in decoded)) return decoded
  const map = severityMapOf(settings)
  return { ...decoded, alerts: decoded.alerts.map((alert) => translated(alert, map)) }
}

export function severityMapOf({ severityMap = {} }: AlertSettings): SeverityMap {
  return new Map(Object.entries(severityMap))
}

/** Undefined: none. A word that the map does not have stays as it is. */
export function translate(severity: string | undefined, map: SeverityMap): string | undefined {
  return severity === undefined ? map.get(NONE) : (map.get(severity) ?? severity)
}

/** One severity of the source, or none, for each that alerts can have by the map. */
export function severitiesOf(map: SeverityMap): (string | undefined)[] {
  const sources = new Map([...map].map(([from, to]) => [to, from === NONE ? undefined : from]))
  return [...sources.values()]
}

/** Its sender may have more alerts that share the labels, so they are made anew. */
function translated(alert: PostedAlert, map: SeverityMap): PostedAlert {
  const given = Object.hasOwn(alert.labels, 'severity') ? alert.labels.severity : undefined
  const severity = translate(given, map)
  if (severity === undefined || severity === given) return alert
  const labels: Labels = Object.fromEntries([...Object.entries(alert.labels), ['severity', severity]])
  return { ...alert, labels }
}
