import type { Settings } from '../../../settings/field.ts'
import { loginSettings } from '../file/http-config.ts'
import { isTemplate } from '../file/template.ts'
import { canonicalUrl } from '../file/webhook-url.ts'

/**
 * The address of an entry in canonical form, with the login of the entry. A user and a password in the URL replace other
 * credentials, as Go's client does.
 */
export function addressed(name: string, text: string | undefined, http: Settings): Settings {
  if (text === undefined) return http
  if (isTemplate(text)) return { ...http, [name]: text }
  const { url, login } = canonicalUrl(text)
  if (login === undefined) return { ...http, [name]: url }
  const { basicAuth: _basic, authorization: _other, ...rest } = http
  return { ...rest, [name]: url, ...loginSettings(login.username, login.password) }
}
