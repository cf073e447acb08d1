import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { calendarSchema, calendarWarnings } from '../../people/calendar.ts'
import { under } from '../../problem/problem.ts'
import { readList } from '../reading/list.ts'
import { readEntry } from '../reading/mapping.ts'
import { type Collection, entriesById } from './section.ts'
import { shownWarnings, withoutWarnings } from './shown-warnings.ts'

/** `calendars`: days and hours of work. */
export const calendarsSection: Collection<'calendars'> = {
  key: 'calendars',
  name: 'calendars',
  one: 'calendar',
  limit: LIMITS.calendars,
  *read(given) {
    const list = yield* readList(given, { limit: LIMITS.calendars, nameField: 'id' }, (entry) =>
      readEntry(calendarSchema, withoutWarnings(entry)),
    )
    return {
      value: list.entries.map(({ value }) => value),
      problems: list.problems,
      names: list.names,
      warnings: list.entries.flatMap(({ place, value }) => under(`[${place}]`, calendarWarnings(value))),
    }
  },
  show: (calendars) => calendars.map((calendar) => ({ ...calendar })),
  entries: entriesById,
  entryWarnings: (calendars, id) => calendars.filter((calendar) => calendar.id === id).flatMap(calendarWarnings),
  collection: true,
  get schema() {
    return z.array(described).max(LIMITS.calendars)
  },
  get entry() {
    return described
  },
}

/** An entry as documents and answers have the entry. */
const described = z.strictObject({ ...calendarSchema.shape, ...shownWarnings }).meta({ id: 'Calendar' })
