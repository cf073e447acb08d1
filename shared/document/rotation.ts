import type { Millis } from '../base/time.ts'
import type { Config, Integration } from '../config/config.ts'
import { type Sections, sectionsOf } from '../config/sections.ts'

export type Rotation =
  | { ok: true; next: Sections }
  | { ok: false; reason: 'unknown' }
  | { ok: false; reason: 'overlapping'; until: Millis }

/**
 * Gives an integration a new URL. At most two URLs work. While the URL before the last rotation still works, only a
 * rotation without overlap is accepted, and ends every older URL: a rotation that is repeated after a lost answer
 * ends no URL in use.
 */
export function rotateIntegration(
  current: Config,
  id: string,
  { overlapMs, now }: { overlapMs: Millis; now: Millis },
): Rotation {
  const found = current.integrations.find((one) => one.id === id)
  if (found === undefined) return { ok: false, reason: 'unknown' }
  const until = previousUntil(found, now)
  if (until !== undefined && overlapMs > 0) return { ok: false, reason: 'overlapping', until }
  const { previous: _ended, generation, ...rest } = found
  const integration: Integration = {
    ...rest,
    generation: generation + 1,
    ...(overlapMs > 0 ? { previous: { generation, until: now + overlapMs } } : {}),
  }
  const sections = sectionsOf(current)
  const integrations = sections.integrations.map((one) => (one === found ? integration : one))
  return { ok: true, next: { ...sections, integrations } }
}

/** Time until which the URL before the last rotation works; undefined when that URL has ended. */
export function previousUntil({ previous }: Integration, now: Millis): Millis | undefined {
  return previous !== undefined && previous.until > now ? previous.until : undefined
}
