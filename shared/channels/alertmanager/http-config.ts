import type { Settings } from '../../settings/field.ts'

/** `http_config` of alertmanager.yml, with the keys that amtool 0.25 knows. Empty: there is nothing to say. */
export function httpConfigOf({ basicAuth, authorization }: Settings): Settings {
  const login = {
    ...(basicAuth !== undefined && { basic_auth: basicAuth }),
    ...(authorization !== undefined && shownAuthorization(authorization as Settings)),
  }
  return Object.keys(login).length > 0 ? { http_config: login } : {}
}

/** Alertmanager refuses the scheme `Basic` here: it has to be `basic_auth`. */
function shownAuthorization(authorization: Settings): Settings {
  const { type, credentials } = authorization
  return String(type).toLowerCase() === 'basic' ? { basic_auth: { password: credentials } } : { authorization }
}
