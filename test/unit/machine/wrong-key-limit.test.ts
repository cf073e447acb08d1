import { describe, expect, test } from 'vitest'
import { createWrongKeyLimit } from '../../../infra/machine/wrong-key-limit.ts'
import { SECOND } from '../../../shared/base/time.ts'

const NOW = Date.UTC(2026, 0, 5)

function world() {
  const time = { now: NOW }
  const limit = createWrongKeyLimit({ clock: { elapsed: () => time.now }, base: '/tocsin', newId: () => 'id' })
  /** Statuses of so many wrong keys, the last of each kind counted. */
  const guess = (address: string, times: number, status = 401, path = '/api/v1/alerts') => {
    const url = `http://tocsin${path}`
    const answers = Array.from({ length: times }, () => limit.replacementFor(address, url, status))
    return answers.filter((answer) => answer !== undefined)
  }
  return { time, guess }
}

describe('guessing', () => {
  test('is answered 429 after a hundred wrong ones in ten seconds, and says how long to wait', async () => {
    const { time, guess } = world()
    expect(guess('192.0.2.1', 100)).toEqual([])
    time.now += 4 * SECOND
    const [first, ...others] = guess('192.0.2.1', 50)
    expect(others).toHaveLength(49)
    expect([first!.status, first!.headers.get('retry-after')]).toEqual([429, '6'])
    expect(await first!.json()).toMatchObject({ error: { code: 'too_many', requestId: 'id' } })
    time.now += 6 * SECOND
    expect(guess('192.0.2.1', 100)).toEqual([])
  })

  test.each([
    ['what is right', 200, '/api/v1/alerts'],
    ['what is taken in', 202, '/i/tsn_x'],
    ['what a key may not do', 403, '/api/v1/config'],
    ['what is not there', 404, '/api/v1/incidents/x'],
  ])('is not %s, from whichever address', (_what, status, path) => {
    const { guess } = world()
    guess('192.0.2.1', 500)
    expect(guess('192.0.2.1', 500, status, path)).toEqual([])
  })

  test.each(['/l/tsl_x', '//l/tsl_x', '/l//tsl_x/', '/%6c/tsl_x', '/x/../l/tsl_x', '/tocsin/l/tsl_x'])(
    'links counts too, at %s',
    (path) => {
      expect(world().guess('192.0.2.1', 150, 404, path)).toHaveLength(50)
    },
  )

  test('is counted for each address, and for a whole network of IPv6', () => {
    const { guess } = world()
    guess('192.0.2.1', 500)
    expect(guess('192.0.2.2', 100)).toEqual([])
    for (let host = 1; host <= 100; host++) guess(`2001:db8:1:2::${host.toString(16)}`, 1)
    expect(guess('2001:db8:1:2:3:4:5:6', 1)).toHaveLength(1)
    expect(guess('2001:db8:1:3::1', 1)).toEqual([])
    expect(guess('::1', 100)).toEqual([])
    expect(guess('::ffff:192.0.2.7', 100)).toEqual([])
  })

  test('from very many addresses is remembered of the latest', () => {
    const { guess } = world()
    guess('192.0.2.1', 101)
    for (let n = 0; n < 10_000; n++) guess(`10.0.${n >> 8}.${n & 255}`, 1)
    expect(guess('192.0.2.1', 1)).toEqual([])
  })
})
