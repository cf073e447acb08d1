import { describe, expect, test } from 'vitest'
import { FEEDS } from '../../checks/stack/functions.ts'
import { until } from '../wait.ts'
import { fire, untilTold } from './hub.ts'
import type { Answer } from './requests.ts'
import { NAME } from './stack.ts'
import type { Stage } from './stage.ts'

/** Messages that no function would write, on every queue; the dead letters are checked at the end. */
export function malformed(on: Stage): void {
  describe('a malformed message on a queue', () => {
    test('is refused with its reason, shown to its account or to the operator, and the messages beside it arrive', async () => {
      const since = Date.now()
      for (const [queue, MessageBody] of Object.keys(FEEDS).flatMap((name) => [
        [name, JSON.stringify({ v: 1, kind: 'parcel', account: 'ops' })],
        [name, 'no JSON'],
      ])) {
        const QueueUrl = `${on.emulator.url}/000000000000/${NAME}-${queue}`
        await on.aws.json('sqs', 'AmazonSQS.SendMessage', { QueueUrl, MessageBody })
      }
      await fire(on.url, 'Neighbour', { count: 9 })
      await untilTold(on.webhook, 'Neighbour', ['firing'])
      for (const state of ['refused', 'dead']) {
        const queues = async () => {
          const { answer } = await on.hub.ask('GET', `/api/v1/deliveries?state=${state}`)
          const reason = 'cannot be read: kind has to be one of'
          return answer.items.flatMap((item: Answer) => (item.reason.includes(reason) ? [item.queue] : []))
        }
        await until(`four in ${state}`, async () => (await queues()).length === Object.keys(FEEDS).length)
        expect((await queues()).sort()).toEqual(Object.keys(FEEDS).sort())
      }
      for (const name of Object.values(FEEDS)) {
        const said = async () => (await on.deployed.log(name, since)).join('\n')
        await until(`${name} says it`, async () => (await said()).includes('cannot be read: it is not JSON'))
      }
    })
  })
}
