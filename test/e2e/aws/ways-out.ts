import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { until } from '../wait.ts'
import { fire } from './hub.ts'
import { REGION } from './ministack.ts'
import { NAME } from './stack.ts'
import type { Stage } from './stage.ts'

/** The operator's topic with a queue behind the topic, and the operator's function. */
const QUEUE = 'operators-messages'
const TOPIC = `arn:aws:sns:${REGION}:000000000000:${NAME}`
const ACTION = `${NAME}-action`
/** The path at the webhook to which the operator's function passes its events on. */
const PASSED_ON = '/action'

/** Begins of the names of alerts that go one way out each: topic, function, and a robot whose provider has a limit. */
export const WAYS = { topic: 'Topic', action: 'Action', turns: 'Turns' } as const

/** Channels without keys, which the role of `notify` signs for, and deliveries that wait for a slot. */
export function waysOut(on: Stage): void {
  const QueueUrl = (): string => `${on.emulator.url}/000000000000/${QUEUE}`
  const sqs = (operation: string, body: object) => on.aws.json('sqs', `AmazonSQS.${operation}`, body)
  const sns = (Action: string, more: Record<string, string>) => on.aws.form('sns', '2010-03-31', { Action, ...more })
  const post = async (path: string, body: object): Promise<void> => {
    const answer = await on.hub.ask('POST', path, body)
    expect(answer, answer.text).toMatchObject({ status: 201 })
  }

  describe('further ways out', () => {
    test('the operator makes a topic and a function, and channels without keys', async () => {
      const endpoint = `arn:aws:sqs:${REGION}:000000000000:${QUEUE}`
      const Statement = [
        {
          ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' },
          Resource: endpoint,
        },
      ]
      const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }
      await sqs('CreateQueue', { QueueName: QUEUE, Attributes })
      await sns('CreateTopic', { Name: NAME })
      await sns('Subscribe', { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: endpoint })
      await on.aws.lambda('POST', '/2015-03-31/functions', {
        ...{ FunctionName: ACTION, Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 10 },
        Role: `arn:aws:iam::000000000000:role/${NAME}-sweep`,
        Code: { ZipFile: zipped(`${on.webhook.url}${PASSED_ON}`) },
      })
      const channels = {
        topic: { type: 'sns', topicArn: TOPIC },
        action: { type: 'function', provider: 'aws', functionName: ACTION, region: REGION },
        turns: { type: 'dingtalk', url: `${on.robot.url}/robot/send?access_token=t0ken`, details: 'none' },
      }
      for (const [id, channel] of Object.entries(channels)) {
        await post('/api/v1/channels', { id, ...channel })
        await post('/api/v1/policies', {
          ...{ id, groupBy: ['alertname'], groupWait: '0s', groupInterval: '1s', notify: [{ channel: id }] },
          match: [{ label: 'alertname', op: '=~', value: `${WAYS[id as keyof typeof WAYS]}.*` }],
        })
      }
    }, 60_000)

    test('a topic and a function are told with the keys of the role', async () => {
      const names = [`${WAYS.topic}Told`, `${WAYS.action}Told`] as const
      for (const name of names) expect(await fire(on.url, name)).toBe(200)
      const messages: string[] = []
      await until('a message of the topic', async () => {
        const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl: QueueUrl() })
        for (const { Body, ReceiptHandle } of Messages) {
          messages.push(Body)
          await sqs('DeleteMessage', { QueueUrl: QueueUrl(), ReceiptHandle })
        }
        return messages.some((body) => body.includes(names[0]))
      })
      const passedOn = () => on.webhook.received.filter(({ path }) => path === PASSED_ON)
      await until('an event of the function', async () => passedOn().length > 0)
      expect(passedOn()[0]?.body).toMatchObject({ status: 'firing', groupLabels: { alertname: names[1] } })
    }, 60_000)

    test('what waits for a robot comes again, in one message, and the robot is never asked too often', async () => {
      const names = Array.from({ length: 6 }, (_, index) => `${WAYS.turns}Told${index}`)
      await Promise.all(names.map((name) => fire(on.url, name)))
      const heard = () => names.filter((name) => on.robot.received.some(({ text }) => text.includes(name)))
      await until('all told by the robot', async () => heard().length === names.length, 45_000)
      expect(on.robot.attempts.filter(({ came }) => came !== 'taken')).toEqual([])
      expect(on.robot.received.length).toBeLessThan(names.length)
    }, 60_000)
  })
}

/** Removes the topic and the function of the operator before the stage: the removal of the stage leaves both. */
export function waysOutRemoved(on: Stage): void {
  test('the operator removes the topic and the function', async () => {
    await on.aws.form('sns', '2010-03-31', { Action: 'DeleteTopic', TopicArn: TOPIC })
    await on.aws.lambda('DELETE', `/2015-03-31/functions/${ACTION}`)
    const logGroupName = `/aws/lambda/${ACTION}`
    await on.aws.json('logs', 'Logs_20140328.DeleteLogGroup', { logGroupName }).catch(() => undefined)
  })
}

/** A function that passes its event on, as the package that Lambda takes, in base64. */
function zipped(url: string): string {
  const code = `export const handler = async (event) => {
    await fetch('${url}', { method: 'POST', body: JSON.stringify(event) })
    return {}
  }`
  const script = `import base64, io, sys, zipfile
made = io.BytesIO()
with zipfile.ZipFile(made, 'w') as archive: archive.writestr('index.mjs', sys.argv[1])
print(base64.b64encode(made.getvalue()).decode())`
  const { stdout, status, stderr } = spawnSync('python3', ['-c', script, code], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return stdout.trim()
}
