import { MINUTE } from '../../shared/base/time.ts'
import type { InMessage, QueueHandler } from '../../shared/queue/port.ts'
import type { Machine } from './machine.ts'
import type { Process } from './process.ts'
import type { memoryQueue } from './queue.ts'
import { between, type World } from './world.ts'

type Source = ReturnType<typeof memoryQueue>

/** The place of the workers: the part of a stage that workers need. */
interface Floor {
  world: World
  story: {
    shuffleMs: number
    duplicate: number
    /** A reader takes the whole batch, and not a few messages by chance. */
    fullBatches?: boolean
  }
  stormy(): boolean
  born(name: string): Process
  errors: string[]
  /** Of a story of one machine. */
  machine?: Pick<Machine, 'ready'>
}

/** A poller looks at least this often, even without a message. */
const IDLE_MS = 10 * MINUTE
/** A worker that is called more often in a single moment goes round in a circle. */
const MOST_AT_ONCE = 2000

/** A poller and its function: batches, handled one after the other; a crash is followed by a new life. */
export function work(
  stage: Floor,
  name: string,
  queue: Source,
  most: number,
  make: (process: Process) => QueueHandler,
): void {
  const { world, story } = stage
  const live = async (): Promise<void> => {
    await stage.machine?.ready()
    const process = stage.born(name)
    const handler = make(process)
    const died = (): boolean => !process.alive || process.body.over === true
    let [moment, calls] = [world.now(), 0]
    for (;;) {
      if (moment !== world.now()) [moment, calls] = [world.now(), 0]
      if (++calls > MOST_AT_ONCE) {
        stage.errors.push(`stuck: ${name} goes round and no time passes`)
        return
      }
      if (died()) break
      const messages = await queue.receive(story.fullBatches ? most : between(world.chance, 1, most))
      if (messages.length === 0) {
        await nextMessage(stage, queue)
        continue
      }
      if (story.shuffleMs > 0 && stage.stormy()) await world.sleep(between(world.chance, 0, story.shuffleMs))
      await invoke(stage, process, handler, queue, messages)
      if (died()) break
    }
    await world.sleep(between(world.chance, 100, 5000))
    void live()
  }
  void live()
}

/** Sleeps until the queue has a message, or a while: like a poller. */
function nextMessage({ world }: Floor, queue: Source): Promise<void> {
  return new Promise((resolve) => {
    const forget = queue.onSend(() => wake())
    let woken = false
    const wake = (): void => {
      if (woken) return
      woken = true
      forget()
      cancel()
      resolve()
    }
    const cancel = world.clock().after(queue.nextVisibleIn() ?? IDLE_MS, wake)
  })
}

/**
 * A single invocation: ends when the function is done or dies; afterwards the function stands still until the next
 * invocation.
 */
async function invoke(
  stage: Floor,
  process: Process,
  handler: QueueHandler,
  queue: Source,
  messages: InMessage[],
): Promise<void> {
  const { world, story } = stage
  const given = messages.flatMap((message) =>
    stage.stormy() && world.chance() < story.duplicate / 3 ? [message, message] : [message],
  )
  process.begin()
  const settled = await Promise.race([
    handler(given).catch((error: unknown) => {
      noteError(stage, process, `Error out of the handler: ${String(error)}`)
      return { failed: messages.map(({ id }) => id) }
    }),
    process.died,
  ])
  // The messages of a dead function become visible again by themselves.
  if (settled === undefined) return
  process.settle()
  if (process.body.over) return
  const failed = new Set(settled.failed)
  const done = messages.filter(({ id }) => !failed.has(id) && !(stage.stormy() && world.chance() < story.duplicate))
  await queue.ack(done.map(({ id }) => id))
  await queue.retry([...failed], between(world.chance, 500, 3000))
}

/** Errors that planted faults make a function report. */
const PLANTED =
  /failed$|answer lost$|did not take \d+ messages of alerts$|did not take the alert of (?:a paused channel|an incident that nobody is told of)$|written by too many at once$/

export function noteError(stage: Floor, process: Process, error: string): void {
  stage.world.say(`${process.name} reports ${error}`)
  // The stack comes after the first line.
  const [message = ''] = error.split('\n')
  if (!PLANTED.test(message)) stage.errors.push(`${process.name}: ${error}`)
}
