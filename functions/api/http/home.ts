import type { ApiDeps } from './deps.ts'
import type { Route } from './route.ts'

/** `GET /`: the address in every webhook, `externalURL`, leads here. There is no console yet. */
export function homeRoute({ publicUrl, version }: ApiDeps): Route {
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
