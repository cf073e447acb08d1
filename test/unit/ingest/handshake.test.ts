import { expect, test } from 'vitest'
import { bench, TOKEN } from './setup.ts'

/* CloudEvents, HTTP 1.1 Web Hooks, abuse protection: a sender asks by OPTIONS before the first event. */

const ask = async (type: string, path: string, headers: Record<string, string>) => {
  const { ingest, refused } = bench({ integration: { type } })
  const response = await ingest(new Request(`http://tocsin.test/i/${path}`, { method: 'OPTIONS', headers }))
  const got = ['webhook-allowed-origin', 'webhook-allowed-rate', 'allow'].map((name) => response.headers.get(name))
  expect(refused()).toEqual([])
  return [response.status, ...got]
}

const ORIGIN = { 'webhook-request-origin': 'eventgrid.azure.net', 'webhook-request-rate': '120' }

test('a sender of CloudEvents that asks for permission gets it', async () => {
  expect(await ask('cloudevents', TOKEN, ORIGIN)).toEqual([200, '*', '*', 'POST'])
  expect(await ask('cloudevents', `${TOKEN}/`, { 'webhook-request-origin': 'a' })).toEqual([200, '*', '*', 'POST'])
})

test.each([
  ['without an origin', 'cloudevents', TOKEN, {}, 405],
  ['at a URL of another type', 'prometheus', TOKEN, ORIGIN, 405],
  ['below the URL', 'cloudevents', `${TOKEN}/x`, ORIGIN, 404],
  ['at a wrong URL', 'cloudevents', 'tsn_wrong', ORIGIN, 401],
])('%s nothing is granted', async (_name, type, path, headers, status) => {
  const [answered, origin] = await ask(type, path, headers)
  expect([answered, origin]).toEqual([status, null])
})
