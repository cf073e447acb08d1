import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../shared/base/time.ts'
import { VISIBILITY_MS } from '../../shared/queue/port.ts'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { memoryQueue } from '../sim/queue.ts'
import { handClock } from './hand-clock.ts'
import { receiverContract } from './receiver.contract.ts'

describe('receiver: sqlite', () => receiverContract((clock) => sqliteQueue(openSqlite(':memory:'), clock, 'alerts')))
describe('receiver: the model of the simulator', () => receiverContract(memoryQueue))

const step = fc.oneof(
  fc.record({ do: fc.constant('send' as const), account: fc.constantFrom('a', 'b', 'c'), delay: fc.nat(3) }),
  fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('ack' as const), at: fc.nat(20) }),
  fc.record({ do: fc.constant('retry' as const), at: fc.nat(20), delay: fc.nat(3) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(SECOND, 2 * SECOND, VISIBILITY_MS) }),
  fc.record({ do: fc.constant('redrive' as const) }),
  fc.record({ do: fc.constant('commit' as const) }),
  fc.record({ do: fc.constant('fail' as const), after: fc.constantFrom('send', 'receive', 'ack', 'retry', 'redrive') }),
)

test('what the SQLite queue counts along is what its file holds after each commit, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = handClock()
      const directory = mkdtempSync(join(tmpdir(), 'tocsin-receiver-'))
      const path = join(directory, 'tocsin.db')
      let file = openSqlite(path)
      let queue = sqliteQueue(file, clock, 'alerts')
      const openAgain = (): void => {
        const before = file
        file = openSqlite(path, { after: { failure: new Error('taken back') } })
        before.close()
        queue = sqliteQueue(file, clock, 'alerts')
        file.tryWrite()
      }
      const ids: string[] = []
      const some = (at: number) => ids.filter((_, i) => i % (at + 1) === 0)
      const run = async (kind: string, at = 0, delay = 0, account = 'a', max = 4): Promise<void> => {
        if (kind === 'send') await queue.send([{ body: 'x', account, delayMs: delay * SECOND }])
        if (kind === 'receive') ids.push(...(await queue.receive(max)).map(({ id }) => id))
        if (kind === 'ack') await queue.ack(some(at))
        if (kind === 'retry') await queue.retry(some(at), delay * SECOND)
        if (kind === 'redrive') await queue.redrive()
      }
      const bug = (): never => {
        throw new Error('taken back')
      }
      const compare = (): void => {
        const rows = file.db.prepare('SELECT state, count(*) AS count FROM messages GROUP BY state').all()
        const held = Object.fromEntries(rows.map(({ state, count }) => [Number(state), Number(count)]))
        const [ready = 0, delayed = 0, inFlight = 0, dead = 0] = [held[0], held[1], held[2], held[3]]
        expect(queue.depth()).toEqual({ ready, delayed, inFlight, dead })
        const bodies = file.db.prepare('SELECT count(*) AS count FROM bodies').get()
        expect(bodies?.count).toBe(ready + delayed + inFlight + dead)
      }
      for (const one of steps) {
        if (one.do === 'wait') clock.advance(one.ms)
        else if (one.do === 'fail') {
          await Promise.allSettled([run(one.after), file.write(bug)])
          openAgain()
        } else if (one.do === 'commit') await file.durable()
        else if (one.do === 'send') await run('send', 0, one.delay, one.account)
        else if (one.do === 'receive') await run('receive', 0, 0, 'a', one.max)
        else if (one.do === 'retry') await run('retry', one.at, one.delay)
        else await run(one.do, 'at' in one ? one.at : 0)
        // Before the commit, messages of the turn are in memory alone.
        if (!file.pending()) compare()
        const { ready, delayed, inFlight } = queue.depth()
        expect(queue.nextVisibleIn() !== undefined).toBe(ready + delayed + inFlight > 0)
      }
      await file.durable()
      compare()
      file.close()
      rmSync(directory, { recursive: true })
    }),
    { numRuns: 300 },
  )
}, 60_000)
