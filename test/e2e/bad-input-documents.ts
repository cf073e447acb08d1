import { LIMITS } from '../../shared/base/limits.ts'
import { OWNER_KEY } from '../fault/host-process.ts'
import type { BadInput } from './bad-input-requests.ts'
import { type Asked, HOOK, json } from './bad-input-world.ts'

/** A document, and the path of its first problem. */
export type BadDocument = [title: string, ask: () => Asked, at: string]

const config = (document: unknown) => (): Asked => ({ ...json('PUT', '/api/v1/config', document), key: OWNER_KEY })
const text =
  (body: string | Buffer, path = '/api/v1/config') =>
  (): Asked => ({
    method: 'PUT',
    path,
    key: OWNER_KEY,
    headers: { 'content-type': 'application/yaml' },
    body,
  })
const alertmanager = (yaml: string) => text(yaml, '/api/v1/config/alertmanager')
const channel = (more: object) => config({ channels: [{ ...HOOK, ...more }], policies: [] })
const policy = (more: object) => config({ policies: [{ id: 'all', ...more }] })
const match = (value: string) => policy({ match: [{ label: 'a', op: '=~', value }] })

const ODD_URLS = [
  ...[
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://①②⑦.⓪.⓪.①/',
    'http://0/',
  ],
  ...['http://[::ffff:169.254.169.254]/', 'http://[::127.0.0.1]/', 'http://0xa9fea9fe/', 'http://[0:0:0:0:0:0:0:1]/'],
  ...[
    'file:///etc/passwd',
    'gopher://x/',
    'data:text/plain,x',
    'ftp://x/',
    'javascript:alert(1)',
    'ws://x/',
    'hooks.example',
  ],
  ...[
    'https://good.example@127.0.0.1/',
    'https://u:p@good.example/',
    'http://good.example\\@127.0.0.1/',
    'http://ex\r\nample.com/',
  ],
  ...[
    'http://ex\tample.com/',
    ' http://good.example/',
    'http://good.example/ x',
    'http:good.example',
    'http:///good.example',
    'http://',
  ],
  `http://good.example/${'x'.repeat(5000)}`,
]

