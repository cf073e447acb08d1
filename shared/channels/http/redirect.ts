import type { OutboundRequest } from '../../outbound/request.ts'

const LONGEST_TEXT = 200
/** A shorter part of a request is found in any text by chance. */
const SHORTEST_SECRET = 3
const HIDDEN = '…'

/**
 * The address to which an answer redirects, to be shown to people: scheme, host and path. The path of a redirect often
 * repeats the path of the request, which may hold a token; parts of the location that repeat a part of the request are
 * hidden, and so are the query, the fragment, a user and a password. Undefined: the answer names no address.
 */
export function redirectAddress(
  location: string | undefined,
  request: Pick<OutboundRequest, 'url' | 'headers'>,
): string | undefined {
  if (location === undefined || !URL.canParse(location, request.url)) return undefined
  const to = new URL(location, request.url)
  if (to.protocol !== 'http:' && to.protocol !== 'https:') return undefined
  const secrets = secretsOf(request)
  const hide = (part: string): string => (secrets.some((secret) => plain(part).includes(secret)) ? HIDDEN : part)
  const host = to.host.split('.').map(hide).join('.')
  const path = to.pathname.split('/').map(hide).join('/')
  const text = `${to.protocol}//${host}${path}`
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}${HIDDEN}` : text
}

/** Every part of a request that may be secret, in the form that `plain` gives. */
function secretsOf({ url, headers }: Pick<OutboundRequest, 'url' | 'headers'>): string[] {
  const { pathname, searchParams } = new URL(url)
  const words = Object.values(headers).flatMap((value) => [value, ...value.split(/[\s,;=]+/)])
  return [...pathname.split('/'), ...searchParams.values(), ...searchParams.keys(), ...words]
    .map(plain)
    .filter((part) => part.length >= SHORTEST_SECRET)
}

/** Escapes and upper case are other spellings of the same text. */
function plain(part: string): string {
  try {
    return decodeURIComponent(part).toLowerCase()
  } catch {
    return part.toLowerCase()
  }
}
