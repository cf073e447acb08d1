import { beforeEach, describe, expect, test } from 'vitest'
import { createApi } from '../../../../functions/api/handler.ts'
import { createIngest } from '../../../../functions/ingest/handler.ts'
import { isForIngest } from '../../../../shared/account/integration-path.ts'
import { requestPath } from '../../../../shared/account/request-path.ts'
import { CONFIG, startApi } from '../harness.ts'

const ROW = '[{"labels":{"alertname":"Row"}}]'

/** Api and ingest behind one address, as on one machine, with the public URL https://tocsin.example/hub. */
async function startHub() {
  const api = await startApi()
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: CONFIG })
  api.sent.length = 0
  const deps = { ...api.deps, publicUrl: 'https://tocsin.example/hub' }
  const ingest = createIngest({ ...deps, records: { send: async () => ({ failed: [] }) } })
  const handle = createApi(deps)
  const ask = async (method: string, path: string, body?: string, accept = '*/*') => {
    const headers = { authorization: 'Bearer a-owner', accept, ...(body && { 'content-type': 'application/json' }) }
    const url = `https://tocsin.example${path}`
    const { path: settled } = requestPath(url, '/hub')
    const request = new Request(url, { method, headers, ...(body && { body }) })
    const answer = await (isForIngest(method, settled) ? ingest : handle)(request)
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true && text !== ''
    return { status: answer.status, allow: answer.headers.get('allow'), text, json: isJson ? JSON.parse(text) : text }
  }
  const { json } = await ask('GET', '/api/v1/integrations/full')
  return { api, ask, url: new URL(json.url as string) }
}

let hub: Awaited<ReturnType<typeof startHub>>
beforeEach(async () => {
  hub = await startHub()
})

/** Other spellings of the same path. */
const spellings = (path: string): string[] => [
  path,
  `${path}/`,
  `/${path}`,
  path.replaceAll('/', '//'),
  `${path}//`,
  `/hub${path}`,
  `//hub/${path}/`,
  path.replace('a', '%61'),
  `/x/..${path}/.`,
]

describe('the same path in every spelling', () => {
  test.each([
    '/api/v1/config',
    '/api/v1/integrations/full',
    '/api/v2/alerts',
    '/api/v2/status',
    '/-/ready',
    '/openapi.json',
    '/i/TOKEN/api/v2/alerts',
    '/i/TOKEN/api/v2/silences',
    '/i/TOKEN/-/healthy',
    '/i/TOKEN/metrics',
  ])('GET %s', async (path) => {
    const { pathname } = hub.url
    const real = path.replace('/i/TOKEN', pathname.replace('/hub', ''))
    for (const spelling of spellings(real)) {
      expect([spelling, (await hub.ask('GET', spelling)).status]).toEqual([spelling, 200])
    }
  })

  test.each([
    ['', 202],
    ['/api/v2/alerts', 200],
  ])('alerts posted to the URL and %s', async (below, status) => {
    const path = hub.url.pathname.replace('/hub', '') + below
    for (const spelling of spellings(path)) {
      hub.api.sent.length = 0
      expect([spelling, (await hub.ask('POST', spelling, ROW)).status]).toEqual([spelling, status])
      expect(hub.api.sent).toHaveLength(1)
    }
  })

  test('an id with escaped characters stays one segment', async () => {
    for (const id of ['a%2Fb', 'a%2561', '%C3%A9', '%3F', '%']) {
      expect((await hub.ask('GET', `/api/v1/integrations/${id}`)).json.error.message).toBe('integration not found')
    }
  })

  test('an escaped slash makes no other path, and the token is repeated in no spelling', async () => {
    const token = hub.url.pathname.split('/').at(-1) as string
    for (const path of [`/i%2F${token}/x`, `/hub/i/${token}/x`, `//i//${token}/x`, `/%69/${token}/x`]) {
      for (const method of ['GET', 'POST']) {
        const { status, text } = await hub.ask(method, path, method === 'POST' ? ROW : undefined)
        expect([path, status]).toEqual([path, 404])
        if (!path.startsWith('/i%2F')) expect(text).not.toContain(token)
      }
    }
  })
})

test('a post without a body and a type is told that the body is missing, as Alertmanager tells', async () => {
  const alerts = await hub.ask('POST', `${hub.url.pathname}/api/v2/alerts`)
  expect([alerts.status, alerts.json]).toEqual([422, { code: 602, message: 'alerts in body is required' }])
  const own = await hub.ask('POST', hub.url.pathname)
  expect([own.status, own.json.error.code]).toEqual([400, 'empty_body'])
})

