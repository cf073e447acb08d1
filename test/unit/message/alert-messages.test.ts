import { expect, test } from 'vitest'
import type { PostedAlert } from '../../../shared/alert/alert.ts'
import { finish } from '../../../shared/base/steps.ts'
import { alertMessages, LARGEST_ALERT } from '../../../shared/message/alert-messages.ts'
import { readDispatched, takeDispatched } from '../../../shared/message/parse.ts'

const ENVELOPE = {
  ...{ v: 1, kind: 'alerts' as const, account: 'acme', integration: 'prod', receivedAt: 1_767_225_600_000 },
  ...{ recoverAfterMs: 300_000, hops: undefined },
}
const plain = (place: number): PostedAlert => ({ labels: { n: `${place}` }, annotations: {}, startsAt: 1000 + place })
const VARIANTS: PostedAlert[] = [
  {
    ...plain(1),
    annotations: { summary: 'größer als 5 s 🚨 \ud800' },
    endsAt: 5000,
    generatorURL: 'http://p.example/',
  },
  { ...plain(2), generatorURL: undefined, recoverAfterMs: 0, fingerprint: '0123456789abcdef' },
  { ...plain(3), origin: { account: 'other', integration: 'x', via: ['other'] } },
  { ...plain(4), labels: JSON.parse('{"__proto__":"a label","b":"\\u0000"}') },
]

function messagesOf(alerts: PostedAlert[]) {
  return finish(alertMessages(ENVELOPE, alerts))
}

test('the value beside a message is the value of its text', () => {
  const many = Array.from({ length: 600 }, (_, place) => plain(place))
  const { messages, tooLarge } = messagesOf([...VARIANTS, ...many])
  expect(messages.length).toBeGreaterThan(1)
  expect(tooLarge).toEqual([])
  for (const message of messages) {
    const read = readDispatched(message.body)
    expect(read.ok).toBe(true)
    expect(JSON.parse(JSON.stringify(takeDispatched(message)))).toEqual(JSON.parse(JSON.stringify(read)))
  }
})

test('an alert that is too large is neither in the texts nor in the values', () => {
  const large = { ...plain(7), annotations: { text: 'x'.repeat(LARGEST_ALERT) } }
  const { messages, tooLarge } = messagesOf([plain(1), large, plain(2)])
  expect(tooLarge).toEqual([1])
  const alerts = messages.flatMap(({ value }) => (value as { alerts: PostedAlert[] }).alerts)
  expect(alerts.map(({ labels }) => labels.n)).toEqual(['1', '2'])
})
