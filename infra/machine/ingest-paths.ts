/** `/i/{token}` and what lies below it, without the query. */
const INTEGRATION = /^\w+:\/\/[^/]*\/i\/[^/?]+(\/[^?]*)?(?:\?|$)/

/** What is posted below a token and is no alert. */
const POSTED_TO_API = ['/api/v2/silences', '/-/reload']

/**
 * Which requests are ingest's: all to `/i/{token}`, with a `/` behind it or not, and what is posted below.
 * The rest below a token is the api's. The gateway of a deployment goes by the routes in `function.yml`.
 */
export function isIngest(method: string, url: string): boolean {
  const found = INTEGRATION.exec(url)
  if (found === null) return false
  const below = found[1] ?? '/'
  return below === '/' || (method === 'POST' && !POSTED_TO_API.includes(below))
}
