import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { urlProblem } from '../../outbound/url.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { type Fields, field, type TemplateOf } from '../../settings/field.ts'
import { httpFields } from '../http/settings.ts'

/*
 * Fields of the receivers of alertmanager.yml, under Alertmanager's names (facts from prometheus/alertmanager 0.34,
 * Apache-2.0). Texts are templates: each message replaces them by the texts that they make.
 */

const MOST_ENTRIES = 100
const URL_CHARS = 4096

export const templateText = z.string().max(LIMITS.templateChars)

/** A template with a default, mostly one of Alertmanager's default templates. */
export function words(label: string, fallback = '', template: TemplateOf = 'text') {
  return field(templateText.default(fallback), { label, template })
}

/** A template that is required, and that is a secret. */
export function secretWords(label: string) {
  return field(templateText.min(1, 'must not be empty'), { label, secret: true, template: 'text' })
}

/** Entries of a list whose texts are templates. */
export function templateList<Entry extends z.ZodType>(label: string, entry: Entry) {
  return field(z.array(entry).max(MOST_ENTRIES).default([]), { label, template: 'text' })
}

/** Templates by name. The names are no templates. */
export function templateMapping<Value extends z.ZodType>(label: string, value: Value, help?: string) {
  return field(mappingOf(value).default({}), { label, template: 'text', ...(help !== undefined && { help }) })
}

export function mappingOf<Value extends z.ZodType>(value: Value) {
  return z.record(z.string().min(1).max(1000), value).refine((given) => Object.keys(given).length <= MOST_ENTRIES, {
    error: `limit: has more than ${MOST_ENTRIES} entries`,
  })
}

/** `{{ template "name" . }}` */
export function call(name: string): string {
  return `{{ template "${name}" . }}`
}

/** The address to which messages are posted, which mostly has a token in it. */
export function secretUrl(label: string) {
  return field(checkedText(urlProblem, z.string().min(1, 'must not be empty').max(URL_CHARS)), {
    label,
    secret: true,
    address: true,
  })
}

/** The address of a service. A token goes along in another field. */
export function serviceUrl(fallback: string) {
  return field(checkedText(urlProblem, z.string().min(1, 'must not be empty').max(URL_CHARS)).default(fallback), {
    label: 'URL',
    address: true,
  })
}

export function switchField(label: string, fallback = false) {
  return field(z.boolean().default(fallback), { label })
}

const { headers, basicAuth, authorization, timeoutMs } = httpFields

/** `http_config` of alertmanager.yml, as far as it is taken, and the time-out. */
export const receiverHttpFields = { headers, basicAuth, authorization, timeoutMs }

/** Whether a field is one of these, and not one of the receiver's own under the same name. */
export function isHttpField(name: string, fields: Fields): boolean {
  return Object.hasOwn(receiverHttpFields, name) && fields[name] === (receiverHttpFields as Fields)[name]
}
