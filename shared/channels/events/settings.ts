import * as z from 'zod'
import { isZone } from '../../interval/zone.ts'
import type { ChannelField } from '../../settings/field.ts'

/*
 * What every kind of event bus lets people choose about its events.
 */

/** EventBridge takes sources of 128 characters, types of 64 and names of 127 (its PutEvents, client validation). */
const SOURCE_CHARS = 128
const PREFIX_CHARS = 64 - ':comment'.length
const NAME_CHARS = 127

/** The characters of a URI reference (https://www.rfc-editor.org/rfc/rfc3986#appendix-A), which `source` has to be. */
const URI_REFERENCE = /^(?:[\w\-.~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/

export const eventFields: readonly ChannelField[] = ['source', 'typePrefix', 'timeZone', 'links'].map((name) => ({
  name,
  secret: false,
}))

/** Of a bus, a region or an account. */
export const nameText = z
  .string()
  .max(NAME_CHARS)
  .regex(/^[\w.:/-]+$/, 'has to be of the characters a-z A-Z 0-9 . _ : / -')

/** The keys that such a kind has among its own. */
export const eventShape = {
  source: z
    .string()
    .max(SOURCE_CHARS)
    .refine(isSource, 'has to be a URI or a name that is part of one')
    .default('arms'),
  typePrefix: z
    .string()
    .max(PREFIX_CHARS)
    .regex(/^[\w.:/-]+$/, 'has to be of the characters a-z A-Z 0-9 . _ : / -')
    .default('aliyun:arms:alarm'),
  timeZone: z
    .string()
    .refine((zone) => zone !== '' && isZone(zone), 'is not a time zone of the IANA database, such as Asia/Shanghai')
    .default('UTC'),
  links: z.boolean().optional(),
}

/** A colon in the first part of a path would make a scheme of what is before it. */
function isSource(text: string): boolean {
  return URI_REFERENCE.test(text) && (!/^[^/?]*:/.test(text) || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text))
}
