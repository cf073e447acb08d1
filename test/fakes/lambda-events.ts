import { readFileSync } from 'node:fs'
import type { APIGatewayProxyEventV2, Context, ScheduledEvent, SQSEvent, SQSRecord } from 'aws-lambda'

/** Events as the services send events, made from our own fixtures. */
function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/aws/${name}.json`, import.meta.url), 'utf8')) as T
}

export const context = {
  awsRequestId: '7d3c5d1c-1111-4222-8333-444455556666',
  functionName: 'tocsin-dev-test',
  getRemainingTimeInMillis: () => 30_000,
} as Context

export interface HttpWords {
  method?: string
  path?: string
  query?: string
  headers?: Record<string, string>
  cookies?: string[]
  /** A body of bytes needs `base64`. */
  body?: string | Uint8Array
  base64?: boolean
}

export function httpEvent(words: HttpWords = {}): APIGatewayProxyEventV2 {
  const event = fixture<APIGatewayProxyEventV2>((words.method ?? 'GET') === 'GET' ? 'http-get' : 'http-post')
  event.rawPath = words.path ?? event.rawPath
  event.rawQueryString = words.query ?? ''
  event.headers = { ...event.headers, ...words.headers }
  event.requestContext.http.method = words.method ?? event.requestContext.http.method
  if (words.cookies) event.cookies = words.cookies
  if (words.body !== undefined) {
    event.isBase64Encoded = words.base64 ?? false
    event.body = Buffer.from(words.body).toString(words.base64 ? 'base64' : 'utf8')
  }
  return event
}

export function sqsEvent(messages: { id?: string; body: string; receives?: number }[]): SQSEvent {
  const record = fixture<SQSEvent>('sqs').Records[0] as SQSRecord
  return {
    Records: messages.map(({ id, body, receives }, index) => ({
      ...record,
      messageId: id ?? `message-${index}`,
      body,
      attributes: { ...record.attributes, ApproximateReceiveCount: String(receives ?? 1) },
    })),
  }
}

export function scheduleEvent(): ScheduledEvent {
  return fixture<ScheduledEvent>('schedule')
}
