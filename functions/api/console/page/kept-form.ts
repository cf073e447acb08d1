import { DAY, type Millis } from '../../../../shared/base/time.ts'
import { isObject } from '../../../../shared/base/value.ts'
import type { SecretBox } from '../../../../shared/secret/seal.ts'

/*
 * A form that waits for a person: until the person has signed in again, or has said that the change is meant. The page in
 * between carries the form sealed, so that no secret of the form can be read in the page, and only the address that the
 * form was sent to takes the form back.
 */

/** The name of the field with the sealed form. */
export const KEPT = 'kept'
const KEPT_MS = DAY

/** `to`: path and query that the form was sent to. */
export function keepForm(secrets: SecretBox, to: string, form: URLSearchParams, now: Millis): string {
  return secrets.seal(JSON.stringify({ to, until: now + KEPT_MS, form: form.toString() }))
}

/**
 * A posted form, with the kept form in the place of the field `kept`. Other posted fields replace fields of the kept form
 * with the same names. Undefined: the field holds no form for this address, or an old form.
 */
export function withKept(
  secrets: SecretBox,
  to: string,
  given: URLSearchParams,
  now: Millis,
): URLSearchParams | undefined {
  const sealed = given.get(KEPT)
  if (sealed === null) return given
  const kept = opened(secrets, sealed)
  if (kept === undefined || kept.to !== to || !(now < Number(kept.until))) return undefined
  const form = new URLSearchParams(String(kept.form))
  const others = [...given].filter(([name]) => name !== KEPT)
  for (const [name] of others) form.delete(name)
  for (const [name, value] of others) form.append(name, value)
  return form
}

/** Where a kept form goes; undefined: the text is none. */
export function keptFor(secrets: SecretBox, sealed: string): string | undefined {
  const to = opened(secrets, sealed)?.to
  return typeof to === 'string' ? to : undefined
}

function opened(secrets: SecretBox, sealed: string): Record<string, unknown> | undefined {
  try {
    const kept: unknown = JSON.parse(secrets.open(sealed))
    return isObject(kept) ? kept : undefined
  } catch {
    // An edited text, or a text under another key.
    return undefined
  }
}
