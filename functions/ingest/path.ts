/** Where a request wants to go. `below`: the path under the token, `''` for the URL itself. */
export interface IngestPath {
  token: string
  below: string
}

export const ALERTS = '/api/v2/alerts'

/**
 * `/i/{token}` and `/i/{token}/api/v2/alerts`. The token is taken as it is written: whoever changes a
 * letter of it, or escapes one, has another token. Cut by hand, as a URL object costs more than the rest.
 */
export function readPath(url: string): IngestPath | undefined {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  if (start < 0 || !url.startsWith('/i/', start)) return undefined
  const query = url.indexOf('?', start)
  const path = query < 0 ? url.slice(start) : url.slice(start, query)
  const end = path.indexOf('/', 3)
  if (end < 0) return { token: path.slice(3), below: '' }
  const below = path.slice(end)
  return { token: path.slice(3, end), below: below.endsWith('/') ? below.slice(0, -1) : below }
}

export function isAlertmanagerPath(below: string): boolean {
  return below === '/api/v2' || below.startsWith('/api/v2/')
}
