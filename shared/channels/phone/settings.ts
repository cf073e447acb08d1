import * as z from 'zod'
import { field } from '../../settings/field.ts'
import { PHONE_WORDS, type PhoneWords } from './words.ts'

/*
 * Settings of every kind of channel that reaches phones.
 */

const COUNTRY = /^[1-9]\d{0,3}$/
const MOST_COUNTRIES = 50
const MOST_PARAMETERS = 20

/** Alerts that the words of a message are made of. */
export const MOST_ALERTS = 20

const countriesText = z
  .array(z.string().regex(COUNTRY, 'is not a country code such as 86'))
  .min(1, 'has no country')
  .max(MOST_COUNTRIES, `limit: has more than ${MOST_COUNTRIES} countries`)
  .optional()

/** Messages to premium numbers cost the owner of the number nothing and the sender much. */
export function countriesField(absent: string) {
  return field(countriesText, { label: 'Countries', help: `Country codes that messages go to. Absent: ${absent}.` })
}

export const paramsField = field(
  z
    .record(z.string().regex(/^[A-Za-z]\w{0,30}$/, 'is not the name of a variable'), z.enum(PHONE_WORDS))
    .refine((params) => Object.keys(params).length <= MOST_PARAMETERS, `limit: has more than ${MOST_PARAMETERS} names`)
    .optional(),
  {
    label: 'Variables',
    help: `By the name of a variable in the template, one of ${PHONE_WORDS.join(', ')}. Absent: all of these by their own names.`,
  },
)

/** The variables of the template as JSON; every value is a text. */
export function parametersOf(
  words: PhoneWords,
  params: Readonly<Record<string, keyof PhoneWords>> | undefined,
): string {
  if (params === undefined) return JSON.stringify(words)
  return JSON.stringify(Object.fromEntries(Object.entries(params).map(([name, word]) => [name, words[word]])))
}
