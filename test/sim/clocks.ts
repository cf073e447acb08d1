import { type Chance, DAY, HOUR, MINUTE } from '../../shared/base/time.ts'
import type { Sections } from '../../shared/config/sections.ts'
import { RECOVER_MS, type Story } from './story.ts'
import { between, pick } from './world.ts'

/**
 * In some stories the clock of the whole hub is set. Nobody then says when something ends: the end would be by a clock
 * that is wrong.
 */
export function drawHub(chance: Chance, { stormMs, posts }: Story): Partial<Story> {
  if (chance() >= 0.2) return {}
  const back = pick(chance, STEPS_MS)
  const wrongByMs = chance() < 0.3 ? -pick(chance, STEPS_MS) : back
  const hub = { wrongByMs, rightAtMs: between(chance, 1, stormMs) }
  return { hub, silences: [], posts: posts.map(({ endsAfterMs: _, sinceMs: __, ...post }) => post) }
}

/** From a second to more than a year. */
const STEPS_MS = [1_000, 12_000, 40_000, 10 * MINUTE, HOUR, DAY, 400 * DAY]

/** In some stories the clock of one worker alone is far ahead or behind, until it is set right. */
export function drawStep(chance: Chance, story: Story): Partial<Story> {
  const { hub, stormMs } = story
  const [isDrawn, isAhead, isAlone] = [chance() < 0.15, chance() < 0.5, chance() < 0.5]
  const step = pick(chance, STEPS_MS) * (isAhead ? 1 : -1)
  const atMs = between(chance, 1, stormMs)
  const isHub = hub !== undefined
  const recovery = Math.abs(hub?.wrongByMs ?? (isDrawn ? step : 0)) > RECOVER_MS ? withoutRecovery(story) : {}
  if (!isDrawn || isHub) return recovery
  return { ...recovery, skewsMs: isAlone ? [step] : [0, step], setRightAtMs: atMs, calmMs: LONG_PATIENCE_MS }
}

/**
 * Two workers whose clocks are a day apart take minutes for days: after a few attempts the next attempt may be as far
 * off as the backoff goes, 6 h and a half of that more.
 */
const LONG_PATIENCE_MS = 10 * HOUR

/** A clock that is set forward by more than the recovery time ends every alert that nobody repeats, and rightly so. */
function withoutRecovery({ sections, changes }: Story): Pick<Story, 'sections' | 'changes'> {
  const drawn = (before: Sections): Sections => {
    return { ...before, integrations: before.integrations.map((one) => ({ ...one, autoRecoverAfterMs: 0 })) }
  }
  return { sections: drawn(sections), changes: changes.map((one) => ({ ...one, sections: drawn(one.sections) })) }
}
