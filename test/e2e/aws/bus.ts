import { until } from '../wait.ts'
import { REGION } from './ministack.ts'
import type { Answer, Requests } from './requests.ts'
import { NAME } from './stack.ts'

/** Resources made by an operator: the bus for the functions, and a rule with a queue behind the bus. */
export interface Bus {
  /**
   * Types and data of the life-cycle events of one incident, as the queue received the events; waits for a number of
   * events.
   */
  events(incident: string, count: number): Promise<Answer[]>
}

const QUEUE = 'operators-events'

export async function makeBus(aws: Requests, url: string): Promise<Bus> {
  const events = (operation: string, body: object) => aws.json('events', `AWSEvents.${operation}`, body)
  const sqs = (operation: string, body: object) => aws.json('sqs', `AmazonSQS.${operation}`, body)
  const QueueUrl = `${url}/000000000000/${QUEUE}`
  await sqs('CreateQueue', { QueueName: QUEUE })
  await events('CreateEventBus', { Name: NAME })
  const rule = { Name: 'life-cycle', EventBusName: NAME }
  await events('PutRule', { ...rule, EventPattern: JSON.stringify({ source: ['arms'] }) })
  const target = { Id: 'queue', Arn: `arn:aws:sqs:${REGION}:000000000000:${QUEUE}` }
  await events('PutTargets', { Rule: rule.Name, EventBusName: NAME, Targets: [target] })

  const received: Answer[] = []
  const more = async (): Promise<void> => {
    const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 })
    for (const { Body, ReceiptHandle } of Messages) {
      received.push(JSON.parse(Body))
      await sqs('DeleteMessage', { QueueUrl, ReceiptHandle })
    }
  }
  return {
    async events(incident, count) {
      const ours = () => received.filter(({ detail }) => String(detail.subject).includes(incident))
      await until(
        `${count} events of ${incident}`,
        async () => {
          await more()
          return ours().length >= count
        },
        30_000,
      )
      return ours()
    },
  }
}
