import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { bundleFunctions } from '../../infra/bundle.ts'
import { HOUR, MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import { type AwsServices, startAwsServices } from '../fakes/aws-services.ts'
import { gatewayRoutes } from '../fakes/gateway.ts'
import { type HttpWords, httpEvent, scheduleEvent } from '../fakes/lambda-events.ts'
import { testSqsClient } from '../fakes/sqs.ts'
import { startWebhook, type Webhook } from '../fakes/webhook.ts'
import { createVirtualClock, type VirtualClock } from '../flow/virtual-clock.ts'
import { EPOCH, mulberry32 } from '../sim/world.ts'
import { createLambda, type FunctionName, type Lambda } from './lambda.ts'
import { type Poller, startPoller } from './poller.ts'
import { SLOW_NAME, type SlowNames, startSlowNames } from './slow.ts'
import { SLOW } from './story.ts'
import { countRequests, ownTime } from './time.ts'

/*
 * The deployed system in one process: the functions over the AWS adapters, the emulators behind a
 * proxy, pollers, a schedule and a webhook. The test owns the time, so minutes take seconds, and the clients'
 * time-outs and pauses take no real time.
 */

const [SECRETS, ADMIN] = ['/tocsin/test/secrets-key', '/tocsin/test/admin-key']
const ADMIN_KEY = 'admin-key-of-the-test'
const FUNCTIONS: FunctionName[] = ['api', 'ingest', 'dispatch', 'notify', 'sweep']
const SANDBOXES = 3
/**
 * Pause between receives without messages: the first for the busy time, the second for the time when only deadlines
 * and handed-back messages are left.
 */
const [PAUSE_MS, LATER_PAUSE_MS] = [500, 8 * SECOND]
const BUSY_MS = 60 * SECOND

/** Real time: thousands of calls may belong to one simulated moment, and the machine may be busy. */
const PATIENCE_MS = 2 * MINUTE

export interface Cloud {
  clock: VirtualClock
  services: AwsServices
  lambda: Lambda
  webhook: Webhook
  /** Takes requests and never answers, until `webhook` and the names of `slow` behave. */
  hole: Webhook
  names: SlowNames
  pollers: Record<'alerts' | 'deliveries', Poller>
  /** Sent over the route of the real gateway; `failed`: the function died. */
  http(words: HttpWords): Promise<{ status: number; text: string } | 'failed'>
  /** Lets time pass until the condition holds. */
  until<T>(work: Promise<T>): Promise<T>
  stop(): Promise<void>
}

/**
 * The functions as deployed bundles, or as sources without a bundling step. `bundle`: of another checkout, its own
 * function.
 */
export async function deployedFiles(
  bundled: boolean,
  bundle: typeof bundleFunctions = bundleFunctions,
): Promise<{ files: Map<FunctionName, string>; remove(): Promise<void> }> {
  if (!bundled) {
    const root = join(import.meta.dirname, '../../functions')
    return { files: new Map(FUNCTIONS.map((name) => [name, join(root, name, 'lambda.ts')])), remove: async () => {} }
  }
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-chaos-'))
  const bundles = await bundle(dir)
  const files = new Map(bundles.map(({ name, file }) => [name as FunctionName, file]))
  return { files, remove: () => rm(dir, { recursive: true }) }
}

export async function startCloud(
  files: ReadonlyMap<FunctionName, string>,
  seed: number,
  sandboxes = SANDBOXES,
): Promise<Cloud> {
  const services = await startAwsServices({ [SECRETS]: Buffer.alloc(32, 7).toString('base64'), [ADMIN]: ADMIN_KEY })
  const clock = createVirtualClock(EPOCH, () => busy(), PATIENCE_MS)
  const webhook = await startWebhook({ clock })
  const hole = await startWebhook({ clock, hangUntil: Number.POSITIVE_INFINITY, hangMs: HOUR })
  const names = await startSlowNames()
  const lambda = createLambda(files, clock)
  const requests = countRequests(lambda.sign)
  const busy = (): number =>
    requests.open() - services.proxy.silent() - webhook.hanging() - hole.hanging() + lambda.starting() + names.open()
  Object.assign(process.env, services.environment, {
    SECRETS_KEY_PARAMETER: SECRETS,
    ADMIN_KEY_PARAMETER: ADMIN,
    TOCSIN_PUBLIC_URL: 'https://tocsin.example',
    TOCSIN_ALLOW_TARGETS: `127.0.0.1:${webhook.port},127.0.0.1:${hole.port}`,
  })
  const { random } = Math
  Math.random = mulberry32(seed)
  const giveBack = ownTime(clock)
  // A client apart from the functions' clients, through the same proxy: faults of the functions' calls do not reach
  // this client.
  const sqs = testSqsClient({ endpoint: services.proxy.url })
  const poll = (queue: 'alerts' | 'deliveries', name: FunctionName): Poller => {
    const url = services.environment[`${queue.toUpperCase()}_QUEUE_URL`]!
    const pauseMs = (): number => (clock.now() < EPOCH + BUSY_MS ? PAUSE_MS : LATER_PAUSE_MS)
    return startPoller({ sqs, url, function: name, lambda, clock, concurrency: sandboxes, pauseMs })
  }
  const pollers = { alerts: poll('alerts', 'dispatch'), deliveries: poll('deliveries', 'notify') }
  const sweeps = everyMinute(clock, () => void lambda.invoke('sweep', scheduleEvent()))
  const routed = gatewayRoutes()
  return {
    clock,
    services,
    lambda,
    webhook,
    hole,
    names,
    pollers,
    async http(words) {
      const event = httpEvent(words)
      const invoked = await lambda.invoke(
        routed(event.requestContext.http.method, event.rawPath) as FunctionName,
        event,
      )
      if (!invoked.ok) return 'failed'
      const { statusCode = 0, body = '', isBase64Encoded } = invoked.returned as APIGatewayProxyStructuredResultV2
      return { status: statusCode, text: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString() }
    },
    async until(work) {
      let done = false
      const ended = work.finally(() => {
        done = true
      })
      ended.catch(() => {})
      while (!done) await clock.advanceTo(clock.now() + SECOND)
      return ended
    },
    async stop() {
      sweeps()
      for (const poller of Object.values(pollers)) poller.stop()
      await clock.advanceTo(clock.now() + MINUTE)
      requests.stop()
      giveBack()
      Math.random = random
      sqs.destroy()
      await webhook.stop()
      await hole.stop()
      await names.stop()
      await services.stop()
    },
  }
}

function everyMinute(clock: VirtualClock, run: () => void): () => void {
  let cancel = (): void => {}
  const arm = (at: Millis): void => {
    cancel = clock.at(at, () => {
      run()
      arm(at + MINUTE)
    })
  }
  arm(clock.now() + MINUTE)
  return () => cancel()
}

export interface Account {
  id: string
  /** Path of the integration's URL; its type is `prometheus`. */
  path: string
}

/** The path of the webhook for escalations, below the path of the account. */
export const CALLED = '/called'

/** An account with a webhook, told of every alert, and another one, which a policy may call in an escalation. */
export async function makeAccount(cloud: Cloud, id: string, policy: object, settings: object = {}): Promise<Account> {
  const json = { 'content-type': 'application/json' }
  const ask = async (
    method: string,
    path: string,
    authorization: string,
    body?: object,
  ): Promise<Record<string, string>> => {
    const headers = { ...json, authorization: `Bearer ${authorization}` }
    const answer = await cloud.http({ method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    if (answer === 'failed' || answer.status > 299) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
    return JSON.parse(answer.text)
  }
  const { webhook, hole } = cloud
  const [hook, called] = id === SLOW ? [hole.url, `http://${SLOW_NAME}:${webhook.port}`] : [webhook.url, webhook.url]
  const { apiKey } = await ask('POST', '/api/v1/accounts', ADMIN_KEY, { id, name: id })
  const config = {
    integrations: [{ id: 'prom', type: 'prometheus', name: 'Prometheus', ...settings }],
    channels: [
      { id: 'hook', type: 'webhook', url: `${hook}/${id}`, sendResolved: true },
      { id: 'called', type: 'webhook', url: `${called}/${id}${CALLED}`, sendResolved: true },
    ],
    policies: [{ id: 'everything', name: 'Everything', notify: [{ channel: 'hook' }], ...policy }],
  }
  await ask('PUT', '/api/v1/config', apiKey!, config)
  const { url } = await ask('GET', '/api/v1/integrations/prom', apiKey!)
  return { id, path: `${new URL(url!).pathname}/api/v2/alerts` }
}
