import { isObject } from '../base/value.ts'
import { joinPath } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import { type Field, type Fields, isGroup, type Settings } from './field.ts'

/** Shown in place of a secret; put back, `<secret>` keeps the stored secret (Alertmanager's placeholder). */
export const MASKED = '<secret>'

/** Names from the settings down to a value: `['headers', 'X-Team']`. */
type Path = readonly string[]

/** Settings with every secret in plain text, for a sender. Throws when a secret was sealed under another key. */
export function openSettings(fields: Fields, settings: Settings, secrets: SecretBox): Settings {
  return mapSecrets(fields, settings, (value) => (secrets.isSealed(value) ? secrets.open(value as string) : value))
}

/** Settings that may be shown. A stored setting without a field is left out, because the setting may be a secret. */
export function maskSettings(fields: Fields, settings: Settings): Settings {
  const declared = Object.entries(settings).filter(([name]) => Object.hasOwn(fields, name))
  return mapSecrets(fields, Object.fromEntries(declared), () => MASKED)
}

/** Settings for the store. An unchanged secret keeps its sealed text, so that the settings compare as equal. */
export function sealSettings(fields: Fields, settings: Settings, stored: Settings, secrets: SecretBox): Settings {
  return mapSecrets(fields, settings, (value, path) => {
    const old = valueAt(stored, path)
    return openedText(old, secrets) === value ? old : secrets.seal(value as string)
  })
}

/**
 * Settings with the stored secrets in place of `<secret>`. `missing`: paths without a usable stored secret.
 * `elsewhere`: paths whose stored secret was given for another address. A person who may edit a channel may not
 * read the channel's credentials, and could otherwise have the credentials sent to a foreign host.
 */
export function unmaskSettings(
  fields: Fields,
  settings: Settings,
  stored: Settings,
  secrets: SecretBox,
): { settings: Settings; missing: string[]; elsewhere: string[] } {
  const missing: string[] = []
  const elsewhere: string[] = []
  const moves = addresses(fields).some((path) => movesTo(path, settings, stored, secrets))
  const unmasked = mapSecrets(fields, settings, (value, path) => {
    if (value !== MASKED) return value
    const old = openedText(valueAt(stored, path), secrets)
    if (old === undefined) missing.push(joinPath('', ...path))
    else if (moves) elsewhere.push(joinPath('', ...path))
    return old ?? value
  })
  return { settings: unmasked, missing, elsewhere }
}

function addresses(fields: Fields, above: Path = []): Path[] {
  return Object.entries(fields).flatMap(([name, declared]) => {
    const path = [...above, name]
    if (isGroup(declared)) return addresses(declared.fields, path)
    return declared.address ? [path] : []
  })
}

function movesTo(path: Path, settings: Settings, stored: Settings, secrets: SecretBox): boolean {
  const given = valueAt(settings, path)
  if (given === MASKED) return false
  const old = valueAt(stored, path)
  return hostPart(given) !== hostPart(secrets.isSealed(old) ? openedText(old, secrets) : old)
}

/** The origin of a URL: the path, and a token in the path, may change without moving the credentials. */
function hostPart(address: unknown): unknown {
  const url = typeof address === 'string' ? URL.parse(address) : null
  return url === null || url.origin === 'null' ? address : url.origin
}

function openedText(sealed: unknown, secrets: SecretBox): string | undefined {
  if (!secrets.isSealed(sealed)) return undefined
  try {
    return secrets.open(sealed as string)
  } catch {
    // A text that was sealed under a lost key is as good as not stored.
    return undefined
  }
}

type Replace = (secret: unknown, path: Path) => unknown

/** A copy with every secret that is present replaced. */
function mapSecrets(fields: Fields, settings: Settings, replace: Replace, above: Path = []): Settings {
  return mapValues(settings, (value, name) => {
    const declared = Object.hasOwn(fields, name) ? fields[name] : undefined
    const path = [...above, name]
    if (declared === undefined || value === undefined) return value
    if (!isGroup(declared)) return mapField(declared, value, replace, path)
    return isObject(value) ? mapSecrets(declared.fields, value, replace, path) : value
  })
}

function mapField({ secret }: Field, value: unknown, replace: Replace, path: Path): unknown {
  if (secret === 'values' && isObject(value)) return mapValues(value, (one, name) => replace(one, [...path, name]))
  return secret === true ? replace(value, path) : value
}

function mapValues(settings: Settings, change: (value: unknown, name: string) => unknown): Settings {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, change(value, name)]))
}

function valueAt(settings: Settings, path: Path): unknown {
  let value: unknown = settings
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return value
}
