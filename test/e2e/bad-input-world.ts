import { readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { integrationToken } from '../../shared/account/token.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'
import { startWebhook, type Webhook } from '../fakes/webhook.ts'
import { type HostProcess, OWNER_KEY, startHostProcess, temporaryDirectory } from '../fault/host-process.ts'

/** Values known to a hostile sender, and values that no answer may contain. */
export interface World {
  host: HostProcess
  url: string
  data: string
  sink: Webhook
  /** Tokens of integrations of the account `default`, by id. */
  tokens: Record<'default' | 'full' | 'paused', string>
  /** The token of a deleted integration. */
  revoked: string
  /** A genuine token for an integration that never existed. */
  unknown: string
  other: { key: string; token: string }
  /** Texts that no answer and no log may contain. */
  secrets: string[]
  ask(asked: Asked): Promise<Answer>
  stop(): Promise<void>
}

/** A request as written on the wire: no part is made canonical. */
export interface Asked {
  method?: string
  path: string
  key?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** Undefined without a body of JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers field by field.
  json: any
}

export const ADMIN_KEY = 'the-operator-of-this-test'
export const HOOK = { id: 'hook', type: 'webhook' }
const PASSWORD = 'pa55word-of-the-hook'
const SIGNING = 'signing-key-of-the-hook'
const PATH = 'token-in-the-path-of-the-hook'

export async function startWorld(): Promise<World> {
  const data = temporaryDirectory()
  const sink = await startWebhook()
  const environment = { TOCSIN_ADMIN_KEY: ADMIN_KEY, TOCSIN_ALLOW_TARGETS: `127.0.0.1:${sink.port}` }
  const host = startHostProcess(data.path, [], environment)
  const url = await host.url
  const ask = (asked: Asked): Promise<Answer> => exchange(url, asked)
  const put = async (key: string, body: object): Promise<void> => {
    const answer = await ask({ ...json('PUT', '/api/v1/config', body), key })
    if (answer.status !== 200) throw new Error(`config: ${answer.status} ${answer.text}`)
  }
  const integrations = ['full', 'paused', 'gone'].map((id) => ({ id, type: 'prometheus' }))
  await put(OWNER_KEY, { integrations })
  const token = async (key: string, id: string): Promise<string> => {
    const shown = await ask({ path: `/api/v1/integrations/${id}`, key })
    return new URL(shown.json.url).pathname.slice('/i/'.length)
  }
  const revoked = await token(OWNER_KEY, 'gone')
  const made = await ask({ ...json('POST', '/api/v1/accounts', { id: 'other', name: 'Other' }), key: ADMIN_KEY })
  const other = { key: made.json.apiKey as string, token: await token(made.json.apiKey, 'default') }
  const login = { basicAuth: { username: 'u', password: PASSWORD } }
  await put(OWNER_KEY, {
    integrations: [
      { ...integrations[0], access: 'full' },
      { ...integrations[1], paused: true },
    ],
    channels: [{ ...HOOK, url: `${sink.url}/${PATH}`, secret: SIGNING, ...login }],
    policies: [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }],
  })
  const tokens = {
    default: await token(OWNER_KEY, 'default'),
    full: await token(OWNER_KEY, 'full'),
    paused: await token(OWNER_KEY, 'paused'),
  }
  const sealing = Buffer.from(readFileSync(join(data.path, 'secrets.key'), 'utf8').trim(), 'hex')
  const box = createSecretBox(sealing, (size) => Buffer.alloc(size))
  const unknown = integrationToken(box, 'default', 'never-was', 1)
  const keys = [OWNER_KEY, ADMIN_KEY, other.key, PASSWORD, SIGNING, PATH]
  return {
    host,
    url,
    data: data.path,
    sink,
    tokens,
    revoked,
    unknown,
    other,
    secrets: [...keys, ...Object.values(tokens), revoked, unknown, other.token],
    ask,
    async stop() {
      host.child.kill('SIGKILL')
      await host.ended
      await sink.stop()
      data.remove()
    },
  }
}

export function json(method: string, path: string, body: unknown): Asked {
  return { method, path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function exchange(url: string, { method = 'GET', path, key, headers = {}, body }: Asked): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` }
  // Node adds the content length itself when the whole body is given at once.
  const options = { hostname, port, method, path, headers: { ...authorization, ...headers }, agent: false }
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const isJson = response.headers['content-type']?.startsWith('application/json') && text !== ''
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: isJson ? JSON.parse(text) : undefined,
        })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
