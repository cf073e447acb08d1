import { describe, expect, test } from 'vitest'
import { createRing } from '../../shared/sqlite/queue-ring.ts'

function ringOf(counts: Record<string, number>) {
  const ring = createRing()
  for (const [key, count] of Object.entries(counts)) {
    const [account = '', lane = ''] = key.split('/')
    ring.add({ account, lane }, count)
  }
  return ring
}

const taken = (ring: ReturnType<typeof createRing>, max: number, room?: Parameters<typeof ring.shares>[1]) =>
  ring.shares(max, room).map(({ account, lane, count }) => `${account}/${lane} ${count}`)

describe('the turns of accounts and lanes', () => {
  test('an account with many lanes gets no more than an account with one', () => {
    const ring = ringOf({ 'a/x': 9, 'a/y': 9, 'a/z': 9, 'b/x': 9 })
    expect(taken(ring, 8)).toEqual(['a/x 2', 'b/x 4', 'a/y 1', 'a/z 1'])
  })

  test('what few have is taken, and the rest goes to who has more', () => {
    expect(taken(ringOf({ 'a/x': 100, 'b/x': 1, 'b/y': 1 }), 10)).toEqual(['a/x 8', 'b/x 1', 'b/y 1'])
    expect(taken(ringOf({ 'a/x': 2 }), 10)).toEqual(['a/x 2'])
    expect(taken(ringOf({}), 10)).toEqual([])
  })

  test('who was served goes behind the others', () => {
    const ring = ringOf({ 'a/x': 5, 'a/y': 5, 'b/x': 5 })
    ring.served({ account: 'a', lane: 'x' })
    expect(taken(ring, 2)).toEqual(['b/x 1', 'a/y 1'])
    expect(ring.sum()).toBe(14)
  })

  test('a full lane and a full account are passed over, however much they have', () => {
    const ring = ringOf({ 'a/x': 1000, 'a/y': 3, 'b/x': 1000, 'b/y': 9, 'c/x': 2 })
    const asked: string[] = []
    const shares = taken(ring, 100, ({ account, lane }) => {
      asked.push(`${account}/${lane}`)
      if (account === 'b') return 'account full'
      return lane === 'x' && account === 'a' ? 'lane full' : 'free'
    })
    expect(shares).toEqual(['a/y 3', 'c/x 2'])
    // The work does not grow with what waits in full lanes.
    expect(asked).toHaveLength(7)
  })
})
