import type { Problem } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { Fields, Settings, SettingsOf } from '../settings/field.ts'
import { type ReadSettings, readSettings, settingsReader } from '../settings/read.ts'
import { maskSettings } from '../settings/secrets.ts'
import { alertFields } from './alert-settings.ts'
import { cloudevents } from './cloudevents.ts'
import { custom } from './custom.ts'
import { customFields } from './custom-settings.ts'
import type { Inbound } from './integration.ts'
import { prometheus } from './prometheus.ts'
import { prometheusFields } from './prometheus-settings.ts'
import { integrations } from './registry.ts'

/*
 * The settings of each format, as documents write them beside `id` and `type` of an integration. Formats that give
 * alerts have `alertFields` at least. A format with settings of its own has an entry here; a sealed setting of
 * an integration is opened by ingest, which needs none of this.
 */

const OWN = new Map([
  settingsOf(custom, customFields),
  settingsOf(cloudevents, customFields),
  settingsOf(prometheus, prometheusFields),
])

/** Ties a format to its fields: a format that reads a setting without a field is an error of types. */
function settingsOf<F extends Fields>(format: Inbound<SettingsOf<F>>, fields: F): [type: string, fields: Fields] {
  return [format.type, fields]
}

export function integrationFields(type: string): Fields {
  return OWN.get(type) ?? (integrations.get(type)?.gives === 'alerts' ? alertFields : {})
}

/** Settings as a person wrote them, checked, and sealed for the store. `stored`: of an integration of the same type. */
export function readIntegrationSettings(
  type: string,
  given: Settings,
  stored: Settings,
  secrets: SecretBox,
): ReadSettings {
  const fields = integrationFields(type)
  const known = Object.entries(given).filter(([name]) => Object.hasOwn(fields, name) || !isSetting(name))
  const misplaced = Object.keys(given).flatMap((name) => misplacedProblem(type, name))
  const read = readSettings({ fields, parse: settingsReader(fields) }, Object.fromEntries(known), stored, secrets)
  if (misplaced.length === 0) return read
  return { ok: false, problems: [...misplaced, ...(read.ok ? [] : read.problems)] }
}

export function maskIntegrationSettings(type: string, settings: Settings): Settings {
  return maskSettings(integrationFields(type), settings)
}

function isSetting(name: string): boolean {
  return typesWith(name).length > 0
}

/** A setting that belongs to other formats is refused with the names of the formats. */
function misplacedProblem(type: string, name: string): Problem[] {
  const others = typesWith(name)
  if (others.length === 0 || others.includes(type)) return []
  if (Object.hasOwn(alertFields, name)) {
    const message = `is for what gives alerts; of what comes as ${type} the rules say how bad it is`
    return [{ path: name, message }]
  }
  return [{ path: name, message: `is for ${others.join(' and ')} only` }]
}

function typesWith(name: string): string[] {
  return [...integrations.keys()].filter((type) => Object.hasOwn(integrationFields(type), name))
}
