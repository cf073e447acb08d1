import { expect, test } from 'vitest'
import { isIngest } from '../../../infra/machine/ingest-paths.ts'
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
  ['DELETE', `${TOKEN}/api/v2/silence/x`, 'api'],
  ['POST', `${TOKEN}/-/reload`, 'api'],
  ['GET', `${TOKEN}/-/ready`, 'api'],
  ['POST', '/api/v2/alerts', 'api'],
  ['POST', '/i/', 'api'],
  ['GET', '/', 'api'],
])('%s %s goes to %s, on one machine and behind the gateway', (method, path, name) => {
  expect(isIngest(method, `http://tocsin${path}`) ? 'ingest' : 'api').toBe(name)
  expect(isIngest(method, `http://tocsin${path}?a=/i/b/`) ? 'ingest' : 'api').toBe(name)
  expect(gatewayRoutes()(method, path)).toBe(name)
})
