import { Agent, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { startHttpServer } from './http-server.ts'

/*
 * A proxy between clients and the emulators. The proxy knows every call by its name, which AWS JSON sends in
 * `X-Amz-Target`. A treatment decides over the calls: one treatment injects faults, another treatment counts.
 */

/** One try of a call. A client repeats a call under the same `id`. */
export interface AwsCall {
  service: AwsService
  /** `PutItem`, `SendMessageBatch`, … */
  operation: string
  input: Json
  id: string
  /** The sender of the call, if the sender says so in the header `x-test-caller`. */
  caller: string
}

export type AwsService = 'dynamodb' | 'sqs' | 'ssm'

export interface AwsAnswer {
  status: number
  output: Json
}

/** Cut: the connection is reset. Half: the head of an answer and half its body. Silence: no byte, for ever. */
export type Broken = 'cut' | 'half' | 'half and silence' | 'silence'

/** Puts the question to the service, unchanged or changed, at every call; or puts another question. */
export type Ask = (input?: Json, operation?: string) => Promise<AwsAnswer>

export type Treatment = (call: AwsCall, ask: Ask) => Promise<AwsAnswer | Broken>

// biome-ignore lint/suspicious/noExplicitAny: whatever was sent, to be looked into.
export type Json = any

export interface AwsProxy {
  port: number
  url: string
  /** Treatment of the calls from now on; before the first `treat`, calls only pass. */
  treat(treatment: Treatment): void
  /** The next answer is lost; `meanwhile` runs before the caller repeats the question. */
  loseNext(meanwhile?: () => Promise<void>): void
  /** The next request never reaches the service; `meanwhile` runs before the caller repeats the question. */
  loseNextRequest(meanwhile: () => Promise<void>): void
  /** Calls without an answer whose callers still wait. */
  silent(): number
  close(): Promise<void>
}

const SERVICES: Record<string, AwsService> = { DynamoDB_20120810: 'dynamodb', AmazonSQS: 'sqs', AmazonSSM: 'ssm' }
const PASS: Treatment = (_, ask) => ask()

export async function startAwsProxy(ports: Partial<Record<AwsService, number>>): Promise<AwsProxy> {
  const agent = new Agent({ keepAlive: true })
  let treatment = PASS
  let silent = 0
  const { port, url, stop } = await startHttpServer(async (incoming, outgoing, text) => {
    const call = callOf(incoming, text)
    const ask: Ask = (input, operation = call.operation) => {
      const target = String(incoming.headers['x-amz-target']).replace(/[^.]*$/, operation)
      const body = input === undefined ? text : JSON.stringify(input)
      return onward(agent, ports[call.service]!, { path: incoming.url!, headers: incoming.headers, target, body })
    }
    const answer = await treatment(call, ask)
    if ((answer === 'silence' || answer === 'half and silence') && !outgoing.closed) {
      silent++
      outgoing.once('close', () => silent--)
    }
    say(outgoing, answer)
  })
  return {
    port,
    url,
    treat: (next) => {
      treatment = next
    },
    loseNextRequest(meanwhile) {
      treatment = async () => {
        treatment = PASS
        await meanwhile()
        return 'cut'
      }
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
      await stop()
      agent.destroy()
    },
  }
}

function callOf({ headers }: IncomingMessage, text: string): AwsCall {
  const [version = '', operation = ''] = String(headers['x-amz-target']).split('.')
  const service = SERVICES[version]
  if (service === undefined) throw new Error(`no service speaks ${version}`)
  const id = String(headers['amz-sdk-invocation-id'])
  const caller = String(headers['x-test-caller'] ?? '')
  return { service, operation, input: JSON.parse(text), id, caller }
}

interface Question {
  path: string
  headers: IncomingHttpHeaders
  target: string
  body: string
}

function onward(agent: Agent, port: number, { path, headers, target, body }: Question): Promise<AwsAnswer> {
  const { connection: _, ...given } = headers
  const changed = { 'x-amz-target': target, 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const asked = request({ agent, port, method: 'POST', path, headers: { ...given, ...changed } }, (answer) => {
      readText(answer).then((said) => resolve({ status: answer.statusCode!, output: said && JSON.parse(said) }), reject)
    })
    asked.once('error', (error) => {
      // An idle connection, closed by the emulator at this moment: the emulator has not seen the question.
      if (asked.reusedSocket) onward(agent, port, { path, headers, target, body }).then(resolve, reject)
      else reject(error)
    })
    asked.end(body)
  })
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
