import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { ROOT } from '../../checks/stack/stack.ts'
import { type Answer, elements, type Requests } from './requests.ts'

export const STAGE = 'e2e'
export const NAME = `tocsin-${STAGE}`
/** The URL to which the first stage forwards. */
export const HQ = 'hq'

/** Runs a command of package.json or of osls in a folder of sources, pointed at the emulator. */
export async function runCommand(
  folder: string,
  endpoint: string,
  [program, ...words]: [string, ...string[]],
  environment: Record<string, string> = {},
): Promise<{ status: number; output: string }> {
  const env = {
    PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    ...environment,
  }
  const child = spawn(program, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const [status] = (await once(child, 'close')) as [number]
  return { status, output }
}

/** The deployed resources, as root sees them. */
export interface Deployed {
  /** The emulator's address for the gateway; paths are appended. */
  apiUrl(): Promise<string>
  parameter(name: string): Promise<string>
  functionNamed(name: string): Promise<Answer>
  /** A function's variables; after a change, the next request starts a new process. */
  setVariables(name: string, variables: Record<string, string>): Promise<void>
  restart(name: string): Promise<void>
  invoke(name: string, event: object): Promise<{ failed: boolean; answer: Answer }>
  /** Lines of a function's log since a moment. */
  log(name: string, since: number): Promise<string[]>
  /** Messages in a queue: available, in flight, delayed. */
  depth(queue: string): Promise<number>
}

export function deployedAt(url: string, aws: Requests, stage = STAGE): Deployed {
  const stack = `tocsin-${stage}`
  const functionPath = (name: string): string => `/2015-03-31/functions/${stack}-${name}`
  const functionNamed = async (name: string): Promise<Answer> =>
    (await aws.lambda('GET', functionPath(name))).answer.Configuration
  const setVariables = async (name: string, Variables: Record<string, string>): Promise<void> => {
    await aws.lambda('PUT', `${functionPath(name)}/configuration`, { Environment: { Variables } })
  }
  return {
    functionNamed,
    async apiUrl() {
      const xml = await aws.form('cloudformation', '2010-05-15', { Action: 'DescribeStacks', StackName: stack })
      const id = elements(xml, 'OutputValue')[elements(xml, 'OutputKey').indexOf('HttpApiId')]
      return `${url}/_aws/execute-api/${id}/$default`
    },
    async parameter(name) {
      const asked = { Name: `/tocsin/${stage}/${name}`, WithDecryption: true }
      return (await aws.json('ssm', 'AmazonSSM.GetParameter', asked)).Parameter.Value
    },
    setVariables,
    async restart(name) {
      const { Variables } = (await functionNamed(name)).Environment
      await setVariables(name, { ...Variables, RESTARTED: String(Number(Variables.RESTARTED ?? 0) + 1) })
    },
    async invoke(name, event) {
      const { headers, answer } = await aws.lambda('POST', `${functionPath(name)}/invocations`, event)
      return { failed: headers.get('x-amz-function-error') !== null, answer }
    },
    async log(name, since) {
      const asked = { logGroupName: `/aws/lambda/${stack}-${name}`, startTime: since }
      const { events } = await aws.json('logs', 'Logs_20140328.FilterLogEvents', asked)
      return events.map(({ message }: Answer) => message)
    },
    async depth(queue) {
      const QueueUrl = `${url}/000000000000/${stack}-${queue}`
      const asked = { QueueUrl, AttributeNames: ['All'] }
      const { Attributes } = await aws.json('sqs', 'AmazonSQS.GetQueueAttributes', asked)
      const counts = ['', 'NotVisible', 'Delayed'].map((kind) =>
        Number(Attributes[`ApproximateNumberOfMessages${kind}`]),
      )
      return counts.reduce((sum, count) => sum + count, 0)
    },
  }
}
