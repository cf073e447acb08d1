import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import type { Outcome } from '../../../shared/delivery/outcome.ts'
import { createChannelHealth, readChannelHealth } from '../../../shared/store/channel-health.ts'
import { handClock } from '../../contract/hand-clock.ts'
import { memoryTable } from '../../sim/table.ts'

const arrived = (at: number): Outcome => ({ kind: 'arrived', at })
const failed = (
  at: number,
  kind: 'refused' | 'dead' = 'refused',
  reason: 'serverError' | 'clientError' | 'authError' | 'limited' = 'serverError',
): Outcome => ({
  ...{ kind, at, reason },
  detail: 'h answered 503',
})

/** One worker, and the number of its writes. */
function opened() {
  const clock = handClock()
  const inner = memoryTable(clock)
  const counts = { puts: 0, broken: false }
  const table = {
    ...inner,
    put: async (...given: Parameters<typeof inner.put>) => {
      if (counts.broken) throw new Error('away')
      counts.puts++
      return await inner.put(...given)
    },
  }
  const start = clock.now()
  const health = createChannelHealth(table)
  const note = async (outcome: Outcome, target: { channel: string; user?: string } = { channel: 'c' }) => {
    health.note('a', target, outcome)
    await health.save()
  }
  const read = async (channel = 'c') => (await readChannelHealth(table, 'a')).get(channel)
  return { start, counts, note, read, table }
}

describe('the health of a channel', () => {
  test('is the last arrival and the last failure, each written once a minute at most', async () => {
    const { start, counts, note, read } = opened()
    for (let at = 0; at < 3 * MINUTE; at += SECOND) await note(arrived(start + at))
    expect(counts.puts).toBe(3)
    expect(await read()).toEqual({ arrivedAt: start + 2 * MINUTE })
  })

  test('is written at once when the channel begins to fail, and when it ceases', async () => {
    const { start, counts, note, read } = opened()
    await note(arrived(start))
    await note(failed(start + 1))
    await note(failed(start + 2))
    await note(arrived(start + 3))
    await note(arrived(start + 4))
    expect(counts.puts).toBe(3)
    expect(await read()).toEqual({
      arrivedAt: start + 3,
      failure: { at: start + 1, kind: 'refused', reason: 'serverError', detail: 'h answered 503' },
    })
  })

  test('counts no attempt that was not made, and no user whose number is wrong', async () => {
    const { start, counts, note } = opened()
    await note(failed(start, 'refused', 'limited'))
    await note(failed(start, 'dead', 'clientError'), { channel: 'c', user: 'u' })
    expect(counts.puts).toBe(0)
    await note(failed(start, 'dead', 'authError'), { channel: 'c', user: 'u' })
    expect(counts.puts).toBe(1)
  })

  test('comes with a later outcome where the table was away', async () => {
    const { start, counts, note, read } = opened()
    counts.broken = true
    await note(failed(start))
    counts.broken = false
    await note(failed(start + 1))
    expect(await read()).toMatchObject({ failure: { at: start + 1 } })
  })

  test('is of each channel and account by itself, whatever the id', async () => {
    const { start, note, read, table } = opened()
    await note(arrived(start), { channel: 'team/slack/0' })
    await note(failed(start), { channel: 'team' })
    expect(await read('team/slack/0')).toEqual({ arrivedAt: start })
    expect(await read('team')).toMatchObject({ failure: { at: start } })
    expect(await readChannelHealth(table, 'b')).toEqual(new Map())
  })
})
