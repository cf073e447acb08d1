import { gzipSync } from 'node:zlib'
import { OWNER_KEY } from '../fault/host-process.ts'
import { ADMIN_KEY, type Asked, json, type World } from './bad-input-world.ts'

/** The form of an error: our form, Alertmanager's object, Alertmanager's bare text, or no form. */
export type Form = 'own' | 'alertmanager' | 'text' | 'none'

export type BadInput = [title: string, ask: (world: World) => Asked, status: number, form: Form, code?: string | number]

const ROW = '[{"labels":{"alertname":"Row"}}]'
const JSON_TYPE = { 'content-type': 'application/json' }
const MIB = 1024 * 1024

type Body = string | Buffer
type Ask = (world: World) => Asked

const toUrl =
  (body: Body, headers: Record<string, string> = {}): Ask =>
  ({ tokens }) => ({ method: 'POST', path: `/i/${tokens.default}`, headers: { ...JSON_TYPE, ...headers }, body })

const toAlertmanager =
  (body: Body, headers: Record<string, string> = {}): Ask =>
  ({ tokens }) => ({
    method: 'POST',
    path: `/i/${tokens.default}/api/v2/alerts`,
    headers: { ...JSON_TYPE, ...headers },
    body,
  })

/** Every wrong token gets the same answer: the answer does not tell which part was right. */
export const WRONG_TOKENS: [title: string, token: (world: World) => string][] = [
  ['some text', () => 'nobody'],
  ['a prefix alone', () => 'tsn_'],
  ['2,000 letters', () => `tsn_${'A'.repeat(2000)}`],
  ['another letter in it', ({ tokens: { default: token } }) => change(token, token.length - 20)],
  ['another letter at its begin', ({ tokens: { default: token } }) => change(token, 8)],
  ['in other case', ({ tokens: { default: token } }) => `tsn_${token.slice(4).toLowerCase()}`],
  ['a newline after it', ({ tokens }) => `${tokens.default}%0A`],
  ['a space after it', ({ tokens }) => `${tokens.default}%20`],
  ['padding', ({ tokens }) => `${tokens.default}=`],
  ['one letter less', ({ tokens }) => tokens.default.slice(0, -1)],
  [
    'the claims of one account under the signature of another',
    ({ tokens, other }) => splice(tokens.default, other.token),
  ],
  ['one of an integration that is gone', ({ revoked }) => revoked],
  ['a genuine one for an integration that never was', ({ unknown }) => unknown],
]

