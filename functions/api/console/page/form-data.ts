import { readBody } from '../../../../shared/base/body.ts'
import { mediaType } from '../../http/body.ts'
import type { Refusal } from '../../http/route.ts'
import { refuseWith } from '../../http/route.ts'
import { KEPT } from './kept-form.ts'

/** The fields of a posted form, as texts. */
export type Form = URLSearchParams

const FORM_BYTES = 256 * 1024
const MOST_FIELDS = 2000

/** The largest form of all: a table of people. */
export const LARGEST_FORM_BYTES = 1024 * 1024
/** A kept form comes back in base64, beside other fields. */
const SEALED = 2

/** A form as browsers send forms, or a kept form. Texts are brought to one form of line ends. */
export async function readForm(request: Request, limitBytes = FORM_BYTES): Promise<Form | Refusal> {
  if (mediaType(request) !== 'application/x-www-form-urlencoded') {
    return refuseWith(415, 'unsupported_media_type', 'a form is sent as application/x-www-form-urlencoded')
  }
  const read = await readBody(request, SEALED * limitBytes)
  if (!read.ok) return refuseWith(read.status, read.code, read.message)
  const form = new URLSearchParams(new TextDecoder().decode(read.bytes))
  if (read.bytes.length > limitBytes && !form.has(KEPT)) {
    return refuseWith(413, 'too_large', `a form has at most ${limitBytes} bytes`)
  }
  if (form.size > MOST_FIELDS) return refuseWith(413, 'too_large', `a form has at most ${MOST_FIELDS} fields`)
  return new URLSearchParams([...form].map(([name, value]): [string, string] => [name, value.replaceAll('\r\n', '\n')]))
}

/** A field without the spaces around it; undefined when empty. */
export function field(form: Form, name: string): string | undefined {
  return form.get(name)?.trim() || undefined
}
