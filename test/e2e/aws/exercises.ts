import { expect } from 'vitest'
import { until } from '../wait.ts'
import { configure, FAILED_LOGIN, fire, ROUTE, record, told, untilTold } from './hub.ts'
import type { Right } from './policies.ts'
import { NAME, STAGE } from './stack.ts'
import { reached, type Stage } from './stage.ts'
import { WAYS } from './ways-out.ts'

/**
 * An exercise for each function and right: work that needs the right. An exercise may look at the refusal as the
 * sender sees the refusal; the name of the missing right is looked up in the function's log and in the returned
 * value.
 */
export type Exercises = Record<string, Record<string, () => Promise<unknown>>>

/** Returned by an exercise that has seen the refusal by itself. */
export const REFUSED = 'refused'

/** `dynamodb:Query index/due`: the action, and the end of the resource. */
export function shortName({ action, resource }: Right): string {
  const end = resource
    .replace(/^arn:aws:\w+:[\w-]*:\d*:/, '')
    .replace(/^(table\/)?tocsin-e2e[-/]?/, '')
    .replace(`parameter/tocsin/${STAGE}/`, '')
  return `${action} ${end || (action.startsWith('sns:') ? 'topic' : 'table')}`
}

/**
 * Each exercise begins with new groups: work left undone by a refusal comes back minutes later, and then meets no
 * group of a later exercise.
 */
let names = 0
const freshName = (): string => `Exercise${++names}`

export function exercisesOf(on: Stage): Exercises {
  const isRefused = async (answer: Promise<{ status: number; text: string }>): Promise<void> => {
    const { status, text } = await answer
    expect(status, text).toBeGreaterThanOrEqual(500)
  }
  const posted = (): Promise<number> => fire(on.url, freshName())
  const accepted = async () => expect(await posted()).toBe(200)
  const recorded = async (entry: object): Promise<number> => {
    return await record(reached(on, await on.hub.integrationUrl('trail')), { ...entry })
  }
  const askApi = (method: string, path: string, body?: unknown) => () => isRefused(on.hub.ask(method, path, body))
  const afresh = (name: string, then: () => Promise<unknown>) => async () => {
    await on.deployed.restart(name)
    return await then()
  }
  // On AWS the log says why a function does not start; the emulator says so to the caller.
  const starts = (name: string) =>
    afresh(name, async () => {
      const { failed, answer } = await on.deployed.invoke(name, { Records: [] })
      expect(failed).toBe(true)
      return answer.errorMessage
    })
  return {
    ingest: {
      'dynamodb:GetItem table': afresh('ingest', async () => expect(await posted()).toBe(503)),
      'sqs:SendMessage alerts': async () => expect(await posted()).toBe(503),
      'sqs:SendMessage records': async () => expect(await recorded(ROUTE)).toBe(503),
      'ssm:GetParameter secrets-key': starts('ingest'),
      // No sender waits for an answer: the message comes again until the file can be read.
      [`s3:GetObject ${on.trail.bucket}/AWSLogs/*`]: () => on.trail.putFile(freshName(), [{ eventName: 'Nothing' }]),
    },
    dispatch: {
      'dynamodb:GetItem table': accepted,
      'dynamodb:PutItem table': accepted,
      'dynamodb:DeleteItem table': async () => {
        const name = freshName()
        await fire(on.url, name, { count: 200 })
        await untilTold(on.webhook, name, ['firing'])
        await fire(on.url, name, { count: 200, annotations: { summary: 'changed' } })
      },
      // Every group has to look at a changed configuration.
      'dynamodb:Query index/list': async () => expect((await on.hub.ask('POST', '/-/reload')).status).toBe(200),
      'sqs:SendMessage alerts': accepted,
      'sqs:SendMessage deliveries': accepted,
      'sqs:SendMessage forwards': accepted,
    },
    evaluate: {
      'dynamodb:GetItem table': async () => expect(await recorded(ROUTE)).toBe(202),
      // The counts of a rule are kept.
      'dynamodb:PutItem table': async () => expect(await recorded(FAILED_LOGIN)).toBe(202),
      'sqs:SendMessage alerts': async () => expect(await recorded(ROUTE)).toBe(202),
    },
    notify: {
      'dynamodb:GetItem table': accepted,
      'dynamodb:PutItem table': accepted,
      'sqs:SendMessage alerts': accepted,
      'ssm:GetParameter secrets-key': starts('notify'),
      // The owner of the channel is told the service's code; the service's words are shown to no reader.
      [`events:PutEvents event-bus/${NAME}`]: async () => {
        await accepted()
        const failed = async () => (await on.hub.ask('GET', '/api/v1/deliveries?state=failed')).text
        await until('a delivery that says why', async () => (await failed()).includes('AccessDenied'), 15_000)
        return REFUSED
      },
      ...waysOfNotify(on, freshName),
    },
    forward: {
      'dynamodb:GetItem table': accepted,
      'dynamodb:PutItem table': accepted,
      'sqs:SendMessage alerts': accepted,
      'ssm:GetParameter secrets-key': starts('forward'),
    },
    api: {
      'dynamodb:GetItem table': askApi('GET', '/api/v1/config'),
      'dynamodb:PutItem table': askApi('PUT', '/api/v1/config', { resolveTimeout: '7m' }),
      'dynamodb:DeleteItem table': async () => {
        const { status, answer } = await on.hub.ask('POST', '/api/v1/keys', { name: 'to be deleted', role: 'viewer' })
        expect(status).toBe(201)
        await isRefused(on.hub.ask('DELETE', `/api/v1/keys/${answer.id}`))
      },
      'dynamodb:Query table': async () => {
        const { answer } = await on.hub.ask('GET', '/api/v1/incidents')
        await isRefused(on.hub.ask('GET', `/api/v1/incidents/${answer.items[0].id}`))
      },
      'dynamodb:Query index/list': askApi('GET', '/api/v1/incidents'),
      'dynamodb:Query index/cards': askApi('GET', '/api/v1/groups'),
      // A change without an announcement is not made.
      'sqs:SendMessage alerts': askApi('POST', '/-/reload'),
      'sqs:SendMessage deliveries': askApi('POST', '/api/v1/channels/hook/test'),
      'ssm:GetParameter secrets-key': starts('api'),
      'ssm:GetParameter admin-key': starts('api'),
    },
    sweep: {
      'dynamodb:Query index/due': async () => expect((await on.deployed.invoke('sweep', {})).failed).toBe(true),
      'sqs:SendMessage alerts': async () => {
        await makeDue(on)
        expect((await on.deployed.invoke('sweep', {})).failed).toBe(true)
      },
    },
  }
}

