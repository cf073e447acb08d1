import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Host, type HostOptions, startHost } from '../../infra/machine/host.ts'
import type { Millis } from '../../shared/base/time.ts'
import { startWebhook, type Webhook, type WebhookOptions } from '../fakes/webhook.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** A host over HTTP, its webhooks, and the time in which host and webhooks live. */
export interface Stage {
  clock: VirtualClock
  start: Millis
  host(): Host
  /** Entries of the log: an entry fails the test. */
  logged: string[]
  webhook(options?: WebhookOptions): Promise<Webhook>
  /** A request with the owner's key. */
  api(method: string, path: string, body?: unknown, type?: string, headers?: Record<string, string>): Promise<Response>
  /** A request to the integration `default`; here its URL serves the whole Alertmanager API. */
  integration(method: string, path: string, body?: unknown): Promise<Response>
  /** A second installation in the same time, with its own data and keys. */
  neighbour(): Promise<Pick<Stage, 'api' | 'host'>>
  /** Stops the host and starts it on the same data; in between the clock is set. */
  restart(stepMs?: number): Promise<void>
  close(): Promise<void>
}

const BASE: Millis = Date.UTC(2026, 0, 5)
/** The owner's key of every stage. */
export const API_KEY = 'the-owner-of-the-stage'

/** Data of an earlier run: time and ids go on from there. */
interface Carried {
  start?: Millis
  firstBytes?: number
}

export async function openStage({
  start = BASE,
  firstBytes = 0,
  ...options
}: Partial<HostOptions> & Carried = {}): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-'))
  const webhooks: Webhook[] = []
  const logged: string[] = []
  let host: Host | undefined
  const hanging = (): number => webhooks.reduce((sum, webhook) => sum + webhook.hanging(), 0)
  const neighbours: { host: Host; dataDir: string }[] = []
  const busy = (): number => neighbours.reduce((sum, other) => sum + other.host.busy(), host?.busy() ?? 0)
  const clock = createVirtualClock(start, () => busy() - hanging())
  const begin = async (directory: string, first: number): Promise<Host> => {
    const started = await startHost({
      clock,
      chance: () => 0.5,
      dataDir: directory,
      host: '127.0.0.1',
      port: 0,
      allowTargets: ['127.0.0.0/8'],
      apiKey: API_KEY,
      randomBytes: countingBytes(first),
      log: (entry) => logged.push(JSON.stringify(entry)),
      giveUp: (error) => logged.push(error),
      ...(directory === dataDir ? options : {}),
    })
    if (!started.ok) throw new Error(started.error)
    return started.host
  }
  host = await begin(dataDir, firstBytes)
  const ask = async (
    to: Host,
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Response> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return await fetch(new URL(path, to.url), { method, headers, ...(body === undefined ? {} : { body: text }) })
  }
  const apiOf =
    (to: () => Host): Stage['api'] =>
    (method, path, body, type = 'application/json', headers = {}) =>
      ask(to(), method, path, body, { authorization: `Bearer ${API_KEY}`, 'content-type': type, ...headers })
  const api = apiOf(() => host!)
  let path: string | undefined
  return {
    clock,
    start,
    host: () => host!,
    logged,
    async webhook(webhookOptions) {
      const webhook = await startWebhook({ clock, ...webhookOptions })
      webhooks.push(webhook)
      return webhook
    },
    api,
    async integration(method, rest, body) {
      path ??= await integrationPath(api)
      return await ask(host!, method, path + rest, body, { 'content-type': 'application/json' })
    },
    async neighbour() {
      const directory = mkdtempSync(join(tmpdir(), 'tocsin-'))
      const other = await begin(directory, 1_000_000)
      neighbours.push({ host: other, dataDir: directory })
      return { host: () => other, api: apiOf(() => other) }
    },
    async restart(stepMs = 0) {
      await host!.stop()
      if (stepMs !== 0) clock.step(stepMs)
      host = await begin(dataDir, firstBytes)
    },
    async close() {
      await host!.stop()
      for (const other of neighbours) {
        await other.host.stop()
        rmSync(other.dataDir, { recursive: true, force: true })
      }
      for (const webhook of webhooks) await webhook.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function integrationPath(api: Stage['api']): Promise<string> {
  const answer = await api('GET', '/api/v1/integrations/default')
  if (!answer.ok) throw new Error(`integration: ${answer.status} ${await answer.text()}`)
  return new URL(((await answer.json()) as { url: string }).url).pathname
}

/** Not random, and never the same twice. */
function countingBytes(first: number): (size: number) => Buffer {
  let count = first
  return (size) => {
    const bytes = Buffer.alloc(size)
    bytes.writeUInt32BE(++count, size - 4)
    return bytes
  }
}
