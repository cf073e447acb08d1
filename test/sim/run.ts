import { MINUTE } from '../../shared/base/time.ts'
import { listGroups } from '../../shared/group-store/heads.ts'
import { drawFlowStory } from './flows/story.ts'
import { startPeople } from './people.ts'
import { drawAbsorbedStory, drawMachineStory, drawRefreshStory } from './refreshing.ts'
import { createStage, type Outcome, type Stage } from './stage.ts'
import { drawStory, type Story } from './story.ts'
import { inWords } from './words.ts'
import { startWorkers } from './workers.ts'
import { EPOCH, mulberry32 } from './world.ts'

/** Seeds whose messages are in the words of a template. Nothing else of such a story is different. */
const WORDED = 7

export function runSeed(seed: number, clean = false): Promise<Outcome> {
  const story = drawStory(mulberry32(seed ^ 0x5eed), clean)
  return runStory(seed, seed % WORDED === 3 ? inWords(story) : story)
}

export function runFlowSeed(seed: number, clean = false): Promise<Outcome> {
  return runStory(seed, drawFlowStory(mulberry32(seed ^ 0xf10), clean))
}

export function runMachineSeed(seed: number, clean = false): Promise<Outcome> {
  return runStory(seed, drawMachineStory(mulberry32(seed ^ 0x0ac), clean))
}

export function runRefreshSeed(seed: number, clean = false): Promise<Outcome> {
  return runStory(seed, drawRefreshStory(mulberry32(seed ^ 0x4ef), clean))
}

export function runAbsorbedSeed(seed: number, clean = false): Promise<Outcome> {
  return runStory(seed, drawAbsorbedStory(mulberry32(seed ^ 0xab5), clean))
}

/** Faults end with the storm; by then every message has to come to rest and every promise has to be true. */
export async function runStory(seed: number, story: Story): Promise<Outcome> {
  const stage = createStage(seed, story)
  const { world, table, noted, sinks, accepted, saved, known, errors } = stage
  await startPeople(stage)
  startWorkers(stage)
  await world.run(EPOCH + story.stormMs)
  const quiet = await drain(stage)
  return { story, world, table, everything: table.everything, noted, sinks, accepted, saved, known, errors, quiet }
}

/** The step of a calm run: nothing has happened for so long, and nothing is due before the end of the world. */
const STEP_MS = 10 * MINUTE

/** Runs until the calm is over, or until only ticks are left that compare muted alerts. */
async function drain(stage: Stage): Promise<boolean> {
  const { world, story, dispatchQueue, deliveries } = stage
  const soonest = world.now() + Math.min(story.calmMs, story.soonestCalmMs)
  const end = world.now() + story.calmMs
  while (world.now() < end) {
    await dispatchQueue.redrive()
    await deliveries.redrive()
    await world.run(Math.min(end, world.now() + STEP_MS))
    if (world.now() >= soonest && (await empty(stage)) && !(await owing(stage))) return true
  }
  return await empty(stage)
}

/** A muted group ticks for ever: between two ticks there is nothing to do. */
async function empty({ world, dispatchQueue, deliveries }: Stage): Promise<boolean> {
  for (let look = 0; look < 50; look++) {
    const depths = [dispatchQueue.depth(), deliveries.depth()]
    if (depths.every(({ ready, inFlight, dead }) => ready + inFlight + dead === 0)) return true
    await world.run(world.now() + 37)
  }
  return false
}

/** Whether a target is still to be told, or to be told again, or a group waits for sweep, since its wake was lost. */
async function owing({ world, table, story }: Stage): Promise<boolean> {
  const lists = await Promise.all(story.accounts.map((account) => listGroups(table, account, { limit: 500 })))
  if (lists.some(({ groups }) => groups.some(({ wakeAt }) => wakeAt !== undefined && wakeAt < world.now()))) return true
  const targets = lists.flatMap(({ groups }) => groups.flatMap((group) => [...group.targets.values()]))
  return targets.some(({ open, retry, recheck }) => open !== undefined || retry !== undefined || recheck === true)
}
