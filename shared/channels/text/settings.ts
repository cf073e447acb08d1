import * as z from 'zod'
import { isZone } from '../../interval/zone.ts'
import { LANGUAGES } from '../../message-text/words.ts'
import { field } from '../../settings/field.ts'

export const timeZoneText = z
  .string()
  .refine((zone) => zone !== '' && isZone(zone), 'is not a time zone of the IANA database, such as Asia/Shanghai')
  .default('UTC')

/** Settings of every kind whose messages people read. */
export const textFields = {
  language: field(z.enum(LANGUAGES).default('en'), { label: 'Language' }),
  timeZone: field(timeZoneText, { label: 'Time zone', help: 'IANA zone of the times in messages.' }),
}
