import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OWNER_KEY } from '../fault/host-process.ts'
import { type Answer, type Asked, HOOK, json, startWorld, type World } from './bad-input-world.ts'
import { until } from './wait.ts'

/* Odd inputs that are accepted, and addresses that a configuration may try to reach. */

let world: World
let canary: Server
let hits = 0
beforeAll(async () => {
  world = await startWorld()
  canary = createServer((_request, response) => {
    hits++
    response.end()
  })
  await new Promise<void>((listening) => canary.listen(0, '127.0.0.1', listening))
}, 30_000)
afterAll(async () => {
  expect([world.host.stderr(), hits]).toEqual(['', 0])
  await world.stop()
  canary.close()
})

const asOwner = (asked: Asked): Promise<Answer> => world.ask({ key: OWNER_KEY, ...asked })

async function configure(document: object): Promise<void> {
  const { status, text } = await asOwner(json('PUT', '/api/v1/config', document))
  expect([status, text]).toEqual([200, expect.any(String)])
}

async function post(body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const path = `/i/${world.tokens.default}`
  return await world.ask({
    ...json('POST', path, ''),
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
}

interface Shown {
  labels: Record<string, string>
  target: string
  state: string
  outcome?: { reason: string; detail: string }
}

async function items(list: string): Promise<Shown[]> {
  return (await asOwner({ path: `/api/v1/${list}` })).json.items
}

describe('odd input that is accepted', () => {
  const emoji = '🔔'.repeat(10_000)
  test.each<[string, string | Buffer, Record<string, string>]>([
    ['a byte order mark', '\ufeff[{"labels":{"alertname":"odd"}}]', { alertname: 'odd' }],
    [
      'a name twice: the last',
      '[{"labels":{"alertname":"odd","severity":"info","severity":"critical"}}]',
      { severity: 'critical' },
    ],
    [
      'names of the prototype',
      '[{"labels":{"alertname":"odd","constructor":"c","toString":"t"}}]',
      { constructor: 'c', toString: 't' },
    ],
    [
      'control characters',
      '[{"labels":{"alertname":"odd","a":"x\\u0000\\r\\n{\\"level\\":\\"info\\"}\\u001b[31m"}}]',
      { a: 'x\u0000\r\n{"level":"info"}\u001b[31m' },
    ],
    ['half a surrogate pair', '[{"labels":{"alertname":"odd","a":"x\\ud800y"}}]', { a: 'x\ufffdy' }],
    ['characters that no queue takes', '[{"labels":{"alertname":"odd","a":"\\ufffe\\uffff"}}]', { a: '\ufffe\uffff' }],
    ['10,000 bells', `[{"labels":{"alertname":"odd","a":"${emoji}"}}]`, { a: emoji }],
    [
      'a mention, a link and a script',
      '[{"labels":{"alertname":"odd","a":"<!channel> [x](http://evil) <script>"}}]',
      { a: '<!channel> [x](http://evil) <script>' },
    ],
  ])('%s', async (_title, body, labels) => {
    const answer = await post(body)
    expect([answer.status, answer.json]).toEqual([202, { accepted: 1 }])
    const found = await until('the alert', async () => {
      const all = await items('alerts')
      return all.find((alert) =>
        Object.entries(labels).every(
          ([name, value]) => Object.hasOwn(alert.labels, name) && alert.labels[name] === value,
        ),
      )
    })
    expect(found.labels).toMatchObject(labels)
  })

  test('a label named __proto__ is a label, and changes no object', async () => {
    expect((await post('[{"labels":{"alertname":"odd","__proto__":"admin"},"__proto__":{"admin":true}}]')).status).toBe(
      202,
    )
    await until('the alert', async () =>
      (await asOwner({ path: '/api/v1/alerts' })).text.includes('"__proto__":"admin"'),
    )
    expect((await world.ask({ path: '/api/v1/config', key: world.other.key })).status).toBe(200)
    expect((await world.ask({ path: '/api/v1/alerts', key: world.other.key })).json.items).toEqual([])
  })

  test.each([
    ['', 202],
    ['/', 202],
    ['/api/v2/alerts', 200],
    ['/api/v2/alerts/', 200],
  ])('an empty list to the URL with %j behind it: %i, nothing stored', async (below, status) => {
    const before = (await items('alerts')).length
    expect((await world.ask(json('POST', `/i/${world.tokens.default}${below}`, []))).status).toBe(status)
    expect(await items('alerts')).toHaveLength(before)
  })
})

const FORBIDDEN = [
  ...[
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://LOCALHOST:PORT/',
    'http://[::1]:PORT/',
    'http://0.0.0.0:PORT/',
  ],
  ...[
    'http://[::ffff:7f00:1]:PORT/',
    'http://[::]:PORT/',
    'http://[::7f00:1]:PORT/',
    'http://169.254.169.254/latest/meta-data/',
  ],
  ...[
    'http://169.254.170.2/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://240.0.0.1/',
    'http://224.0.0.1/',
    'http://10.0.0.1/',
  ],
  ...[
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[64:ff9b:1::a9fe:a9fe]/',
    'http://[2002:a9fe:a9fe::]/',
    'http://[fd00:ec2::254]/',
  ],
  ...[
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    'http://[fe80::1]/',
    'http://8.8.8.8:22/',
    'http://8.8.8.8:25/',
  ],
  ...['http://8.8.8.8:6379/', 'http://8.8.8.8:9001/', 'http://8.8.8.8:11211/'],
]

describe('an address that a configuration must not reach', () => {
  test('is refused at the connection: nothing is sent, and the owner is told why', async () => {
    const { port } = canary.address() as AddressInfo
    const channels = FORBIDDEN.map((url, index) => ({
      ...HOOK,
      id: `c${index}`,
      url: url.replace('PORT', String(port)),
    }))
    await configure({
      channels,
      policies: [{ id: 'inside', groupWait: '0s', notify: channels.map(({ id }) => ({ channel: id })) }],
    })
    await post('[{"labels":{"alertname":"reach"}}]')
    const told = await until('all of them', async () => {
      const dead = (await items('deliveries?state=dead&limit=500')).filter(({ target }) => /^c\d/.test(target))
      return new Set(dead.map(({ target }) => target)).size === FORBIDDEN.length && dead
    })
    expect(told.map(({ outcome }) => outcome?.reason)).toEqual(told.map(() => 'forbiddenTarget'))
  })

  test('a redirect is not followed: its address is named, and no secret is shown', async () => {
    const { port } = canary.address() as AddressInfo
    const location = `http://127.0.0.1:${port}/`
    world.sink.behave({ status: [[Number.POSITIVE_INFINITY, 307]], headers: { location } })
    const url = `${world.sink.url}/${PATH}`
    await configure({
      channels: [{ ...HOOK, id: 'away', url, basicAuth: { username: 'u', password: PASSWORD } }],
      policies: [{ id: 'away', groupBy: ['...'], groupWait: '0s', notify: [{ channel: 'away' }] }],
    })
    await post('[{"labels":{"alertname":"away"}}]')
    const found = await until('an outcome', async () =>
      (await items('deliveries')).find(({ target, outcome }) => target === 'away' && outcome),
    )
    expect([found.state, found.outcome?.detail]).toEqual(['dead', expect.stringContaining(`127.0.0.1:${port}`)])
    for (const path of ['deliveries', 'incidents', 'alerts', 'config', 'channels']) {
      const { text } = await asOwner({ path: `/api/v1/${path}` })
      for (const secret of [PATH, PASSWORD]) expect(text).not.toContain(secret)
    }
    const { text } = await asOwner({ path: '/api/v2/status' })
    for (const secret of [PATH, PASSWORD]) expect(text).not.toContain(secret)
  })
})

const PATH = 'secret-path-of-the-second-hook'
const PASSWORD = 'secret-password-of-the-second-hook'

const ROUNDS = 2000
/** Times are those of a busy machine: only a difference seen again and again counts. */
const TRIES = 3

test('the time of an answer does not tell what is wrong with a token', { timeout: 120_000 }, async () => {
  const { default: token } = world.tokens
  const last = token.at(-20) === 'A' ? 'B' : 'A'
  const kinds = [
    `tsn_${'x'.repeat(token.length - 4)}`,
    `${token.slice(0, -20)}${last}${token.slice(-19)}`,
    // The URL of an integration that does not exist: a letter of its name is different.
    `${token.slice(0, 20)}${token[20] === 'Z' ? 'Y' : 'Z'}${token.slice(21)}`,
  ]
  let ratio = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < TRIES && ratio > 1.05; tries++) {
    const times = kinds.map((): number[] => [])
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < kinds.length; i++) {
        // Each kind is first, second and last equally often.
        const kind = (i + round) % kinds.length
        times[kind]!.push(await timeOf(kinds[kind]!))
      }
    }
    const medians = times.map((all) => all.toSorted((a, b) => a - b)[ROUNDS / 2]!)
    ratio = Math.max(...medians) / Math.min(...medians)
  }
  expect(ratio).toBeLessThan(1.05)
})

/** From the last byte of the request to the first byte of the answer, in milliseconds. */
function timeOf(token: string): Promise<number> {
  const text = `POST /i/${token} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]`
  return new Promise((resolve, reject) => {
    let began = 0
    const socket = connect({ port: Number(new URL(world.url).port), host: '127.0.0.1', noDelay: true }, () => {
      began = performance.now()
      socket.write(text)
    })
    socket.once('data', () => {
      resolve(performance.now() - began)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}
