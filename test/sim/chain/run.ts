import { MINUTE } from '../../../shared/base/time.ts'
import { listGroups } from '../../../shared/group-store/heads.ts'
import { EPOCH, mulberry32 } from '../world.ts'
import { connect } from './network.ts'
import { startSenders } from './people.ts'
import { accountOf, type ChainStage, createChainStage, installationOf } from './stage.ts'
import { type ChainStory, drawChain, SITES } from './story.ts'
import { startInstallation } from './workers.ts'

export interface ChainRun extends ChainStage {
  /** Whether the run came to rest: no message is under way, nothing is owed, no alert fires. */
  rest: boolean
}

export function runChain(seed: number, clean = false): Promise<ChainRun> {
  return runChainStory(seed, drawChain(mulberry32(seed ^ 0xc4a1), clean))
}

/** Faults end with the storm; then every told state has to become true, and after that to end. */
export async function runChainStory(seed: number, story: ChainStory): Promise<ChainRun> {
  const stage = createChainStage(seed, story)
  connect(stage)
  await startSenders(stage)
  for (const at of stage.installations.values()) startInstallation(stage, at)
  await stage.world.run(EPOCH + story.stormMs)
  return { ...stage, rest: await drain(stage) }
}

const STEP_MS = 10 * MINUTE

async function drain(stage: ChainStage): Promise<boolean> {
  const { world, story, installations } = stage
  const end = world.now() + story.calmMs
  while (world.now() < end) {
    for (const at of installations.values()) {
      for (const queue of queues(at)) await queue.redrive()
    }
    await world.run(Math.min(end, world.now() + STEP_MS))
    if ((await empty(stage)) && !(await owing(stage))) return true
  }
  return false
}

const queues = (at: ReturnType<typeof installationOf>) => [at.records, at.dispatchQueue, at.deliveries, at.forwards]

/** The senders are done, and there is no work between two ticks. */
async function empty({ world, installations, accepted, story }: ChainStage): Promise<boolean> {
  if (accepted.length < story.posts.length) return false
  for (let look = 0; look < 20; look++) {
    const depths = [...installations.values()].flatMap(queues).map((queue) => queue.depth())
    if (depths.every(({ ready, inFlight, dead }) => ready + inFlight + dead === 0)) return true
    await world.run(world.now() + 37)
  }
  return false
}

/** Whether a target is still owed a message, or an alert still fires. */
async function owing(stage: ChainStage): Promise<boolean> {
  for (const site of SITES) {
    const { groups } = await listGroups(installationOf(stage, site).table, accountOf(site), { limit: 500 })
    for (const { members, targets } of groups) {
      if (members.size > 0) return true
      for (const { open, retry, recheck, owedEvents = [] } of targets.values()) {
        if (open !== undefined || retry !== undefined || recheck === true || owedEvents.length > 0) return true
      }
    }
  }
  return false
}
