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
  // The two paths above with a slash more, which are other paths for a gateway. Ingest also refuses unknown paths.
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

/**
 * Paths below the URL of an integration that take no POST, with the methods that the api serves there. A POST to an
 * unknown path goes to ingest, so ingest answers 405 here.
 */
export const NEVER_POSTED: readonly { path: RegExp; methods: readonly string[] }[] = [
  { path: /^\/api\/v2\/(?:alerts\/groups|status|receivers)$/, methods: ['GET'] },
  { path: /^\/api\/v2\/silence\/[^/]+$/, methods: ['GET', 'DELETE'] },
  { path: /^\/(?:-\/ready|-\/healthy|metrics)$/, methods: ['GET', 'HEAD', 'OPTIONS'] },
]

/** A path in the URL of an integration. */
export interface IntegrationPath {
  token: string
  /** The rest of the path behind the token, with its leading `/`; `''` for the integration's URL itself. */
  below: string
}

/** Splits a path of `requestPath`. Undefined: the path is not below `/i/`. */
export function readIntegrationPath(path: string): IntegrationPath | undefined {
  if (!path.startsWith(PREFIX)) return undefined
  const end = path.indexOf('/', PREFIX.length)
  if (end < 0) return { token: path.slice(PREFIX.length), below: '' }
  return { token: path.slice(PREFIX.length, end), below: path.slice(end) }
}

/** Whether a request goes to ingest, by the rows above. A host without a gateway asks this. */
export function isForIngest(method: string, path: string): boolean {
  const parts = readIntegrationPath(path)
  if (parts === undefined) return false
  if (parts.below === '') return true
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
