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

function checked(text: string): string {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!url || !isWeb || url.username || url.password || url.search || url.hash) {
    throw refusal(`${NAME} has to be an http(s) URL without user, query or fragment`, 'PUBLIC_URL_INVALID')
  }
  return (url.origin + url.pathname).replace(/\/+$/, '')
}
