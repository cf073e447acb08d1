import type { SendDeps, ToSend } from '../../../../shared/channel/send.ts'
import { alertEvents } from '../../../../shared/channels/events/alert-events.ts'
import { webhookBody } from '../../../../shared/channels/webhook/body.ts'

/** A body that a program reads, and the line above the body. */
export interface Body {
  title?: string | undefined
  text: string
}

const EVENTS = new Set(['alibaba-eventbridge', 'aws-eventbridge', 'cloudevents'])

/** The bodies for a kind that programs read, in the order of the requests. */
export function bodiesOf(
  kind: string,
  content: ToSend,
  { publicUrl, secrets }: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): Body[] {
  const { notification, rendered, note, account, begunAt: publishedAt } = content
  if (EVENTS.has(kind)) {
    const events = alertEvents(content, {}, { publicUrl, secrets, account, publishedAt })
    return events.map((event) => ({ text: JSON.stringify(event, undefined, 2) }))
  }
  if (rendered === undefined)
    return [{ text: JSON.stringify({ ...webhookBody(notification, publicUrl), note }, undefined, 2) }]
  const messages = rendered.single ?? [rendered]
  return messages.map(({ title = rendered.title, content: text }) => ({ title, text: inLines(text) }))
}

/** JSON in lines; a text without JSON stays unchanged. Values keep their spelling, so a long number loses no digit. */
function inLines(text: string): string {
  try {
    JSON.parse(text)
  } catch {
    return text
  }
  let written = ''
  let depth = 0
  const line = (): string => `\n${'  '.repeat(depth)}`
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === '{' || token === '[') {
      depth++
      written += token + line()
    } else if (token === '}' || token === ']') {
      depth--
      written += line() + token
    } else if (token === ',') written += token + line()
    else written += token === ':' ? ': ' : token.replaceAll(/^([{[])\s+/g, '$1')
  }
  return written
}
