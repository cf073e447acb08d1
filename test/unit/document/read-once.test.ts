import { expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { createReadOnce } from '../../../shared/document/reading/read-once.ts'

function counting() {
  let reads = 0
  const once = createReadOnce<number>((given) => {
    reads++
    return { ok: true, value: JSON.stringify(given).length }
  })
  return { once, reads: () => reads }
}

test('an entry that was prepared is read once, and another one with the same content is another one', () => {
  const { once, reads } = counting()
  const list = [{ id: 'a' }, { id: 'a' }, 'text', null]
  finish(once.prepare(list))
  expect(reads()).toBe(4)
  for (const entry of list.slice(0, 2)) once.read(entry)
  expect(reads()).toBe(4)
  finish(once.prepare('no list'))
})

test('an entry that was shown is known', () => {
  const { once, reads } = counting()
  const shown = { id: 'a' }
  once.know(shown, 7)
  expect([once.read(shown), reads()]).toEqual([{ ok: true, value: 7 }, 0])
})
