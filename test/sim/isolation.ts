import type { Slots } from '../../infra/machine/slots.ts'
import { startWorker } from '../../infra/machine/worker.ts'
import { MINUTE, SECOND } from '../../shared/base/time.ts'
import { memoryQueue } from './queue.ts'
import { between, createWorld, EPOCH, pick, type World } from './world.ts'

/*
 * The promise of isolation in simulated time: the real worker of one machine with its slots, accounts whose targets
 * hang until the deadline of their attempts, whose names are found late or never, and whose targets work. Storms of
 * messages go to the slow targets, and a few messages to the targets that work.
 */

type Target = 'works' | 'hangs' | 'slow name' | 'no name'

/** How long an attempt takes: the time-out of a channel at most, and the longest look-up of a name. */
const TAKES_MS: Record<Target, readonly [number, number]> = {
  works: [5, 300],
  hangs: [5 * SECOND, 25 * SECOND],
  'slow name': [3 * SECOND, 10 * SECOND],
  'no name': [10 * SECOND, 10 * SECOND],
}
/** Until a message to a target that works is begun, where nothing of its account is slow, and where something is. */
const OTHER_ACCOUNT_MS = SECOND
const SAME_ACCOUNT_MS = 5 * SECOND

const SLOW: readonly Target[] = ['hangs', 'slow name', 'no name']
const STORM_MS = MINUTE

interface Ask {
  account: string
  lane: string
  target: Target
  at: number
  /** Whether another target of the account is slow. */
  besideSlow: boolean
}

/** The messages that waited longer than the promise says. */
export async function isolationBroken(seed: number, slots: Slots): Promise<string[]> {
  const world = createWorld(seed)
  const clock = world.clock()
  const queue = memoryQueue(clock)
  const asks = drawAsks(world)
  const begun = new Set<number>()
  const found: string[] = []
  const begin = (index: number): void => {
    const { at, target, account, lane, besideSlow } = asks[index]!
    const waitedMs = world.now() - EPOCH - at
    const mostMs = besideSlow ? SAME_ACCOUNT_MS : OTHER_ACCOUNT_MS
    begun.add(index)
    if (target === 'works' && waitedMs > mostMs) found.push(`slow: ${account}/${lane} waited ${waitedMs} ms`)
  }
  startWorker({
    name: 'notify',
    receiver: queue,
    clock,
    batch: 1,
    slots,
    log: (entry) => found.push(`error: ${JSON.stringify(entry)}`),
    async handle([message]) {
      const index = Number(message!.body)
      begin(index)
      const [least, most] = TAKES_MS[asks[index]!.target]
      await world.sleep(between(world.chance, least, most))
      return { failed: [] }
    },
  })
  for (const [index, { at, account, lane }] of asks.entries()) {
    clock.at(EPOCH + at, () => void queue.send([{ account, lane, body: String(index) }]))
  }
  await world.run(EPOCH + 2 * STORM_MS)
  for (const [index, { target, account, lane }] of asks.entries()) {
    if (target === 'works' && !begun.has(index)) found.push(`lost: ${account}/${lane} was never begun`)
  }
  return found
}

function drawAsks({ chance }: World): Ask[] {
  return ['a', 'b', 'c'].flatMap((account, place) => {
    // One account has nothing that is slow.
    const slow = place === 0 ? 0 : between(chance, 1, 6)
    const lanes: Target[] = ['works', ...Array.from({ length: slow }, () => pick(chance, SLOW))]
    return lanes.flatMap((target, lane) => {
      // A burst each second to what works: as many as its own slots take in time.
      const count = target === 'works' ? 30 : between(chance, 50, 150)
      return Array.from({ length: count }, (): Ask => {
        const at = between(chance, 1, target === 'works' ? STORM_MS : STORM_MS / 4)
        return { account, lane: `${target}-${lane}`, target, at, besideSlow: slow > 0 }
      })
    })
  })
}
