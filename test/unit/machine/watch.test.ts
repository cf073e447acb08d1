import { afterEach, describe, expect, test } from 'vitest'
import type { Checked } from '../../../infra/machine/check.ts'
import { LOOK_MS, startWatch, type Watch, type WatchOptions } from '../../../infra/machine/watch.ts'
import { watched } from '../../../infra/machine/watched-part.ts'
import { createRegistry } from '../../../shared/metrics/registry.ts'
import { openSqlite, type SqliteFile } from '../../../shared/sqlite/file.ts'
import { Damaged } from '../../../shared/sqlite/sums.ts'
import { handClock } from '../../contract/hand-clock.ts'

const SOUND: Checked = { found: [], tookMs: 1 }
const opened: { file: SqliteFile; watch: Watch }[] = []
afterEach(async () => {
  for (const { watch, file } of opened.splice(0)) {
    await watch.stop()
    file.close()
  }
})

function watching(options: Partial<WatchOptions> = {}) {
  const clock = handClock()
  const file = openSqlite(':memory:')
  const log: Record<string, string>[] = []
  const metrics = createRegistry()
  const checks: ReturnType<typeof Promise.withResolvers<Checked>>[] = []
  const watch = startWatch({
    ...{ clock, file, metrics, parts: [], log: (entry) => log.push(entry) },
    check: (signal) => {
      const check = Promise.withResolvers<Checked>()
      signal.addEventListener('abort', () => check.reject(signal.reason))
      checks.push(check)
      return check.promise
    },
    ...options,
  })
  opened.push({ file, watch })
  return {
    ...{ file, log, metrics, checks, watch },
    /** The next looks, each with its commit. */
    async looks(count: number): Promise<void> {
      for (let n = 0; n < count; n++) {
        await settled()
        clock.advance(LOOK_MS)
      }
      await settled()
    },
  }
}

/** After the commit of the turn, which comes with the next turn of the event loop. */
async function settled(): Promise<void> {
  for (let n = 0; n < 4; n++) await new Promise((resolve) => setImmediate(resolve))
}

describe('the database', () => {
  test('is checked at the start, and nothing waits for the check', async () => {
    const { checks, watch, looks } = watching()
    expect([checks.length, watch.complaints()]).toEqual([1, []])
    await looks(100)
    // The check that is under way is the only check.
    expect([checks.length, watch.complaints()]).toEqual([1, []])
  })

  test('that is damaged makes a complaint until a check finds nothing, and one entry of the log', async () => {
    const { checks, watch, log, looks, metrics } = watching()
    const found = ['Tree 4 page 7: btreeInitPage() returns error code 11']
    checks[0]!.resolve({ found, tookMs: 1 })
    await looks(1)
    expect(watch.complaints()).toEqual(['the database is damaged'])
    expect(log).toEqual([{ function: 'host', what: 'the database is damaged', error: found[0] }])
    expect(metrics.render()).toContain('tocsin_ready 0\n')
    await looks(3)
    checks[1]!.resolve({ found, tookMs: 1 })
    await looks(4)
    expect(log).toHaveLength(1)
    checks[2]!.resolve(SOUND)
    await looks(1)
    expect(watch.complaints()).toEqual([])
    expect(metrics.render()).toContain('tocsin_ready 1\n')
  })

  test('that an operation found damaged makes a complaint at once', async () => {
    const { checks, file, watch, log, looks } = watching()
    file.trouble.note(new Damaged('message 7 is not as it was written'))
    expect(watch.complaints()).toEqual(['the database is damaged'])
    await looks(2)
    expect(log).toMatchObject([{ what: 'the database is damaged', error: 'message 7 is not as it was written' }])
    checks[0]!.resolve(SOUND)
    await looks(1)
    expect(watch.complaints()).toEqual([])
  })

  test('is checked at most a hundredth of the time', async () => {
    const { checks, looks } = watching()
    checks[0]!.resolve({ found: [], tookMs: 6000 })
    await looks(39)
    expect(checks).toHaveLength(1)
    await looks(2)
    expect(checks).toHaveLength(2)
  })

  test('that cannot be checked is in the log, and checked again', async () => {
    const { checks, watch, log, looks } = watching()
    checks[0]!.reject(new Error('no memory'))
    await looks(4)
    expect(log).toMatchObject([{ what: 'checking the database', error: expect.stringContaining('no memory') }])
    expect([checks.length, watch.complaints()]).toEqual([2, []])
  })

  test('on a full disk makes a complaint with the first failed write', async () => {
    const { file, watch, looks, log } = watching()
    await looks(1)
    file.db.exec('PRAGMA max_page_count = 1')
    const grow = () => file.write(() => file.db.exec(`INSERT INTO bodies (body) VALUES ('${'x'.repeat(200_000)}')`))
    await expect(grow()).rejects.toThrow('full')
    expect(watch.complaints()).toEqual(['the database cannot be used: database or disk is full'])
    // The host replaces such a file and the watch of the file.
    await looks(1)
    expect([watch.complaints().length, log]).toEqual([1, []])
  })

  test('that refuses every commit makes a complaint although nobody writes, until a commit succeeds', async () => {
    const { file, watch, looks } = watching()
    await looks(1)
    file.db.exec('PRAGMA query_only = ON')
    await looks(1)
    expect(watch.complaints()).toEqual([expect.stringMatching(/^the database cannot be used: .*readonly/)])
    await looks(1)
    expect(watch.complaints()).toHaveLength(1)
    file.db.exec('PRAGMA query_only = OFF')
    await looks(1)
    expect(watch.complaints()).toEqual([])
  })
})

describe('a worker', () => {
  test('with work that does none of it for a minute stands still, until it does some', async () => {
    let waits = true
    const { run, part } = watched(
      'notify',
      async () => {},
      () => waits,
    )
    const { watch, looks, log, metrics } = watching({ parts: [part] })
    await looks(3)
    expect(watch.complaints()).toEqual([])
    await looks(1)
    expect(watch.complaints()).toEqual(['notify stands still'])
    expect(metrics.render()).toContain('tocsin_worker_stands_still{worker="notify"} 1\n')
    await looks(5)
    expect(log).toEqual([{ function: 'notify', what: 'stands still', error: 'no progress' }])
    await run()
    await looks(1)
    expect(watch.complaints()).toEqual([])
    await looks(5)
    waits = false
    await looks(1)
    expect(watch.complaints()).toEqual([])
  })

  test('whose invocation never ends stands still; one without work does not, nor one that is slow', async () => {
    const hangs = watched(
      'dispatch',
      () => new Promise<void>(() => {}),
      () => false,
    )
    const idle = watched(
      'evaluate',
      async () => {},
      () => false,
    )
    const slow = watched(
      'forward',
      async () => {},
      () => true,
    )
    const { watch, looks } = watching({ parts: [hangs.part, idle.part, slow.part] })
    await slow.run()
    void hangs.run()
    for (let n = 0; n < 10; n++) {
      await looks(3)
      await slow.run()
    }
    expect(watch.complaints()).toEqual(['dispatch stands still'])
  })

  test('that throws has ended too', async () => {
    const broken = watched(
      'sweep',
      () => Promise.reject(new Error('no')),
      () => false,
    )
    await expect(broken.run()).rejects.toThrow('no')
    expect([broken.part.hasWork(), broken.part.progress()]).toEqual([false, 2])
  })
})

test('stopping ends the check that is under way', async () => {
  const ended: boolean[] = []
  const { watch } = watching({
    check: (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.push(true)
          reject(signal.reason)
        })
      }),
  })
  await watch.stop()
  expect(ended).toEqual([true])
})
