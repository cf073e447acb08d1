import * as z from 'zod'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { type Silence, silenceState } from '../../../shared/silence/silence.ts'
import { time } from '../http/schemas.ts'

export const SILENCE_STATES = ['active', 'pending', 'expired'] as const

const matcherView = z
  .object({ label: z.string(), op: z.enum(['=', '!=', '=~', '!~']), value: z.string() })
  .meta({ id: 'ShownMatcher' })

export const silenceItem = z
  .object({
    id: z.string(),
    state: z.enum(SILENCE_STATES),
    matchers: z.array(matcherView),
    startsAt: time,
    endsAt: time,
    by: z.string(),
    comment: z.string(),
    updatedAt: time,
    mutes: z.int().optional().describe('Firing alerts that the silence holds back now; only of active silences'),
  })
  .meta({ id: 'Silence' })

function showMatchers(matchers: readonly Matcher[]): z.output<typeof matcherView>[] {
  return matchers.map(({ name, op, value }) => ({ label: name, op, value }))
}

export function showSilence(silence: Silence, now: Millis, mutes?: number): z.output<typeof silenceItem> {
  const { id, matchers, startsAt, endsAt, createdBy, comment, updatedAt } = silence
  return {
    ...{ id, state: silenceState(silence, now), matchers: showMatchers(matchers) },
    ...{ startsAt: toRfc3339(startsAt), endsAt: toRfc3339(endsAt), by: createdBy, comment },
    ...{ updatedAt: toRfc3339(updatedAt), mutes },
  }
}