function change(token: string, at: number): string {
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

/** The last 32 bytes are the signature. */
function splice(claims: string, signature: string): string {
  const bytes = (token: string): Buffer => Buffer.from(token.slice(4), 'base64url')
  return `tsn_${Buffer.concat([bytes(claims).subarray(0, -32), bytes(signature).subarray(-32)]).toString('base64url')}`
}

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

/** Texts that no JSON reader may accept (the families of JSONTestSuite's `n_` files, our own texts). */
const NOT_JSON = [
  ...[
    '[',
    '{',
    '[1',
    '[1,]',
    '[,1]',
    '[1 2]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    "['x']",
    '["x]',
    '[\u0000]',
    '[]]',
  ],
  ...[
    '[01]',
    '[+1]',
    '[.5]',
    '[1.]',
    '[1e]',
    '[0x1]',
    '[NaN]',
    '[Infinity]',
    '[True]',
    '[nul]',
    '["\\x"]',
    '["\\u12"]',
  ],
  ...['["\t"]', '["a\nb"]', '[1]/*x*/', '// x\n[]', '\u00a0[]', '<a/>', ' '],
]

export const BODIES: BadInput[] = [
  ['no body', toUrl(''), 400, 'own', 'empty_body'],
  ['no body, as Alertmanager says it', toAlertmanager(''), 422, 'alertmanager', 602],
  ...NOT_JSON.map((text): BadInput => [`the body ${JSON.stringify(text)}`, toUrl(text), 400, 'own', 'invalid_json']),
  ['a body that ends too early', toAlertmanager('[{"labels":'), 400, 'alertmanager', 400],
  ...['"x"', '123', '{}'].map(
    (text): BadInput => [`the body ${text}, which is no list`, toAlertmanager(text), 400, 'alertmanager', 400],
  ),
  ['a list of numbers', toAlertmanager('[1]'), 400, 'alertmanager', 400],
  ['an alert without labels', toAlertmanager('[{}]'), 422, 'alertmanager', 602],
  ['an alert whose labels are empty', toAlertmanager('[{"labels":{}}]'), 400, 'text'],
  ['a label that is an object', toAlertmanager('[{"labels":{"a":{}}}]'), 400, 'alertmanager', 400],
  ['a time that is none', toAlertmanager('[{"labels":{"a":"b"},"startsAt":"soon"}]'), 400, 'alertmanager', 400],
  [
    'an end before the begin',
    toAlertmanager('[{"labels":{"a":"b"},"startsAt":"2026-01-02T00:00:00Z","endsAt":"2026-01-01T00:00:00Z"}]'),
    400,
    'text',
  ],
  ['33 levels', toUrl(deep(33)), 400, 'own', 'too_deep'],
  ['100,000 levels', toUrl(deep(100_000)), 400, 'own', 'too_deep'],
  ['1,000,000 levels', toUrl('['.repeat(1_000_000)), 400, 'own', 'too_deep'],
  ['one byte too many', toUrl(ROW + ' '.repeat(4 * MIB - ROW.length + 1)), 413, 'own', 'too_large'],
  [
    '5 MiB in chunks, without a length',
    toUrl(' '.repeat(5 * MIB), { 'transfer-encoding': 'chunked' }),
    413,
    'own',
    'too_large',
  ],
  ['bytes that are no UTF-8', toUrl(Buffer.from([0x5b, 0xff, 0xfe, 0x5d])), 400, 'own', 'invalid_utf8'],
  [
    'UTF-16',
    toUrl(Buffer.from(ROW, 'utf16le'), { 'content-type': 'application/json; charset=utf-16' }),
    415,
    'own',
    'unsupported_media_type',
  ],
  ['text', toUrl(ROW, { 'content-type': 'text/plain' }), 415, 'own', 'unsupported_media_type'],
  [
    'a form',
    toUrl('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'own',
    'unsupported_media_type',
  ],
  [
    'a bomb of zeros',
    toUrl(gzipSync(Buffer.alloc(200 * MIB)), { 'content-encoding': 'gzip' }),
    413,
    'own',
    'too_large',
  ],
  ...['br', 'deflate', 'gzip, gzip', 'x-foo'].map(
    (encoding): BadInput => [
      `the encoding ${encoding}`,
      toUrl(ROW, { 'content-encoding': encoding }),
      415,
      'own',
      'unsupported_encoding',
    ],
  ),
  [
    'half a gzip stream',
    toUrl(gzipSync(ROW).subarray(0, 30), { 'content-encoding': 'gzip' }),
    400,
    'own',
    'invalid_gzip',
  ],
]

const reads =
  (path: string, key?: string): Ask =>
  () => ({ path, ...(key === undefined ? {} : { key }) })

const HOSTILE_IDS = [
  '%23',
  '%7C',
  '%2F',
  '%00',
  '..',
  '%2E%2E',
  'x'.repeat(2000),
  '%',
  '%ff',
  '__proto__',
  '*',
  "'or'1'='1",
]

export const ACCESS: BadInput[] = [
  ['a path without a token', () => ({ ...toUrlPath('/i/'), body: ROW }), 404, 'own', 'not_found'],
  ['a paused integration', ({ tokens }) => ({ ...toUrlPath(`/i/${tokens.paused}`), body: ROW }), 403, 'own', 'paused'],
  ...['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].map(
    (method): BadInput => [
      `${method} on the URL of an integration`,
      ({ tokens }) => ({ method, path: `/i/${tokens.default}`, headers: { 'x-http-method-override': 'POST' } }),
      405,
      'own',
      'method_not_allowed',
    ],
  ),
  [
    'a path below a token that nobody knows',
    ({ tokens }) => ({ path: `/i/${tokens.full}/api/v2/nope` }),
    404,
    'alertmanager',
    404,
  ],
  [
    'reading with a token that may only post',
    ({ tokens }) => ({ path: `/i/${tokens.default}/api/v2/alerts` }),
    403,
    'alertmanager',
    403,
  ],
  [
    'the account behind a token',
    ({ tokens }) => ({ path: `/i/${tokens.full}/api/v1/config` }),
    404,
    'own',
    'not_found',
  ],
  [
    'a way up from a token',
    ({ tokens }) => ({ path: `/i/${tokens.full}/../../api/v1/config` }),
    401,
    'own',
    'unauthorized',
  ],
  ['no key', reads('/api/v1/config'), 401, 'own', 'unauthorized'],
  ['a key that nobody has', reads('/api/v1/config', 'tsk_nobody'), 401, 'own', 'unauthorized'],
  ['a key of 10,000 letters', reads('/api/v1/config', 'x'.repeat(10_000)), 401, 'own', 'unauthorized'],
  ['a key in the query', reads(`/api/v1/config?key=${OWNER_KEY}`), 401, 'own', 'unauthorized'],
  [
    'a key under another scheme',
    () => ({ path: '/api/v1/config', headers: { authorization: `Basic ${OWNER_KEY}` } }),
    401,
    'own',
    'unauthorized',
  ],
  [
    'a JWT that nobody signed',
    reads('/api/v1/config', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZWZhdWx0In0.'),
    401,
    'own',
    'unauthorized',
  ],
  ["the operator's key where an account's is needed", reads('/api/v1/config', ADMIN_KEY), 401, 'own', 'unauthorized'],
  [
    "an account's key where the operator's is needed",
    () => ({ ...json('POST', '/api/v1/accounts', { id: 'x', name: 'x' }), key: OWNER_KEY }),
    401,
    'own',
    'unauthorized',
  ],
  ...['channels/hook', 'integrations/full', 'policies/all'].map(
    (path): BadInput => [
      `another account's ${path}`,
      ({ other }) => ({ path: `/api/v1/${path}`, key: other.key }),
      404,
      'own',
      'not_found',
    ],
  ),
  ...HOSTILE_IDS.flatMap((id): BadInput[] =>
    ['channels', 'incidents'].map((list) => [
      `the id ${id.slice(0, 20)} among ${list}`,
      reads(`/api/v1/${list}/${id}`, OWNER_KEY),
      404,
      'own',
      'not_found',
    ]),
  ),
  ...HOSTILE_IDS.map(
    (id): BadInput => [
      `replaying the delivery ${id.slice(0, 20)}`,
      () => ({ method: 'POST', path: `/api/v1/deliveries/${id}/replay`, key: OWNER_KEY }),
      404,
      'own',
      'not_found',
    ],
  ),
  [
    'replaying deliveries without saying which',
    () => ({ method: 'POST', path: '/api/v1/deliveries:replay', key: OWNER_KEY, body: '{}' }),
    422,
    'own',
    'invalid',
  ],
  ...['alerts', 'incidents', 'deliveries', 'channels'].flatMap((list): BadInput[] => [
    [`a cursor of nobody in ${list}`, reads(`/api/v1/${list}?after=MQ.AAAA`, OWNER_KEY), 400, 'own', 'invalid'],
    [`a limit of 0 in ${list}`, reads(`/api/v1/${list}?limit=0`, OWNER_KEY), 400, 'own', 'invalid'],
  ]),
  ['a state that is none', reads('/api/v1/alerts?state=nope', OWNER_KEY), 400, 'own', 'invalid'],
  ['a filter that is none', reads('/api/v1/alerts?filter=foo', OWNER_KEY), 400, 'own', 'invalid'],
  ['a look-behind in a filter', reads('/api/v2/alerts?filter=a%3D~%22(%3F%3C%3Dx)y%22', OWNER_KEY), 400, 'text'],
  ['101 filters', reads(`/api/v2/alerts?${'filter=a%3Db&'.repeat(101)}`, OWNER_KEY), 400, 'text'],
  ['a path that nobody knows', reads('/wp-login.php', OWNER_KEY), 404, 'own', 'not_found'],
  [
    'a method that a path has not',
    () => ({ ...json('PATCH', '/api/v1/config', {}), key: OWNER_KEY }),
    405,
    'own',
    'method_not_allowed',
  ],
]

function toUrlPath(path: string): Asked {
  return { method: 'POST', path, headers: JSON_TYPE }
}
