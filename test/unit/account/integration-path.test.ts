import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { apiRoutes } from '../../../functions/api/handler.ts'
import {
  INTEGRATION_ROUTES,
  isAlertmanagerPath,
  isForIngest,
  NEVER_POSTED,
  readIntegrationPath,
} from '../../../shared/account/integration-path.ts'
import { isRemovedPath } from '../../../shared/account/removed-api.ts'
import { gatewayRoutes } from '../../fakes/gateway.ts'
import { startApi } from '../api/harness.ts'

const TOKEN = '/i/tsn_x'

test.each([
  ['POST', TOKEN, 'ingest'],
  ['POST', `${TOKEN}/api/v2/alerts`, 'ingest'],
  ['POST', `${TOKEN}/nope`, 'ingest'],
  ['GET', TOKEN, 'ingest'],
  ['DELETE', TOKEN, 'ingest'],
  ['GET', `${TOKEN}/api/v2/alerts`, 'api'],
  ['GET', `${TOKEN}/api/v2/silences`, 'api'],
  ['POST', `${TOKEN}/api/v2/silences`, 'api'],
  ['DELETE', `${TOKEN}/api/v2/silence/x`, 'api'],
  ['POST', `${TOKEN}/-/reload`, 'api'],
  ['GET', `${TOKEN}/-/ready`, 'api'],
  ['POST', '/api/v2/alerts', 'api'],
  ['POST', '/i', 'api'],
  ['GET', '/', 'api'],
])('%s %s goes to %s, on one machine and behind the gateway', (method, path, name) => {
  expect(isForIngest(method, path) ? 'ingest' : 'api').toBe(name)
  expect(gatewayRoutes()(method, path)).toBe(name)
})

describe('the routes of function.yml are the rows of the table', () => {
  test.each(['ingest', 'api'] as const)('%s', (name) => {
    const text = readFileSync(new URL(`../../../functions/${name}/function.yml`, import.meta.url), 'utf8')
    const routes = [...text.matchAll(/httpApi: '([^']+)'/g)].map(([, route]) => route)
    const rows = INTEGRATION_ROUTES.filter(({ server }) => server === name).map(
      ({ method, path }) => `${method} ${path}`,
    )
    expect(routes).toEqual(name === 'api' ? [...rows, '*'] : rows)
  })
})

test.each([
  ['/i/tsn_x', { token: 'tsn_x', below: '' }],
  ['/i/tsn_x/api/v2/alerts', { token: 'tsn_x', below: '/api/v2/alerts' }],
  ['/i', undefined],
  ['/api/v2/alerts', undefined],
])('%s is split into token and the rest', (path, parts) => {
  expect(readIntegrationPath(path)).toEqual(parts)
})

test('the paths that take no POST are those of the api, with its methods', async () => {
  const routes = apiRoutes((await startApi()).deps)
    .filter(({ path }) => path.startsWith('/i/{token}'))
    .map(({ method, path }) => ({
      method: method as string,
      below: path.replace('/i/{token}', '').replace('{id}', 'x'),
    }))
  const posted = new Set([
    ...routes.filter(({ method }) => method === 'POST').map(({ below }) => below),
    '/api/v2/alerts',
  ])
  for (const below of new Set(routes.map(({ below }) => below))) {
    const methods = routes.filter((route) => route.below === below).map(({ method }) => method)
    if (!isAlertmanagerPath(below) && methods.includes('GET')) methods.push('HEAD', 'OPTIONS')
    const known = NEVER_POSTED.filter(({ path }) => path.test(below)).map(({ methods }) => methods)
    expect([below, known]).toEqual([below, posted.has(below) ? [] : [methods]])
  }
})

test.each([
  ['/i/tsn_x/api/v1/alerts', true],
  ['/i/tsn_x/api/v1/silence/x', true],
  ['/api/v1/silences', true],
  ['/i/tsn_x/api/v1', false],
  ['/i/tsn_x/api/v1/nope', false],
  ['/i/tsn_x/api/v2/alerts', false],
])('%s is in version 1 of the API: %s', (path, is) => {
  expect(isRemovedPath(path)).toBe(is)
})

test.each([
  ['/api/v2', true],
  ['/api/v2/alerts', true],
  ['/i/tsn_x/api/v2', true],
  ['/i/tsn_x/api/v2/nope', true],
  ['/api/v20', false],
  ['/api/v1/alerts', false],
  ['/i/tsn_x', false],
  ['/i/tsn_x/-/reload', false],
])('%s is in the API of Alertmanager: %s', (path, is) => {
  expect(isAlertmanagerPath(path)).toBe(is)
})
