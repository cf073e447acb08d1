import * as z from 'zod'
import { isObject } from '../../base/value.ts'
import { MOST_QUOTA, QUOTA_KINDS } from '../../config/quota.ts'
import { isEmpty, readEntry } from '../reading/mapping.ts'
import type { Section } from './section.ts'

/** `quotas`: messages to a user in a day. Null takes the quotas away, and the defaults of the product hold. */
export const quotasSection: Section<'quotas'> = {
  key: 'quotas',
  name: 'quotas',
  one: 'quota',
  limit: QUOTA_KINDS.length,
  read(given, { current }) {
    if (given === null || (isObject(given) && Object.values(given).every(isEmpty))) {
      return { value: undefined, problems: [] }
    }
    const read = readEntry(schema, given)
    return read.ok ? { value: read.value, problems: [] } : { value: current.quotas, problems: read.problems }
  },
  show: (quotas) => ({ ...quotas }),
  entries: (quotas) => Object.entries(quotas),
  get schema() {
    return schema
  },
}

const quota = z
  .int()
  .min(1, 'must be 1 or more: to send nothing, leave the channel out of the policies')
  .max(MOST_QUOTA, `limit: at most ${MOST_QUOTA}`)
  .optional()

const schema = z
  .strictObject({
    sms: quota.describe('Text messages to a user in a day of the time zone of the user. Absent: 50'),
    voice: quota.describe('Calls of a user in a day. Absent: 20'),
    email: quota.describe('E-mails to a user in a day. Absent: no quota'),
  })
  .meta({ id: 'Quotas' })
