import { expect, test } from 'vitest'
import { invocations } from '../../../infra/invocations.ts'

/** Messages named by a letter; behind the letter stands how often the message was received. */
function messagesOf(text: string) {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ id: word, body: '', receives: Number(word.slice(1)), sentAt: 0 }))
}

test.each<[messages: string, batch: number | undefined, calls: string[]]>([
  ['', 10, []],
  ['a1 b1 c1', 10, ['a1 b1 c1']],
  ['a1 b1 c1', 2, ['a1 b1', 'c1']],
  ['a1 b1 c1', undefined, ['a1 b1 c1']],
  ['a1 b2 c1 d5', 10, ['a1 c1', 'b2', 'd5']],
  ['a2 b2', 10, ['a2', 'b2']],
  ['a1 b2', 1, ['a1', 'b2']],
])('of %j, %s in a call: a message that failed before goes alone', (text, batch, calls) => {
  expect(invocations(messagesOf(text), batch).map((call) => call.map(({ id }) => id).join(' '))).toEqual(calls)
})

test('a message that was in work when a process ended has not failed, and goes with others', () => {
  const [a, b, c] = messagesOf('a2 b2 c2')
  const calls = invocations([{ ...a!, ended: true as const }, { ...b!, ended: true as const }, c!], 10)
  expect(calls.map((call) => call.map(({ id }) => id).join(' '))).toEqual(['a2 b2', 'c2'])
})
