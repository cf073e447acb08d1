import type { Labels } from '../alert/labels.ts'
import { never } from '../base/never.ts'
import { HOUR, type Millis } from '../base/time.ts'
import type { Matcher } from '../matcher/matcher.ts'

/** Holds back an alert that every matcher of the silence matches, from `startsAt` until `endsAt`. */
export interface Silence {
  id: string
  matchers: Matcher[]
  startsAt: Millis
  endsAt: Millis
  updatedAt: Millis
  createdBy: string
  comment: string
  annotations?: Labels
}

/** A silence as posted. With the id of an existing silence the post changes that silence. */
export type PostedSilence = Omit<Silence, 'id' | 'updatedAt'> & { id?: string }

export type SilenceState = 'pending' | 'active' | 'expired'

/**
 * At `endsAt` a silence has expired, as an alert has resolved then. Alertmanager lets a
 * silence live a tick of the nanosecond clock longer; in milliseconds an expired silence would act for 1 ms more.
 */
export function silenceState({ startsAt, endsAt }: Pick<Silence, 'startsAt' | 'endsAt'>, now: Millis): SilenceState {
  if (endsAt <= now) return 'expired'
  return now < startsAt ? 'pending' : 'active'
}

/** Active by end, then pending by start, then expired from the newest end. */
export function sortSilences(silences: readonly Silence[], now: Millis): Silence[] {
  const placed = silences.map((silence) => ({ silence, place: placeOf(silence, now) }))
  placed.sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1])
  return placed.map(({ silence }) => silence)
}

function placeOf(silence: Silence, now: Millis): [state: number, time: number] {
  const state = silenceState(silence, now)
  switch (state) {
    case 'active':
      return [0, silence.endsAt]
    case 'pending':
      return [1, silence.startsAt]
    case 'expired':
      return [2, -silence.endsAt]
    default:
      return never(state)
  }
}

/** The time for which an expired silence stays visible (Alertmanager's `--data.retention`). */
export const SILENCE_RETENTION_MS = 120 * HOUR

export function pruneSilences(silences: readonly Silence[], now: Millis): Silence[] {
  return silences.filter(({ endsAt }) => now < endsAt + SILENCE_RETENTION_MS)
}

/** A list filter: the silence has every wanted matcher literally. The alerts that a silence matches do not count. */
export function hasMatchers(silence: Silence, wanted: readonly Matcher[]): boolean {
  return wanted.every((matcher) => silence.matchers.some((own) => sameMatcher(own, matcher)))
}

export function sameMatcher(a: Matcher, b: Matcher): boolean {
  return a.name === b.name && a.op === b.op && a.value === b.value
}
