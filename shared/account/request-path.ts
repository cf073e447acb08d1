/**
 * The path of a request, in the one form that is compared with routes: one `/` between segments, none at the end, no
 * `.` and `..`, and no escaped letter where the letter itself may stand (RFC 3986 §6.2.2). Alertmanager answers such
 * paths with a redirect; many senders follow none and would lose the alerts.
 */
export interface RequestPath {
  /** The path of the public URL, if the request has it in front; `''` otherwise. */
  base: string
  path: string
}

/** The path of a public URL: `/tocsin` of `https://example.com/tocsin/`, and `''` of a URL without a path. */
export function basePathOf(publicUrl: string): string {
  const path = settled(cutPath(publicUrl))
  return path === '/' ? '' : path
}

/**
 * Reads the path in the URL of a request. A proxy may pass the path of the public URL on or take it away, so both
 * forms are the same request. The base is taken away only where a path of Tocsin follows, so a public URL that ends
 * in `/api` hides no route.
 */
export function requestPath(url: string, base: string): RequestPath {
  const path = settled(cutPath(url))
  if (base === '' || !(path === base || path.startsWith(`${base}/`))) return { base: '', path }
  const below = path.slice(base.length)
  if (below === '') return { base, path: '/' }
  return FIRST_SEGMENTS.has(below.split('/', 2)[1] ?? '') ? { base, path: below } : { base: '', path }
}

/** The first segments of all routes. */
const FIRST_SEGMENTS: ReadonlySet<string> = new Set([
  ...['api', 'i', 'l', '-', 'metrics', 'openapi.json'],
  // Pages of the console.
  ...['assets', 'sign-in', 'session', 'preferences', 'more', 'incidents', 'silences', 'inbox', 'integrations'],
  ...['channels', 'forwarding', 'rules', 'rule-templates', 'people', 'users', 'user-groups', 'recipients', 'policies'],
  ...['templates', 'deliveries', 'events', 'views', 'settings', 'calendars', 'shifts'],
])

/** Cuts the path by hand: a URL object costs more than the rest of the work on a small post. */
function cutPath(url: string): string {
  const query = url.indexOf('?')
  const end = query < 0 ? url.length : query
  const start = url.indexOf('/', url.indexOf('//') + 2)
  return start < 0 || start > end ? '/' : url.slice(start, end)
}

/** Signs that a path may be in another form. */
const ODD = /\/\/|%|\/\.|.\/$/

function settled(path: string): string {
  if (!ODD.test(path)) return path
  const segments: string[] = []
  for (const segment of unescaped(path).split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return `/${segments.join('/')}`
}

/**
 * Letters, digits and `-._~` mean the same escaped and as they are; every other escape means another character and
 * stays, with its digits in one case. https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
 */
function unescaped(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : escaped.toUpperCase()
  })
}
