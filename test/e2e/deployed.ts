import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  ScheduledEvent,
  SQSBatchResponse,
} from 'aws-lambda'
import { type Bundle, bundleFunctions } from '../../infra/bundle.ts'
import { type AwsServices, startAwsServices, type WorkedQueue } from '../fakes/aws-services.ts'
import { gatewayRoutes } from '../fakes/gateway.ts'
import { context, type HttpWords, httpEvent, scheduleEvent, sqsEvent } from '../fakes/lambda-events.ts'

export const ADMIN_KEY = 'admin-key-of-the-test'
const [SECRETS, ADMIN] = ['/tocsin/test/secrets-key', '/tocsin/test/admin-key']

/** The built bundles over services inside the test process, called as Lambda calls functions. */
export interface Deployed {
  bundles: Bundle[]
  services: AwsServices
  /** Sent over the route of the real gateway. */
  http(words: HttpWords): Promise<{ status: number; text: string; json: Said }>
  /** One batch of the visible messages; handled messages are deleted. Returns the answer. */
  work(queue: WorkedQueue): Promise<SQSBatchResponse>
  sweep(): Promise<void>
  invoke(name: string, event: unknown): Promise<unknown>
  stop(): Promise<void>
}

/** The parts of answers that tests read. */
export interface Said {
  error: { code: string }
  apiKey?: string
  url?: string
  items?: { id: string; state: string; event?: object; queue?: string }[]
}

const FED: Record<WorkedQueue, string> = { alerts: 'dispatch', records: 'evaluate', deliveries: 'notify' }

export async function deploy(environment: Record<string, string>): Promise<Deployed> {
  const services = await startAwsServices({ [SECRETS]: Buffer.alloc(32, 7).toString('base64'), [ADMIN]: ADMIN_KEY })
  const named = { SECRETS_KEY_PARAMETER: SECRETS, ADMIN_KEY_PARAMETER: ADMIN }
  Object.assign(process.env, services.environment, environment, named)
  const bundles = await bundleFunctions(mkdtempSync(join(tmpdir(), 'tocsin-bundles-')))
  const handlers = new Map<string, (event: unknown, context: unknown) => Promise<unknown>>()
  for (const { name, file } of bundles) handlers.set(name, (await import(pathToFileURL(file).href)).handler)

  const routed = gatewayRoutes()
  const invoke = async (name: string, event: unknown): Promise<unknown> => {
    const handler = handlers.get(name)
    if (!handler) throw new Error(`no function ${name}`)
    // Lambda's treatment of events and answers: only JSON survives.
    const answer = await handler(JSON.parse(JSON.stringify(event)), context)
    return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer))
  }
  return {
    bundles,
    services,
    invoke,
    async http(words) {
      const event: APIGatewayProxyEventV2 = httpEvent(words)
      const name = routed(event.requestContext.http.method, event.rawPath)
      const result = (await invoke(name, event)) as APIGatewayProxyStructuredResultV2
      const text = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8').toString()
      return { status: result.statusCode ?? 0, text, json: asJson(text) }
    },
    async work(queue) {
      const messages = await services.receive(queue)
      const answer = (await invoke(FED[queue], sqsEvent(messages))) as SQSBatchResponse
      const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      for (const message of messages) if (!failed.has(message.id)) await services.remove(queue, message)
      return answer
    },
    async sweep() {
      await invoke('sweep', scheduleEvent() satisfies ScheduledEvent)
    },
    stop: services.stop,
  }
}

function asJson(text: string): Said {
  try {
    return JSON.parse(text)
  } catch {
    return { error: { code: '' } }
  }
}