/** Exercises with the channels of `ways-out.ts`. */
function waysOfNotify(on: Stage, freshName: () => string): Exercises[string] {
  const send = (way: string) => async () => expect(await fire(on.url, `${way}${freshName()}`)).toBe(200)
  const failing = (way: string, code: RegExp) => async () => {
    await send(way)()
    const failed = async () => (await on.hub.ask('GET', '/api/v1/deliveries?state=failed')).text
    await until(`a delivery to ${way} that says why`, async () => code.test(await failed()), 15_000)
    return REFUSED
  }
  /** More messages than the robot takes at once: the last ones wait. */
  const waits = async () => await Promise.all([1, 2, 3, 4, 5].map(() => send(WAYS.turns)()))
  return {
    'sqs:SendMessage deliveries': waits,
    'dynamodb:Query table': waits,
    'dynamodb:DeleteItem table': waits,
    'sns:Publish topic': failing(WAYS.topic, /127\.0\.0\.1: status 403 A\w+/),
    [`lambda:InvokeFunction function:${NAME}-action`]: failing(WAYS.action, /127\.0\.0\.1: status 403 AccessDenied/),
  }
}

/** Proof that a function works with its rights back: an alert is told, and forwarded. */
export async function worksAgain(on: Stage): Promise<void> {
  await configure(on.hub, on.webhook, NAME)
  const name = freshName()
  expect(await fire(on.url, name)).toBe(200)
  await untilTold(on.webhook, name, ['firing'])
  await untilTold(on.webhook, name, ['firing'], 'hq')
  expect(told(on.webhook, name)).toEqual(['firing'])
}

/** A head is moved into the past of the index, as if its wake were lost. */
async function makeDue({ aws }: Stage): Promise<void> {
  const all = { TableName: NAME, FilterExpression: 'sk = :head', ExpressionAttributeValues: { ':head': { S: 'head' } } }
  const { Items } = await aws.json('dynamodb', 'DynamoDB_20120810.Scan', all)
  const [{ pk, sk }] = Items
  await aws.json('dynamodb', 'DynamoDB_20120810.UpdateItem', {
    TableName: NAME,
    Key: { pk, sk },
    UpdateExpression: 'SET dueBucket = :bucket, dueMinute = :past',
    ExpressionAttributeValues: { ':bucket': { N: '0' }, ':past': { N: '1' } },
  })
}
