import { basePathOf } from '../../../shared/account/request-path.ts'
import { type OslsFunction, refusal } from './osls.ts'

const NAME = 'TOCSIN_PUBLIC_URL'

/**
 * Links and integration URLs append a path to the public URL. A wrong public URL is noticed late, when a reader follows
 * a link. An absent or empty setting gives `otherwise`.
 */
export function settlePublicUrl(functions: Readonly<Record<string, OslsFunction>>, otherwise: unknown): void {
  for (const { environment } of Object.values(functions)) {
    const given = environment?.[NAME]
    if (environment === undefined || given === undefined) continue
    environment[NAME] = typeof given === 'string' && given !== '' ? checked(given) : otherwise
  }
}

/**
 * With a path in the public URL, the gateway has every route twice: a proxy in front may pass the path on or take the
 * path away. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function addBaseRoutes(functions: Readonly<Record<string, OslsFunction>>): void {
  for (const settings of Object.values(functions)) {
    const publicUrl = settings.environment?.[NAME]
    const base = typeof publicUrl === 'string' ? basePathOf(publicUrl) : ''
    if (base === '' || settings.events === undefined) continue
    const more = settings.events.flatMap((event) => {
      const [, method, path] = /^(\S+) (\/\S*)$/.exec(String((event as { httpApi?: unknown }).httpApi)) ?? []
      return path === undefined ? [] : [{ httpApi: `${method} ${base}${path}` }]
    })
    settings.events = [...settings.events, ...more]
  }
}

function checked(text: string): string {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!url || !isWeb || url.username || url.password || url.search || url.hash) {
    throw refusal(`${NAME} has to be an http(s) URL without user, query or fragment`, 'PUBLIC_URL_INVALID')
  }
  return (url.origin + url.pathname).replace(/\/+$/, '')
}