describe('URLs of answers', () => {
  test('work as they are, and without the path of the public URL', async () => {
    expect(hub.url.href).toMatch(/^https:\/\/tocsin\.example\/hub\/i\/tsn_/)
    expect((await hub.ask('GET', '/openapi.json')).json.servers[0].url).toBe('https://tocsin.example/hub')
    const api = createApi({ ...hub.api.deps, publicUrl: 'https://tocsin.example/hub' })
    for (const path of ['/hub/', '/hub', '/', '', '//']) {
      const { status, headers } = await api(new Request(`https://tocsin.example${path}`))
      expect([status, headers.get('location')]).toEqual([303, '/hub/sign-in?next=%2F'])
    }
  })

  test.each(['/incidents/x', '/hub/incidents/x/', '/incidents/%2F%2Fevil.example'])(
    'the address of an incident in events, %s, leads to its page, by way of signing in',
    async (path) => {
      const request = new Request(`https://tocsin.example${path}`)
      const { status, headers } = await createApi({ ...hub.api.deps, publicUrl: 'https://tocsin.example/hub' })(request)
      const id = path.includes('evil') ? '%2F%2Fevil.example' : 'x'
      const next = encodeURIComponent(`/incidents/${id}`)
      expect([status, headers.get('location')]).toEqual([303, `/hub/sign-in?next=${next}`])
    },
  )

  test('the page of a link posts to the incident, however the link is written', async () => {
    const { api, ask } = hub
    await api.post('a', [{ labels: { alertname: 'Row' } }])
    const [alert] = (await ask('GET', '/api/v1/alerts')).json.items
    await api.later(5_000, 'a', [alert.groups[0].id])
    const [incident] = (await ask('GET', '/api/v1/incidents')).json.items
    const made = await ask('POST', `/api/v1/incidents/${incident.id}/links`, '{"rights":["claim"]}')
    const link = new URL(made.json.url as string)
    expect(link.pathname).toMatch(/^\/hub\/l\//)
    const bare = link.pathname.replace('/hub', '')
    for (const path of [link.pathname, bare, `${bare}/`, `${link.pathname}//`, `/hub//l//${bare.slice(3)}/`]) {
      const page = await ask('GET', path, undefined, 'text/html')
      const at = (address: string | undefined, from: string) =>
        new URL(address!, `https://tocsin.example${from}`).pathname
      const action = at(/action="([^"]+)"/.exec(page.text)?.[1], path)
      const done = await ask('POST', action, '{}', 'text/html')
      expect([path, page.status, done.status]).toEqual([path, 200, 202])
      const back = at(/href="([^"]+)"/.exec(done.text)?.[1], action)
      expect((await ask('GET', back, undefined, 'text/html')).status).toBe(200)
    }
  })
})

describe('a method that a path does not have', () => {
  const AM = (method: string, methods: string) => ({
    code: 405,
    message: `method ${method} is not allowed, but [${methods}] are`,
  })
  // Allow and message of Alertmanager 0.34.2 below /api/v2.
  test.each([
    ['POST', '/api/v2/status', 'GET'],
    ['POST', '/api/v2/receivers', 'GET'],
    ['POST', '/api/v2/alerts/groups', 'GET'],
    ['POST', '/api/v2/silence/x', 'GET,DELETE'],
    ['PUT', '/api/v2/silence/x', 'GET,DELETE'],
    ['PUT', '/api/v2/alerts', 'POST,GET'],
    ['DELETE', '/api/v2/silences', 'GET,POST'],
    ['OPTIONS', '/api/v2/status', 'GET'],
  ])('%s %s is 405 and allows %s, by key and below the URL', async (method, path, methods) => {
    for (const front of ['', hub.url.pathname]) {
      const { status, allow, json } = await hub.ask(method, front + path)
      expect([status, allow?.split(', ').join(',')]).toEqual([405, methods])
      expect(json).toEqual(AM(method, methods))
    }
  })

  test.each([
    ['/api/v2/alerts', 'POST, GET'],
    ['/api/v2/status', 'GET'],
    ['/api/v2/silence/x', 'GET, DELETE'],
  ])('HEAD %s is refused, as Alertmanager does', async (path, methods) => {
    for (const front of ['', hub.url.pathname]) {
      const { status, allow, text } = await hub.ask('HEAD', front + path)
      expect([status, allow, text]).toEqual([405, methods, ''])
    }
  })

  test.each(['/-/ready', '/-/healthy', '/metrics', '/sign-in', '/api/v1/config', '/openapi.json'])(
    'HEAD %s is answered as GET, without a body',
    async (path) => {
      const { status, text } = await hub.ask('HEAD', path)
      expect([status, text]).toEqual([200, ''])
    },
  )

  test.each([
    ['POST', '/-/ready', 'GET, HEAD, OPTIONS'],
    ['POST', '/metrics', 'GET, HEAD, OPTIONS'],
    ['GET', '/-/reload', 'POST, OPTIONS'],
    ['PATCH', '/api/v1/config', 'GET, PUT, HEAD, OPTIONS'],
    ['POST', '/', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405 and allows %s', async (method, path, methods) => {
    for (const front of path.startsWith('/api') || path === '/' ? [''] : ['', hub.url.pathname]) {
      const { status, allow, json } = await hub.ask(method, front + path)
      expect([status, allow, json.error.code]).toEqual([405, methods, 'method_not_allowed'])
    }
  })
})

test.each(['/-/ready', '/-/reload', '/api/v1/config', '/metrics'])('OPTIONS %s tells the methods', async (path) => {
  const { status, allow, text } = await hub.ask('OPTIONS', path)
  expect([status, text]).toEqual([200, ''])
  expect(allow).toMatch(/^[A-Z, ]+, OPTIONS$/)
})

describe("version 1 of Alertmanager's API", () => {
  const GONE = {
    status: 'deprecated',
    error:
      'The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - please use the equivalent route in the v2 API',
  }
  test.each([
    ['POST', '/api/v1/alerts'],
    ['POST', '//api/v1/alerts/'],
    ['GET', '/api/v1/alerts'],
    ['GET', '/api/v1/status'],
    ['GET', '/api/v1/receivers'],
    ['POST', '/api/v1/silences'],
    ['DELETE', '/api/v1/silence/x'],
  ])('%s %s below the URL is gone, and says what to use', async (method, path) => {
    const answer = await hub.ask(method, hub.url.pathname + path, method === 'POST' ? ROW : undefined)
    expect([answer.status, answer.json]).toEqual([410, GONE])
    expect(hub.api.sent).toEqual([])
  })

  test('of the host, too, where Tocsin has no path of the same name', async () => {
    expect((await hub.ask('GET', '/api/v1/status')).json).toEqual(GONE)
  })

  test('and what it never had is not found', async () => {
    for (const method of ['GET', 'POST']) {
      expect((await hub.ask(method, `${hub.url.pathname}/api/v1/nope`)).status).toBe(404)
    }
  })
})
