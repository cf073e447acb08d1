import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/*
 * Stands between the SDK and the emulators, and sees every call by its name: AWS JSON says it in
 * `X-Amz-Target`. What becomes of a call is its treatment's to say: one injects faults, another counts.
 */

/** One try of one call. The SDK repeats a call under the same `id`. */
export interface AwsCall {
  service: AwsService
  /** `PutItem`, `SendMessageBatch`, … */
  operation: string
  input: Json
  id: string
  /** Who asked, where the caller says so in the header `x-test-caller`. */
  caller: string
}

export type AwsService = 'dynamodb' | 'sqs' | 'ssm'

export interface AwsAnswer {
  status: number
  output: Json
}

/** Cut: the connection is reset. Half: the head of an answer and half its body. Silence: nothing at all, for ever. */
export type Broken = 'cut' | 'half' | 'half and silence' | 'silence'

/** `ask` puts the question to the service, as it is or changed, as often as it is called. */
export type Treatment = (call: AwsCall, ask: (input?: Json) => Promise<AwsAnswer>) => Promise<AwsAnswer | Broken>

// biome-ignore lint/suspicious/noExplicitAny: whatever was sent, to be looked into.
export type Json = any

export interface AwsProxy {
  port: number
  url: string
  /** From now on calls are treated like this; at first they only pass. */
  treat(treatment: Treatment): void
  /** The next answer does not arrive; what is done meanwhile comes before the question is repeated. */
  loseNext(meanwhile?: () => Promise<void>): void
  /** Calls that are never answered and whose callers still wait. */
  silent(): number
  close(): Promise<void>
}

const SERVICES: Record<string, AwsService> = { DynamoDB_20120810: 'dynamodb', AmazonSQS: 'sqs', AmazonSSM: 'ssm' }
const PASS: Treatment = (_, ask) => ask()

export async function startAwsProxy(ports: Partial<Record<AwsService, number>>): Promise<AwsProxy> {
  const agent = new Agent({ keepAlive: true })
  let treatment = PASS
  let silent = 0
  const server = createServer(async (incoming, outgoing) => {
    const { call, text } = await readCall(incoming)
    const ask = (input?: Json): Promise<AwsAnswer> =>
      onward(agent, ports[call.service]!, incoming, input === undefined ? text : JSON.stringify(input))
    const answer = await treatment(call, ask)
    if (answer === 'silence' || answer === 'half and silence') {
      silent++
      outgoing.once('close', () => silent--)
    }
    say(outgoing, answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    treat: (next) => {
      treatment = next
    },
    loseNext(meanwhile = async () => {}) {
      treatment = async (_, ask) => {
        treatment = PASS
        await ask()
        await meanwhile()
        return 'cut'
      }
    },
    silent: () => silent,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }
}

async function readCall(incoming: IncomingMessage): Promise<{ call: AwsCall; text: string }> {
  const text = await readText(incoming)
  const [version = '', operation = ''] = String(incoming.headers['x-amz-target']).split('.')
  const service = SERVICES[version]
  if (service === undefined) throw new Error(`no service speaks ${version}`)
  const id = String(incoming.headers['amz-sdk-invocation-id'])
  const caller = String(incoming.headers['x-test-caller'] ?? '')
  return { call: { service, operation, input: JSON.parse(text), id, caller }, text }
}

function onward(agent: Agent, port: number, { headers, url }: IncomingMessage, body: string): Promise<AwsAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ agent, port, method: 'POST', path: url, headers: headersFor(headers, body) }, (answer) => {
      readText(answer).then((said) => resolve({ status: answer.statusCode!, output: said && JSON.parse(said) }), reject)
    })
    asked.once('error', reject)
    asked.end(body)
  })
}

function headersFor({ connection: _, ...headers }: IncomingHttpHeaders, body: string): IncomingHttpHeaders {
  return { ...headers, 'content-length': String(Buffer.byteLength(body)) }
}

function say(outgoing: ServerResponse, answer: AwsAnswer | Broken): void {
  if (answer === 'silence') return
  if (answer === 'cut') return void outgoing.socket?.resetAndDestroy()
  const type = { 'content-type': 'application/x-amz-json-1.0' }
  if (typeof answer === 'string') {
    outgoing.writeHead(200, { ...type, 'content-length': '1000' })
    outgoing.write('{"Half":"of', () => answer === 'half' && outgoing.destroy())
    return
  }
  const text = JSON.stringify(answer.output)
  outgoing.writeHead(answer.status, { ...type, 'content-length': String(Buffer.byteLength(text)) }).end(text)
}

async function readText(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
