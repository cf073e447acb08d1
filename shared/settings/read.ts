import { isObject } from '../base/value.ts'
import { type Problem, zodProblems } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import { type Fields, type Settings, type SettingsOf, settingsSchema } from './field.ts'
import { sealSettings, unmaskSettings } from './secrets.ts'

export type ReadSettings<S = Settings> = { ok: true; settings: S } | { ok: false; problems: Problem[] }

/**
 * Reads settings in plain text. Paths of problems begin at the settings, and no problem repeats a value. `check`
 * adds the problems that no field shows by itself, from the settings as they were given.
 */
export function settingsReader<const F extends Fields>(
  fields: F,
  check: (given: Settings) => Problem[] = () => [],
): (given: unknown) => ReadSettings<SettingsOf<F>> {
  const schema = settingsSchema(fields)
  return (given) => {
    const read = schema.safeParse(given)
    const problems = [...(read.success ? [] : zodProblems(read.error)), ...(isObject(given) ? check(given) : [])]
    return read.success && problems.length === 0 ? { ok: true, settings: read.data } : { ok: false, problems }
  }
}

/** Settings that a person wrote, checked, and sealed for the store. `<secret>` stands for the stored secret. */
export function readSettings(
  declared: { fields: Fields; parse(given: unknown): ReadSettings },
  given: Settings,
  stored: Settings,
  secrets: SecretBox,
): ReadSettings {
  const { settings, missing, elsewhere } = unmaskSettings(declared.fields, given, stored, secrets)
  const unusable = new Set([...missing, ...elsewhere])
  const parsed = declared.parse(settings)
  const problems = [
    ...missing.map((path) => ({
      path,
      message: 'is <secret>, but no secret is stored for it: give the secret itself',
    })),
    ...elsewhere.map((path) => ({
      path,
      message: 'is <secret>, but was given for another host: give the secret itself',
    })),
    ...(parsed.ok ? [] : parsed.problems.filter(({ path }) => !unusable.has(path))),
  ]
  if (!parsed.ok || problems.length > 0) return { ok: false, problems }
  return { ok: true, settings: sealSettings(declared.fields, parsed.settings, stored, secrets) }
}
