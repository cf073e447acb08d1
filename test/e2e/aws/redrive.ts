import { describe, expect, test } from 'vitest'
import { until } from '../wait.ts'
import { fire, told, untilTold } from './hub.ts'
import { rolePolicy } from './policies.ts'
import type { Answer } from './requests.ts'
import { NAME } from './stack.ts'
import type { Stage } from './stage.ts'

/** A function that fails for good, within less than a quarter of an hour; then the function is mended. */
export function redrive(on: Stage): void {
  const queueUrl = (queue: string): string => `${on.emulator.url}/000000000000/${NAME}-${queue}`
  const sqs = (operation: string, body: object): Promise<Answer> => on.aws.json('sqs', `AmazonSQS.${operation}`, body)

  /** The work of `start-message-move-task`, which the emulator lacks. */
  const move = async (from: string, to: string): Promise<number> => {
    let moved = 0
    for (;;) {
      const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl: queueUrl(from), MaxNumberOfMessages: 10 })
      if (Messages.length === 0) return moved
      for (const { Body, ReceiptHandle } of Messages) {
        await sqs('SendMessage', { QueueUrl: queueUrl(to), MessageBody: Body })
        await sqs('DeleteMessage', { QueueUrl: queueUrl(from), ReceiptHandle })
        moved++
      }
    }
  }

  describe('dead letters', () => {
    test('of a crashed function are not lost: moved back, their alerts are told', async () => {
      const asked = { QueueUrl: queueUrl('alerts'), AttributeNames: ['All'] }
      const { RedrivePolicy, VisibilityTimeout } = (await sqs('GetQueueAttributes', asked)).Attributes
      const set = (Attributes: object) => sqs('SetQueueAttributes', { QueueUrl: queueUrl('alerts'), Attributes })
      const soon = JSON.stringify({ ...JSON.parse(RedrivePolicy), maxReceiveCount: 1 })
      const policy = await rolePolicy(on.aws, 'dispatch')
      const right = policy.rights.find(({ action }) => action === 'dynamodb:GetItem')
      await set({ RedrivePolicy: soon, VisibilityTimeout: '1' })
      await policy.takeAway(right ?? expect.fail('dispatch reads no table'))
      try {
        expect(await fire(on.url, 'Crashed')).toBe(200)
        await until('the dead letter', async () => (await on.deployed.depth('dlq')) > 0, 30_000)
      } finally {
        await policy.restore()
        await set({ RedrivePolicy, VisibilityTimeout })
      }
      expect(told(on.webhook, 'Crashed')).toEqual([])
      expect(await move('dlq', 'alerts')).toBeGreaterThan(0)
      await untilTold(on.webhook, 'Crashed', ['firing'])
      expect(await on.deployed.depth('dlq')).toBe(0)
    })
  })
}
