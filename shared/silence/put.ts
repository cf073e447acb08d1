import { LIMITS } from '../base/limits.ts'
import { never } from '../base/never.ts'
import type { Millis } from '../base/time.ts'
import { regexSteps } from '../matcher/regex.ts'
import { type PostedSilence, pruneSilences, type Silence, sameMatcher, silenceState } from './silence.ts'
import { isZero, silenceError } from './validate.ts'

export type PutSilence = { ok: true; silences: Silence[]; id: string } | { ok: false; status: 400 | 404; error: string }

/**
 * `POST /api/v2/silences`: creates a silence or changes a silence in place. Where a change would rewrite
 * past silencing, the old silence expires and a new silence is created. Errors are Alertmanager's.
 */
export function putSilence(
  silences: readonly Silence[],
  posted: PostedSilence,
  now: Millis,
  newId: string,
): PutSilence {
  if (posted.startsAt >= posted.endsAt)
    return invalidSilence('Failed to create silence: start time must be before end time')
  if (posted.endsAt < now) return invalidSilence("Failed to create silence: end time can't be in the past")
  return setSilence(silences, posted, now, newId)
}

/** `putSilence` without the checks that only the HTTP layer makes. */
export function setSilence(
  silences: readonly Silence[],
  posted: PostedSilence,
  now: Millis,
  newId: string,
): PutSilence {
  const wanted = isZero(posted.startsAt) ? { ...posted, startsAt: now } : posted
  const error = silenceError(wanted)
  if (error !== undefined) return invalidSilence(`invalid silence: ${error}`)
  const kept = pruneSilences(silences, now)
  if (!posted.id) return createSilence(kept, wanted, now, newId)
  const previous = kept.find(({ id }) => id === posted.id)
  if (previous === undefined) return { ok: false, status: 404, error: 'silence not found' }
  if (canUpdate(previous, wanted, now)) {
    const { id } = previous
    return withinLimits(
      kept.map((silence) => (silence === previous ? storedSilence(wanted, id, now) : silence)),
      id,
      now,
    )
  }
  return createSilence(
    kept.map((silence) => (silence === previous ? expiredSilence(silence, now) : silence)),
    wanted,
    now,
    newId,
  )
}

function createSilence(silences: readonly Silence[], posted: PostedSilence, now: Millis, id: string): PutSilence {
  // An earlier save of the same call, with a lost answer: deciding again with the same id adds no silence.
  if (silences.some((silence) => silence.id === id)) return { ok: true, silences: [...silences], id }
  const live = silences.filter((silence) => silenceState(silence, now) !== 'expired').length
  if (live >= LIMITS.liveSilences) {
    return invalidSilence(`exceeded maximum number of silences: ${live} (limit: ${LIMITS.liveSilences})`)
  }
  const startsAt = Math.max(posted.startsAt, now)
  return withinLimits([...silences, storedSilence({ ...posted, startsAt }, id, now)], id, now)
}

/** Copied field by field, so that no unknown field of the post is stored. */
function storedSilence(posted: PostedSilence, id: string, now: Millis): Silence {
  const { matchers, startsAt, endsAt, createdBy, comment, annotations } = posted
  const silence = {
    id,
    matchers: matchers.map(({ name, op, value }) => ({ name, op, value })),
    startsAt,
    endsAt,
    updatedAt: now,
    createdBy,
    comment,
  }
  return annotations === undefined ? silence : { ...silence, annotations }
}

/** Whether the change leaves past silencing untouched. */
export function canUpdate(previous: Silence, wanted: PostedSilence, now: Millis): boolean {
  const same =
    previous.matchers.length === wanted.matchers.length &&
    previous.matchers.every((matcher, index) => sameMatcher(matcher, wanted.matchers[index]!))
  if (!same) return false
  const state = silenceState(previous, now)
  switch (state) {
    case 'active':
      return wholeSecond(previous.startsAt) === wholeSecond(wanted.startsAt) && wanted.endsAt >= now
    case 'pending':
      return wanted.startsAt >= now
    case 'expired':
      return false
    default:
      return never(state)
  }
}

function wholeSecond(at: Millis): number {
  return Math.floor(at / 1000)
}

/** `DELETE /api/v2/silence/{id}`: an expired silence stays unchanged, so deleting twice is deleting once. */
export function expireSilence(silences: readonly Silence[], id: string, now: Millis): PutSilence {
  if (!silences.some((silence) => silence.id === id)) return { ok: false, status: 404, error: 'silence not found' }
  const changed = silences.map((silence) => (silence.id === id ? expiredSilence(silence, now) : silence))
  return { ok: true, silences: changed, id }
}

function expiredSilence(silence: Silence, now: Millis): Silence {
  const state = silenceState(silence, now)
  switch (state) {
    case 'active':
      return { ...silence, endsAt: now, updatedAt: now }
    case 'pending':
      return { ...silence, startsAt: now, endsAt: now, updatedAt: now }
    case 'expired':
      return silence
    default:
      return never(state)
  }
}

/** Every alert is compared with every live silence, so the expressions of all live silences have one limit. */
function withinLimits(silences: readonly Silence[], id: string, now: Millis): PutSilence {
  const live = silences.filter((silence) => silenceState(silence, now) !== 'expired')
  const steps = live.reduce((sum, { matchers }) => sum + regexSteps(matchers), 0)
  if (steps <= LIMITS.silencesRegexSize) return withinSize(silences, id, now)
  return invalidSilence(
    `silences exceeded maximum size of regular expressions: ${steps} steps (limit: ${LIMITS.silencesRegexSize} steps)`,
  )
}

/** History gives way, oldest first, before a silence is refused for want of room. */
function withinSize(silences: readonly Silence[], id: string, now: Millis): PutSilence {
  const sized = silences.map((silence) => ({ silence, bytes: Buffer.byteLength(JSON.stringify(silence)) + 1 }))
  let bytes = sized.reduce((sum, entry) => sum + entry.bytes, 0)
  const history = sized.filter(({ silence }) => silenceState(silence, now) === 'expired' && silence.id !== id)
  history.sort((a, b) => a.silence.endsAt - b.silence.endsAt)
  const dropped = new Set<Silence>()
  for (const { silence, bytes: size } of history) {
    if (bytes <= LIMITS.silencesBytes) break
    dropped.add(silence)
    bytes -= size
  }
  if (bytes > LIMITS.silencesBytes) {
    return invalidSilence(`silences exceeded maximum size: ${bytes} bytes (limit: ${LIMITS.silencesBytes} bytes)`)
  }
  return { ok: true, silences: silences.filter((silence) => !dropped.has(silence)), id }
}

function invalidSilence(error: string): PutSilence {
  return { ok: false, status: 400, error }
}
