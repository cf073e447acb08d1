import type { SecretBox } from '../secret/seal.ts'
import type { ChannelField } from './field.ts'

/** How a secret is shown; put back, it keeps the stored one (Alertmanager's placeholder). */
const MASKED = '<secret>'

export type Settings = Record<string, unknown>
type Fields = readonly ChannelField[]

/** Settings as a sender needs them. Throws when a secret was sealed under another key. */
export function openSettings(fields: Fields, settings: Settings, secrets: SecretBox): Settings {
  return mapSecrets(fields, settings, (value) => (secrets.isSealed(value) ? secrets.open(value as string) : value))
}

/** Settings as they may be shown. */
export function maskSettings(fields: Fields, settings: Settings): Settings {
  return mapSecrets(fields, settings, () => MASKED)
}

/** Settings as they are stored. A secret that did not change keeps its sealed text, so that no change shows. */
export function sealSettings(fields: Fields, settings: Settings, stored: Settings, secrets: SecretBox): Settings {
  return mapSecrets(fields, settings, (value, field) => {
    const old = valueAt(stored, field)
    return opened(old, secrets) === value ? old : secrets.seal(value as string)
  })
}

/**
 * Settings with the stored secrets in place of `<secret>`. `missing`: fields where nothing usable is stored.
 * `elsewhere`: fields whose stored secret was given for another address. Who may edit a channel may not
 * read its credentials, and could have them sent to a host of their own.
 */
export function unmaskSettings(
  fields: Fields,
  settings: Settings,
  stored: Settings,
  secrets: SecretBox,
): { settings: Settings; missing: string[]; elsewhere: string[] } {
  const missing: string[] = []
  const elsewhere: string[] = []
  const moves = fields.some((field) => field.address && movesTo(field.name, settings, stored, secrets))
  const unmasked = mapSecrets(fields, settings, (value, field) => {
    if (value !== MASKED) return value
    const old = opened(valueAt(stored, field), secrets)
    if (old === undefined) missing.push(field)
    else if (moves) elsewhere.push(field)
    return old ?? value
  })
  return { settings: unmasked, missing, elsewhere }
}

function movesTo(field: string, settings: Settings, stored: Settings, secrets: SecretBox): boolean {
  const given = valueAt(settings, field)
  if (given === MASKED) return false
  const old = valueAt(stored, field)
  return place(given) !== place(secrets.isSealed(old) ? opened(old, secrets) : old)
}

/** Of a URL its origin: a path, and a token in it, may change and the credentials stay where they were. */
function place(address: unknown): unknown {
  const url = typeof address === 'string' ? URL.parse(address) : null
  return url === null || url.origin === 'null' ? address : url.origin
}

function opened(sealed: unknown, secrets: SecretBox): string | undefined {
  if (!secrets.isSealed(sealed)) return undefined
  try {
    return secrets.open(sealed as string)
  } catch {
    // Sealed under a key that is gone: as good as not stored.
    return undefined
  }
}

/** A copy with every secret field that is there replaced. Names are paths: `basicAuth.password`. */
function mapSecrets(fields: Fields, settings: Settings, change: (value: unknown, field: string) => unknown): Settings {
  let copy = settings
  for (const field of fields) {
    if (field.secret) copy = changeAt(copy, field.name.split('.'), (value) => change(value, field.name))
  }
  return copy
}

function changeAt(settings: Settings, [name = '', ...rest]: string[], change: (value: unknown) => unknown): Settings {
  if (!Object.hasOwn(settings, name) || settings[name] === undefined) return settings
  const value = settings[name]
  if (rest.length === 0) return { ...settings, [name]: change(value) }
  return isSettings(value) ? { ...settings, [name]: changeAt(value, rest, change) } : settings
}

function valueAt(settings: Settings, field: string): unknown {
  let value: unknown = settings
  for (const name of field.split('.')) {
    value = isSettings(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