export const DOCUMENTS: BadDocument[] = [
  ['a list', config([]), ''],
  ['null', config(null), ''],
  ['a text', config('x'), ''],
  ['half a document', () => ({ ...config({})(), body: '{"channels":[' }), ''],
  ['a section that nobody knows', config({ nope: 1 }), 'nope'],
  ['a section named __proto__', () => ({ ...config({})(), body: '{"__proto__":{"admin":true}}' }), '__proto__'],
  ['a section that is no list', config({ channels: {} }), 'channels'],
  [
    'too many channels',
    config({
      channels: Array.from({ length: LIMITS.channels + 1 }, (_, n) => ({
        ...HOOK,
        id: `c${n}`,
        url: 'https://x.example/',
      })),
      policies: [],
    }),
    'channels',
  ],
  ['501 policies', config({ policies: Array.from({ length: 501 }, (_, n) => ({ id: `p${n}` })) }), 'policies'],
  ...['', '..', 'a#b', 'a|b', 'a\u0000b', 'x'.repeat(2000)].map(
    (id): BadDocument => [
      `the id ${JSON.stringify(id.slice(0, 10))}`,
      channel({ id, url: 'https://x.example/' }),
      'channels[0].id',
    ],
  ),
  ['an id twice', config({ policies: [{ id: 'a' }, { id: 'a' }] }), 'policies[1].id'],
  [
    'a kind of channel that nobody knows',
    channel({ type: '__proto__', url: 'https://x.example/' }),
    'channels[0].type',
  ],
  ['a key that no channel has', channel({ url: 'https://x.example/', admin: true }), 'channels[0].admin'],
  ...ODD_URLS.map(
    (url): BadDocument => [`the URL ${JSON.stringify(url).slice(0, 50)}`, channel({ url }), 'channels[0].url'],
  ),
  ['an empty secret', channel({ url: '<secret>', secret: '' }), 'channels[0].secret'],
  [
    'a masked secret that is not stored',
    channel({ url: '<secret>', authorization: { credentials: '<secret>' } }),
    'channels[0].authorization.credentials',
  ],
  [
    'a stored password for another host',
    channel({ url: 'https://evil.example/', basicAuth: { username: 'u', password: '<secret>' } }),
    'channels[0].basicAuth.password',
  ],
  [
    'a stored signing key for another host',
    channel({ url: 'https://evil.example/', secret: '<secret>' }),
    'channels[0].secret',
  ],
  [
    'a header with a line break',
    channel({ url: 'https://x.example/', headers: { 'X-A': 'a\r\nB: c' } }),
    'channels[0].headers.X-A',
  ],
  [
    'a header of ours',
    channel({ url: 'https://x.example/', headers: { Host: 'evil.example' } }),
    'channels[0].headers.Host',
  ],
  ['a look-behind', match('(?<=x)y'), 'policies[0].match[0].value'],
  ['a back-reference', match('(a)\\1'), 'policies[0].match[0].value'],
  ['a million repetitions', match('a{1,1000000}'), 'policies[0].match[0].value'],
  ['an expression of 100 KB', match('a'.repeat(100_000)), 'policies[0].match[0].value'],
  ['an operator that is none', policy({ match: [{ label: 'a', op: '~', value: '' }] }), 'policies[0].match[0].op'],
  ['a time before now', policy({ groupWait: '-1s' }), 'policies[0].groupWait'],
  ['an interval of nothing', policy({ groupInterval: '0s' }), 'policies[0].groupInterval'],
  ['a number for a time', policy({ repeatInterval: 30 }), 'policies[0].repeatInterval'],
  ['a channel that is not there', policy({ notify: [{ channel: 'nobody' }] }), 'policies[0].notify[0].channel'],
  ['a built-in policy', config({ policies: [{ id: '_none' }] }), 'policies[0].id'],
  [
    'a good channel before a bad policy',
    config({
      channels: [{ ...HOOK, id: 'new', url: 'https://x.example/' }],
      policies: [{ id: 'all', groupWait: 'x' }],
    }),
    'policies[0].groupWait',
  ],
  [
    'an integration with a token of its own choice',
    config({ integrations: [{ id: 'full', type: 'prometheus', generation: 0 }] }),
    'integrations[0].generation',
  ],
  ['a format that nobody knows', config({ integrations: [{ id: 'x', type: 'constructor' }] }), 'integrations[0].type'],
  ['a dry run of nonsense', () => ({ ...config({ nope: 1 })(), path: '/api/v1/config?dryRun=true' }), 'nope'],
  ['YAML that is none', text('a: [b\nc: "x'), ''],
  [
    'YAML whose aliases multiply',
    text(
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((name, n) => `${name}: &${name} [${`*${'abcdefgh'[n]},`.repeat(9)}]`).join('\n')}\n`,
    ),
    '',
  ],
  ['YAML that holds itself', text('channels: &a [*a]\n'), ''],
  ['1,000 levels of YAML', text(`channels: ${'['.repeat(1000)}${']'.repeat(1000)}\n`), ''],
  ['YAML that is no UTF-8', text(Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe])), ''],
  ['a key twice in YAML', text('policies: []\npolicies: []\n'), ''],
  ['an alertmanager.yml without a route', alertmanager('receivers: []\n'), 'route'],
  ['... with an unknown receiver', alertmanager('route: {receiver: x}\n'), 'route.receiver'],
  [
    '... that would have us read a file',
    alertmanager('route: {receiver: x}\nreceivers: [{name: x, webhook_configs: [{url_file: /etc/passwd}]}]\n'),
    'receivers[0].webhook_configs[0].url_file',
  ],
  [
    '... with a key that nobody knows',
    alertmanager('route: {receiver: x, nope: 1}\nreceivers: [{name: x}]\n'),
    'route.nope',
  ],
]

const silence = (more: object) => ({
  matchers: [{ name: 'a', value: 'b', isRegex: false }],
  startsAt: '2026-01-01T00:00:00Z',
  endsAt: '2099-01-01T00:00:00Z',
  createdBy: 'me',
  comment: 'c',
  ...more,
})
const silences = (body: unknown) => (): Asked => ({ ...json('POST', '/api/v2/silences', body), key: OWNER_KEY })
const raw =
  (body: string, type = 'application/json') =>
  (): Asked => ({ ...silences('')(), headers: { 'content-type': type }, body })
const one = (method: string, id: string) => (): Asked => ({ method, path: `/api/v2/silence/${id}`, key: OWNER_KEY })

export const SILENCES: BadInput[] = [
  ['nothing', raw(''), 422, 'alertmanager', 602],
  ['text', raw('x', 'text/plain'), 415, 'alertmanager', 415],
  ['half a document', raw('{"matchers":'), 400, 'alertmanager', 400],
  ['a list', silences([]), 400, 'alertmanager', 400],
  ['33 levels', raw('['.repeat(33)), 400, 'alertmanager', 400],
  ['an empty object', silences({}), 422, 'alertmanager', 602],
  ['no matchers', silences(silence({ matchers: [] })), 422, 'alertmanager', 612],
  [
    'a matcher of everything',
    silences(silence({ matchers: [{ name: 'a', value: '.*', isRegex: true }] })),
    400,
    'text',
  ],
  ['a look-ahead', silences(silence({ matchers: [{ name: 'a', value: '(?=x)', isRegex: true }] })), 400, 'text'],
  ['an end before the begin', silences(silence({ endsAt: '2025-01-01T00:00:00Z' })), 400, 'text'],
  ['an id of nobody', silences(silence({ id: '00000000-0000-4000-8000-000000000000' })), 404, 'text'],
  ['an id that is none', silences(silence({ id: '../../x' })), 404, 'text'],
  ...['x', '%00', '..%2f', 'x'.repeat(2000)].flatMap((id): BadInput[] =>
    ['GET', 'DELETE'].map((method) => [
      `${method} of the id ${id.slice(0, 10)}`,
      one(method, id),
      422,
      'alertmanager',
      601,
    ]),
  ),
  ['expiring what is not there', one('DELETE', '00000000-0000-4000-8000-000000000000'), 404, 'none'],
]
