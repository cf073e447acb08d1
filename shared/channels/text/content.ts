import type { ContentForm } from '../../channel/content-form.ts'
import { type Form, JSON_FORM, PLAIN } from '../../jinja/values/form.ts'

/** Content templates of kinds that show text without markup. */
export const PLAIN_CONTENT: ContentForm = { title: 'title', form: () => PLAIN, between: '\n\n' }

/** The same of a call or a text message, which is one line. */
export const LINE_CONTENT: ContentForm = { form: () => PLAIN, between: ' ' }

/** A template that begins as JSON does is JSON. */
export function bodyForm(begin: string): Form {
  return /^[{["]/.test(begin) ? JSON_FORM : PLAIN
}
