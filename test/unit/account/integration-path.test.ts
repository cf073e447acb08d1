import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  INTEGRATION_ROUTES,
  isAlertmanagerPath,
  isForIngest,
  pathOf,
  readIntegrationPath,
} from '../../../shared/account/integration-path.ts'
import { gatewayRoutes } from '../../fakes/gateway.ts'

const TOKEN = '/i/tsn_x'

test.each([
  ['POST', TOKEN, 'ingest'],
  ['POST', `${TOKEN}/`, 'ingest'],
  ['POST', `${TOKEN}/api/v2/alerts`, 'ingest'],
  ['POST', `${TOKEN}/api/v2/alerts/`, 'ingest'],
  ['POST', `${TOKEN}/nope`, 'ingest'],
  ['GET', TOKEN, 'ingest'],
  ['DELETE', TOKEN, 'ingest'],
  ['GET', `${TOKEN}/api/v2/alerts`, 'api'],
  ['GET', `${TOKEN}/api/v2/silences`, 'api'],
  ['POST', `${TOKEN}/api/v2/silences`, 'api'],
  ['POST', `${TOKEN}/api/v2/silences/`, 'ingest'],
  ['DELETE', `${TOKEN}/api/v2/silence/x`, 'api'],
  ['POST', `${TOKEN}/-/reload`, 'api'],
  ['GET', `${TOKEN}/-/ready`, 'api'],
  ['POST', '/api/v2/alerts', 'api'],
  ['POST', '/i/', 'api'],
  ['GET', '/', 'api'],
])('%s %s goes to %s, on one machine and behind the gateway', (method, path, name) => {
  for (const url of [`http://tocsin${path}`, `http://tocsin${path}?a=/i/b/`]) {
    expect(isForIngest(method, pathOf(url)) ? 'ingest' : 'api').toBe(name)
  }
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
  ['/i/tsn_x/', { token: 'tsn_x', below: '/' }],
  ['/i/tsn%5Fx/api/v2/alerts', { token: 'tsn%5Fx', below: '/api/v2/alerts' }],
  ['/i/', { token: '', below: '' }],
  ['/i', undefined],
  ['/api/v2/alerts', undefined],
])('%s is split into token and the rest', (path, parts) => {
  expect(readIntegrationPath(path)).toEqual(parts)
})

test.each([
  ['http://tocsin', '/'],
  ['http://tocsin/a/b?c=/d', '/a/b'],
])('the path of %s is %s', (url, path) => {
  expect(pathOf(url)).toBe(path)
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
