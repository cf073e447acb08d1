import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Host, type HostOptions, startHost } from '../../infra/machine/host.ts'
import type { Millis } from '../../shared/base/time.ts'
import { startWebhook, type Webhook, type WebhookOptions } from '../fakes/webhook.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** A host over HTTP, its webhooks and the time they all live in. */
export interface Stage {
  clock: VirtualClock
  start: Millis
  host(): Host
  /** What the host complained about: a story in which it did has failed. */
  logged: string[]
  webhook(options?: WebhookOptions): Promise<Webhook>
  /** A request with the owner's key. */
  api(method: string, path: string, body?: unknown, type?: string): Promise<Response>
  /** A request to the integration `default`, whose URL serves the whole Alertmanager API here. */
  integration(method: string, path: string, body?: unknown): Promise<Response>
  /** Stops the host and starts it on the same data. */
  restart(): Promise<void>
  close(): Promise<void>
}

const BASE: Millis = Date.UTC(2026, 0, 5)
const API_KEY = 'the-owner-of-the-stage'

export async function openStage(options: Partial<HostOptions> = {}): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-'))
  const webhooks: Webhook[] = []
  const logged: string[] = []
  let host: Host | undefined
  const hanging = (): number => webhooks.reduce((sum, webhook) => sum + webhook.hanging(), 0)
  const clock = createVirtualClock(BASE, () => (host?.busy() ?? 0) - hanging())
  const begin = async (): Promise<Host> => {
    const started = await startHost({
      clock,
      chance: () => 0.5,
      dataDir,
      host: '127.0.0.1',
      port: 0,
      allowTargets: ['127.0.0.0/8'],
      apiKey: API_KEY,
      randomBytes: countingBytes(),
      log: (line) => logged.push(line),
      ...options,
    })
    if (!started.ok) throw new Error(started.error)
    return started.host
  }
  host = await begin()
  const ask = async (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Response> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return await fetch(new URL(path, host!.url), { method, headers, ...(body === undefined ? {} : { body: text }) })
  }
  const api: Stage['api'] = (method, path, body, type = 'application/json') =>
    ask(method, path, body, { authorization: `Bearer ${API_KEY}`, 'content-type': type })
  let path: string | undefined
  return {
    clock,
    start: BASE,
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
      return await ask(method, path + rest, body, { 'content-type': 'application/json' })
    },
    async restart() {
      await host!.stop()
      host = await begin()
    },
    async close() {
      await host!.stop()
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

/** Not random, never twice the same. */
function countingBytes(): (size: number) => Buffer {
  let count = 0
  return (size) => {
    const bytes = Buffer.alloc(size)
    bytes.writeUInt32BE(++count, size - 4)
    return bytes
  }
}
