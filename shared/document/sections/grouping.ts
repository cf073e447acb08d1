import * as z from 'zod'
import { formatDuration } from '../../base/duration.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Policy } from '../../config/config.ts'
import { duration, EVERY_LABEL, groupBy, interval } from '../reading/fields.ts'
import { match } from '../reading/matchers.ts'
import { type Reference, type Shown, textsOf } from './section.ts'

/* The fields that policies and routes of tocsin.yml have alike. */

const names = z.array(z.string().min(1).max(1000)).max(LIMITS.matchers)

export const groupingFields = {
  match: match.optional(),
  /** `groupBy: "..."` alone is fine too. */
  groupBy: z.preprocess((value) => (value === EVERY_LABEL ? [value] : value), groupBy).optional(),
  groupWait: duration.optional(),
  groupInterval: interval.optional(),
  repeatInterval: interval.optional(),
  muteTimes: names.optional(),
  activeTimes: names.optional(),
  silencedEnds: z.enum(['told', 'dropped'], 'expected told or dropped').optional(),
}

/** An empty list is the default of policies and routes, so empty lists are left out. */
export function showGrouping(policy: Policy): Shown {
  const { match, groupBy, muteTimes, activeTimes, silencedEnds } = policy
  return {
    ...(match.length === 0 ? {} : { match: match.map(({ name, op, value }) => ({ label: name, op, value })) }),
    groupBy: groupBy === 'all' ? [EVERY_LABEL] : groupBy,
    groupWait: formatDuration(policy.groupWaitMs),
    groupInterval: formatDuration(policy.groupIntervalMs),
    repeatInterval: formatDuration(policy.repeatIntervalMs),
    ...(muteTimes.length === 0 ? {} : { muteTimes }),
    ...(activeTimes.length === 0 ? {} : { activeTimes }),
    silencedEnds,
  }
}

/** The names of time intervals in the given fields of a policy or route. */
export function intervalReferences(written: Shown, fields: readonly string[]): Reference[] {
  return fields.flatMap((field) =>
    textsOf(written[field]).map(({ place, text }) => ({
      path: `${field}[${place}]`,
      to: 'timeIntervals',
      name: text,
    })),
  )
}
