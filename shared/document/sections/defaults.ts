import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import type { Defaults } from '../../config/config.ts'
import { isEmpty, readEntry } from '../reading/mapping.ts'
import { flowAction, showAction } from './flow.ts'
import { flowReferences, namedEntries } from './flow-references.ts'
import type { Section } from './section.ts'

/** `defaults`: what holds where nothing else is said. Null, or no recipients, takes the defaults away. */
export const defaultsSection: Section<'defaults'> = {
  key: 'defaults',
  name: 'defaults',
  one: 'default',
  limit: 1,
  read(given, { current }) {
    if (given === null || (isObject(given) && Object.values(given).every(isEmpty))) {
      return { value: undefined, problems: [] }
    }
    const read = readEntry(schema, given)
    return read.ok ? { value: read.value, problems: [] } : { value: current.defaults, problems: read.problems }
  },
  show: ({ recipients, calendar }) => ({
    recipients: recipients.map(showAction),
    ...(calendar === undefined ? {} : { calendar }),
  }),
  entries: (defaults) => [['defaults', defaults]],
  references(written, { next, document }) {
    if (!isObject(written)) return []
    const { recipients: notify, calendar } = written
    return flowReferences({ notify, calendar }, namedEntries(next, document)).map((reference) => ({
      ...reference,
      entry: 'recipients',
      path: reference.path.replace(/^notify/, 'recipients'),
    }))
  },
  get schema() {
    return schema
  },
}

const schema = z
  .strictObject({
    recipients: z
      .array(flowAction)
      .min(1, 'must have an action')
      .max(LIMITS.flowActions, `limit: at most ${LIMITS.flowActions} actions are allowed`)
      .describe('Told of alerts that rules of the account raise and no policy takes'),
    calendar: z.string().optional().describe('Id of the calendar for the periods of the recipients'),
  })
  .superRefine(({ recipients, calendar }, context) => {
    for (const [place, { period }] of recipients.entries()) {
      if (period === 'any' || calendar !== undefined) continue
      const message = 'needs a calendar: name one in `calendar`'
      context.addIssue({ code: 'custom', path: ['recipients', place, 'period'], message })
    }
  })
  .transform(({ recipients, calendar }): Defaults => {
    return { recipients, ...(calendar === undefined ? {} : { calendar }) }
  })
  .meta({ id: 'Defaults' })
