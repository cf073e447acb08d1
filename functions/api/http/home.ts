import { basePathOf } from '../../../shared/account/request-path.ts'
import type { ApiDeps } from './deps.ts'
import type { Route } from './route.ts'

/**
 * Addresses in what is sent: `externalURL` of webhooks is the first, the subject of life-cycle events the second. There
 * is no console yet.
 */
export function homeRoutes(deps: ApiDeps): Route[] {
  return [homeRoute(deps), incidentRoute(deps)]
}

function homeRoute({ publicUrl, version }: ApiDeps): Route {
  const text = `Tocsin ${version}

Alerts come in at the URLs of integrations: ${publicUrl}/i/TOKEN
The API is described at ${publicUrl}/openapi.json
`
  return {
    method: 'GET',
    path: '/',
    access: 'anyone',
    about: { summary: 'What this is, for browsers', answers: { 200: { text: 'A page', types: ['text/plain'] } } },
    handle: () => new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } }),
  }
}

function incidentRoute({ publicUrl }: ApiDeps): Route {
  const base = basePathOf(publicUrl)
  return {
    method: 'GET',
    path: '/incidents/{id}',
    access: 'anyone',
    about: { summary: 'The way to the incident in the API', answers: { 307: { text: 'To `/api/v1/incidents/{id}`' } } },
    handle: ({ param }) => {
      const location = `${base}/api/v1/incidents/${encodeURIComponent(param('id'))}`
      return new Response(null, { status: 307, headers: { location } })
    },
  }
}
