/**
 * The functions that serve the URL of an integration, `/i/{token}`, and the paths below it. Paths are written
 * as the routes of an API Gateway HTTP API: `{token}` is one segment, `{below+}` is one or more. The routes of
 * `function.yml` are the same rows; `test/unit/account/integration-path.test.ts` compares the two.
 *
 * A request that matches no row belongs to the api. The more exact path wins, as at the gateway.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export const INTEGRATION_ROUTES: readonly IntegrationRoute[] = [
  { server: 'ingest', method: 'ANY', path: '/i/{token}' },
  { server: 'ingest', method: 'POST', path: '/i/{token}/api/v2/alerts' },
  // A path with `/` at the end is another path for a gateway; ingest also answers 404 for unknown paths.
  { server: 'ingest', method: 'POST', path: '/i/{token}/{below+}' },
  { server: 'api', method: 'POST', path: '/i/{token}/api/v2/silences' },
  { server: 'api', method: 'POST', path: '/i/{token}/-/reload' },
]

export interface IntegrationRoute {
  server: 'ingest' | 'api'
  method: 'ANY' | 'POST'
  path: string
}

/** Routes at which ingest takes alerts in, with POST as the only accepted method. */
export const POSTED_TO_INGEST: readonly string[] = INTEGRATION_ROUTES.filter(
  ({ server, path }) => server === 'ingest' && !path.includes('+}'),
).map(({ path }) => path)

/** A path in the URL of an integration. */
export interface IntegrationPath {
  token: string
  /** The rest of the path behind the token, with its leading `/`; `''` for the integration's URL itself. */
  below: string
}

/**
 * Splits the path of a URL, without host and query. The token stays as the client wrote the token: a changed or
 * escaped letter makes another token. Undefined: the path is not below `/i/`.
 */
export function readIntegrationPath(path: string): IntegrationPath | undefined {
  if (!path.startsWith(PREFIX)) return undefined
  const end = path.indexOf('/', PREFIX.length)
  if (end < 0) return { token: path.slice(PREFIX.length), below: '' }
  return { token: path.slice(PREFIX.length, end), below: path.slice(end) }
}

/** The path of an absolute URL, cut by hand: a URL object costs more than the rest of the work on a small post. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  if (start < 0) return '/'
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}

/** Whether a request goes to ingest, by the rows above. A host without a gateway asks this. */
export function isForIngest(method: string, path: string): boolean {
  const parts = readIntegrationPath(path)
  if (parts === undefined || parts.token === '') return false
  if (parts.below === '' || parts.below === '/') return true
  return method === 'POST' && !POSTED_TO_API.has(parts.below)
}

/** Whether a path is in Alertmanager's API v2, of the account or below an integration's URL. */
export function isAlertmanagerPath(path: string): boolean {
  const below = readIntegrationPath(path)?.below ?? path
  return below === '/api/v2' || below.startsWith('/api/v2/')
}

const PREFIX = '/i/'

const POSTED_TO_API: ReadonlySet<string> = new Set(
  INTEGRATION_ROUTES.filter(({ server }) => server === 'api').map(({ path }) => path.replace('/i/{token}', '')),
)
