import { MINUTE, SECOND } from '../../shared/base/time.ts'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import type { NewItem, Table } from '../../shared/table/port.ts'
import { handClock } from '../contract/hand-clock.ts'
import { openMachine } from '../flow/carried-over/machine.ts'
import { createReceivers } from '../flow/carried-over/receivers.ts'
import { hands, play, START } from '../flow/carried-over/story.ts'
import { type BenchAlert, benchAlert } from './alerts.ts'

/** Characters that DynamoDB's adapter keeps together in an item. */
const WHOLE_CHARS = 16 * 1024
const GROUPS = 5
const ALERTS = 100
const ROUNDS = 6

/**
 * Every item that real handlers put while groups of twenty usual alerts are told of a change in each minute, and while
 * the story of `test/flow/carried-over/story.ts` goes on: large groups, many targets, failures, people, events.
 */
export async function storedBodies(): Promise<NewItem[]> {
  return [...(await usual()), ...(await eventful())]
}

async function usual(): Promise<NewItem[]> {
  const { machine, puts, close } = await recordingMachine()
  const { json, pathOf, post } = await hands(machine)
  const policy = { id: 'shop', name: 'Shop', owner: 'team-shop', groupBy: ['alertname', 'cluster', 'namespace'] }
  await json('PUT', '/api/v1/config', {
    channels: [{ id: 'on-call', type: 'webhook', url: 'http://receivers.test/on-call' }],
    policies: [{ ...policy, groupWait: '5s', groupInterval: '30s', notify: [{ channel: 'on-call' }] }],
  })
  const path = await pathOf('default')
  for (let round = 0; round < ROUNDS; round++) {
    await machine.advanceTo(START + round * MINUTE)
    await post(
      path,
      Array.from({ length: ALERTS }, (_, id) => alertIn(round, id)),
    )
  }
  await machine.advanceTo(START + ROUNDS * MINUTE + 30 * SECOND)
  close()
  return puts
}

/** An alert of each group begins and ends in turn. */
function alertIn(round: number, id: number): BenchAlert {
  const now = START + round * MINUTE
  const known = benchAlert('usual', id, START, GROUPS)
  if (id >= GROUPS) return { ...known, endsAt: benchAlert('usual', id, now, GROUPS).endsAt }
  const over = round % 2 === 1
  const { startsAt } = benchAlert('usual', id, now - (over ? MINUTE : 0), GROUPS)
  return { ...known, startsAt, endsAt: benchAlert('usual', id, over ? now - 4 * MINUTE : now, GROUPS).endsAt }
}

async function eventful(): Promise<NewItem[]> {
  const { machine, receivers, puts, close } = await recordingMachine()
  await play(machine, receivers)
  close()
  return puts
}

async function recordingMachine() {
  const clock = handClock(START)
  const file = openSqlite(':memory:')
  const stored = sqliteTable(file, clock, () => 0.5)
  const puts: NewItem[] = []
  const table: Table = {
    ...stored,
    wholeBytes: WHOLE_CHARS,
    put(item, when) {
      puts.push(item)
      return stored.put(item, when)
    },
  }
  const receivers = createReceivers(clock.now)
  const machine = await openMachine({ clock, table, file, request: receivers.request })
  return { machine, receivers, puts, close: () => file.close() }
}
