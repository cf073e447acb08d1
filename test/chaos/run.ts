import { HOUR, MINUTE, type Millis, SECOND, sleep, toRfc3339 } from '../../shared/base/time.ts'
import { mulberry32 } from '../sim/world.ts'
import { type Account, type Cloud, deployedFiles, makeAccount, startCloud } from './cloud.ts'
import { createFaults, type FaultOptions } from './faults.ts'
import { type Kept, readTable } from './kept.ts'
import { ACCOUNTS, type Change, type Post, planStory, SLOW } from './story.ts'

/*
 * One seed: accounts are made, then alerts are posted under faults; the faults last until handed-back messages have
 * come a second time; then the faults end, and the queues run dry.
 */

export interface RunOptions {
  alerts: number
  /** A run without faults. */
  clean?: boolean
  /** Faults that replace the faults of the seed. */
  faults?: FaultOptions
  files?: Awaited<ReturnType<typeof deployedFiles>>['files']
  /** Receives the functions' log and every fault. */
  say?(line: string): void
}

export interface Run {
  seed: number
  clean: boolean
  /** Accepted alerts, each with the moment of its 2xx answer. */
  accepted: (Change & { acceptedAt: Millis })[]
  posts: { answered: number; refused: number }
  told: Cloud['webhook']['received']
  kept: Kept
  injected: Map<string, number>
  invocations: ReadonlyMap<string, number>
  /** Attempts at the account with slow targets: those that hung, and lookups without an answer. */
  slow: { hung: number; unfound: number }
  /** Work still in progress when the run was given up. */
  stuck: string[]
}

/** Annotation size: more groups than the largest outgrow one item. */
const DESCRIPTION = 'what to do about it, at length '.repeat(40)
const LARGEST = new Set(['group-0', 'group-1', 'group-2'])
const policyOf = (account: string): object => ({
  ...{ groupBy: ['service'], groupWait: '2s', groupInterval: '15s', repeatInterval: '24h' },
  // The slow name is asked for while the targets are slow in a run without faults, too.
  // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
  escalation: [{ open: account === SLOW ? '10s' : '40s', flow: [{ then: [{ channel: 'called' }] }] }],
})
/** Longer than the invisibility of a handed-back message. */
const STORM_MS = 240 * SECOND
const GIVE_UP_MS = HOUR
const POST_MS = 20
const AGAIN_MS = 3 * SECOND
/** Faults in a hundred calls. */
const RATES = [1, 3, 6, 10]

export async function runSeed(seed: number, options: RunOptions): Promise<Run> {
  const files = options.files ?? (await deployedFiles(false)).files
  const { log } = console
  console.log = (line: string) => options.say?.(line)
  try {
    const cloud = await startCloud(files, seed)
    try {
      return await play(cloud, seed, options)
    } finally {
      await cloud.stop()
    }
  } finally {
    console.log = log
  }
}

async function play(cloud: Cloud, seed: number, { alerts, clean = false, faults: given }: RunOptions): Promise<Run> {
  const { clock, lambda, services, webhook, hole, names } = cloud
  const accounts = await cloud.until(Promise.all([...ACCOUNTS, SLOW].map((id) => makeAccount(cloud, id, policyOf(id)))))
  const options = given ?? { rate: clean ? 0 : RATES[seed % RATES.length]! }
  const faults = createFaults(seed, options, clock, lambda)
  services.proxy.treat(faults.treatment)
  const start = clock.now()
  const run: Run = {
    ...{
      seed,
      clean,
      accepted: [],
      posts: { answered: 0, refused: 0 },
      told: [],
      slow: { hung: 0, unfound: 0 },
      stuck: [],
    },
    ...{
      kept: { timeline: [], open: [], unreadable: [], wakeAt: 0 },
      injected: faults.injected,
      invocations: lambda.invocations,
    },
  }
  const posts = planStory(seed, alerts, start)
  const sending = Promise.all(
    accounts.map((account) =>
      sendAll(
        cloud,
        account,
        posts.filter((post) => post.account === account.id),
        run,
      ),
    ),
  )
  if (!clean) badReceiver(cloud, seed)
  await clock.advanceTo(start + (clean ? MINUTE : STORM_MS))
  faults.end()
  run.slow = { hung: hole.attempts.length, unfound: names.unanswered() }
  hole.behave({})
  names.answer()
  await cloud.until(sending)
  await quiet(cloud, run)
  run.kept = await readTable(services.table)
  // Each target is told at one of the two webhooks.
  run.told = [...webhook.received, ...hole.received]
  return run
}

/** Posts the bodies in order, each repeated until accepted. */
async function sendAll(cloud: Cloud, { path }: Account, posts: readonly Post[], run: Run): Promise<void> {
  const { clock } = cloud
  for (const { at, changes } of posts) {
    await sleep(clock, Math.max(0, at - clock.now()))
    const body = JSON.stringify(changes.map(alertOf))
    for (;;) {
      // A post takes at least a millisecond: posts of the same millisecond have no order.
      await sleep(clock, POST_MS)
      const answer = await cloud.http({ method: 'POST', path, body })
      if (answer !== 'failed' && answer.status === 200) break
      run.posts.refused++
      await sleep(clock, AGAIN_MS)
    }
    run.posts.answered++
    run.accepted.push(...changes.map((change) => ({ ...change, acceptedAt: clock.now() })))
  }
}

function alertOf({ account, group, name, startsAt, endsAt }: Change): object {
  return {
    labels: { alertname: name, service: group, account },
    annotations: {
      summary: `${name} of ${group} of ${account}`,
      ...(LARGEST.has(group) ? {} : { description: DESCRIPTION }),
    },
    startsAt: toRfc3339(startsAt),
    endsAt: toRfc3339(endsAt ?? startsAt + 12 * HOUR),
  }
}

/** The target fails now and then as well. */
function badReceiver({ clock, webhook }: Cloud, seed: number): void {
  const chance = mulberry32(seed + 5)
  for (let at = clock.now(); at < clock.now() + STORM_MS; at += 40 * SECOND) {
    clock.at(at + chance() * 30 * SECOND, () =>
      webhook.behave(chance() < 0.5 ? { resetFirst: 2 } : { status: [[clock.now() + 5 * SECOND, 503]] }),
    )
  }
}

/** Waits until the queues hold only delayed wakes, no delivery is open, and no group has work soon. */
async function quiet({ clock, services, pollers }: Cloud, run: Run): Promise<void> {
  const rest = (): string[] => {
    const found: string[] = []
    for (const queue of ['alerts', 'deliveries'] as const) {
      const { ready, inFlight, dead } = services.count(queue)
      if (ready + inFlight > 0) found.push(`${ready} ready and ${inFlight} in flight in ${queue}`)
      if (dead > 0) found.push(`${dead} dead letters of ${queue}`)
    }
    for (const [name, poller] of Object.entries(pollers)) if (poller.working() > 0) found.push(`${name} are worked on`)
    return found
  }
  // A group with this loss never recovers.
  if ((await readTable(services.table)).unreadable.length > 0) return
  for (const end = clock.now() + GIVE_UP_MS; clock.now() < end; ) {
    await clock.advanceTo(clock.now() + MINUTE)
    if (rest().length > 0) continue
    const { open, wakeAt } = await readTable(services.table)
    if (open.length === 0 && wakeAt > clock.now() + GIVE_UP_MS) return
  }
  const { open, wakeAt } = await readTable(services.table)
  run.stuck.push(...rest(), `${open.length} open deliveries, the next wake at ${toRfc3339(wakeAt)}`)
}
