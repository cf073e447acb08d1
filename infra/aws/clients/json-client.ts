import { randomUUID } from 'node:crypto'
import type { AwsClient } from '../../../shared/aws/client.ts'
import { AwsError } from '../../../shared/aws/error.ts'
import { signAws } from '../../../shared/aws/signature.ts'
import { sleep } from '../../../shared/base/time.ts'
import { type Answer, noAnswer, readAnswer } from './answer.ts'
import { createConnections, NoAnswer } from './connections.ts'
import { ATTEMPTS, createRetryBudget, pauseMs } from './retries.ts'
import type { ClientSettings } from './settings.ts'

/** A service that speaks AWS JSON: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export interface JsonService {
  /** The name in signatures and in host names. */
  name: 'dynamodb' | 'sqs' | 'ssm'
  /** The part of `X-Amz-Target` before the operation. */
  target: string
  version: '1.0' | '1.1'
  /** Longest time of an attempt. Without a limit, a lost connection takes the whole time of the function. */
  attemptMs: number
}

/** One call, the same in each attempt: by its id a service knows an attempt as a repetition. */
interface Call {
  url: URL
  operation: string
  body: string
  id: string
}

export function jsonClient(service: JsonService, settings: ClientSettings): AwsClient {
  const { clock, chance, keys, region, originOf } = settings
  const connections = createConnections(clock)
  const budget = createRetryBudget()
  /** The time by which the clock of the service is ahead. */
  let aheadMs = 0

  const attempt = async ({ url, operation, body, id }: Call, number: number): Promise<Answer> => {
    const at = clock.now() + aheadMs
    const headers = {
      'content-type': `application/x-amz-json-${service.version}`,
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': `${service.target}.${operation}`,
      'amz-sdk-invocation-id': id,
      'amz-sdk-request': `attempt=${number}; max=${ATTEMPTS}`,
    }
    const signed = await signAws(keys, { url, service: service.name, region, headers, body, at })
    try {
      return readAnswer(await connections.post(url, signed, body, service.attemptMs), at)
    } catch (error) {
      if (error instanceof NoAnswer) return noAnswer(error)
      throw error
    }
  }
  return {
    async call(operation, input) {
      const call: Call = { url: new URL(originOf(input)), operation, body: JSON.stringify(input), id: randomUUID() }
      for (let number = 1; ; number++) {
        const answer = await attempt(call, number)
        if (answer.ok) {
          budget.succeeded(number)
          return answer.output
        }
        const { failure, again, serviceTime } = answer
        if (again === 'never' || number === ATTEMPTS || !budget.pay()) throw new AwsError(failure, number)
        if (again === 'skewed') aheadMs = serviceTime! - clock.now()
        await sleep(clock, pauseMs(again, number, chance))
      }
    },
    destroy: connections.close,
  }
}
