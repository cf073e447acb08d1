import type { PostedAlert } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Steps } from '../base/steps.ts'
import type { AlertSettings } from './alert-settings.ts'
import type { DecodeContext, Decoded, Inbound } from './integration.ts'

/*
 * The severities of a source, and the account's words for the severities: the setting `severityMap` of an
 * integration. Formats leave the label `severity` as the source wrote the label, so a single table serves every
 * format.
 */

/** The entry for alerts that come without a severity. */
const NONE = 'default'

export type SeverityMap = ReadonlyMap<string, string>

/** The body in the format's own words, then with the severities of the integration. */
export function* decodeBody(
  format: Inbound,
  value: unknown,
  context: DecodeContext,
  settings: AlertSettings,
): Steps<Decoded> {
  const made = format.decode(value, context, settings)
  const decoded = Symbol.iterator in made ? yield* made : made
  if (settings.severityMap === undefined || !('alerts' in decoded)) return decoded
  const map = severityMapOf(settings)
  return { ...decoded, alerts: decoded.alerts.map((alert) => translated(alert, map)) }
}

export function severityMapOf({ severityMap = {} }: AlertSettings): SeverityMap {
  return new Map(Object.entries(severityMap))
}

/** Undefined: no severity. A word that is missing in the map stays unchanged. */
export function translate(severity: string | undefined, map: SeverityMap): string | undefined {
  return severity === undefined ? map.get(NONE) : (map.get(severity) ?? severity)
}

/** A severity of the source, or none, for each severity that alerts can have by the map. */
export function severitiesOf(map: SeverityMap): (string | undefined)[] {
  const sources = new Map([...map].map(([from, to]) => [to, from === NONE ? undefined : from]))
  return [...sources.values()]
}

/** Alerts of the same body may share a label set, so the labels are copied. */
function translated(alert: PostedAlert, map: SeverityMap): PostedAlert {
  const given = Object.hasOwn(alert.labels, 'severity') ? alert.labels.severity : undefined
  const severity = translate(given, map)
  if (severity === undefined || severity === given) return alert
  const labels: Labels = Object.fromEntries([...Object.entries(alert.labels), ['severity', severity]])
  return { ...alert, labels }
}
