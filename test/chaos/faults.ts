import type { Clock, Millis } from '../../shared/base/time.ts'
import { SECOND } from '../../shared/base/time.ts'
import type { Ask, AwsAnswer, AwsCall, Broken, Json, Treatment } from '../fakes/aws-proxy.ts'
import { between, mulberry32, pick } from '../sim/world.ts'
import type { Lambda } from './lambda.ts'

/*
 * Faults between the client and AWS. The seed, with the name and the number of a call, decides whether and how the call
 * fails. A fault may outlast the client's repetitions of the call, or give way to a repetition.
 */

const READS = ['throttled', 'error', 'cut', 'silence', 'half'] as const
/**
 * Faults after which the call is done although the caller cannot know: answer lost, answer halved, denied, or done
 * after the caller gave up.
 */
const WRITES = [...READS, 'lost', 'denied', 'late', 'death'] as const
const ALL = [...WRITES, 'failed', 'twice', 'shuffled', 'held', 'stale', 'dropped']
const FAULTS: Record<string, readonly string[]> = {
  GetItem: READS,
  Query: [...READS, 'stale'],
  PutItem: WRITES,
  DeleteItem: WRITES,
  SendMessageBatch: [...WRITES, 'failed', 'failed', 'failed'],
  ReceiveMessage: [...READS, 'lost', 'twice', 'twice', 'shuffled', 'held', 'held'],
  DeleteMessageBatch: [...WRITES, 'dropped'],
}
/** Number of tries that a fault lasts; the client makes three tries. */
const LASTING = [1, 1, 1, 2, 3]
const LATEST_MS = 20 * SECOND
const HELD_MS = 150 * SECOND

export interface Faults {
  treatment: Treatment
  /** Ends the faults; held-back messages arrive. */
  end(): void
  /** Number of injected faults by kind. */
  injected: Map<string, number>
}

export interface FaultOptions {
  /** Faults in a hundred calls. */
  rate: number
  /**
   * The only kind of fault in the run. Absent: the seed draws the kinds, since the absence of a kind may expose
   * another kind.
   */
  only?: string
  /** Number of tries of a call that fail; absent: the seed draws the number. */
  tries?: number
}

export function createFaults(seed: number, { rate, only, tries }: FaultOptions, clock: Clock, lambda: Lambda): Faults {
  const chance = mulberry32(seed)
  const off = new Set(ALL.filter((kind) => (only === undefined ? chance() < 0.2 : kind !== only)))
  const drawn = new Map<string, { kind: string; left: number }>()
  const numbers = new Map<string, number>()
  const injected = new Map<string, number>()
  const post = createPost(clock)
  const previous = new Map<string, Json>()
  let active = true

  const draw = (call: AwsCall): string | undefined => {
    const known = drawn.get(call.id)
    if (known !== undefined) return known.left-- > 0 ? known.kind : undefined
    const number = (numbers.get(call.operation) ?? 0) + 1
    numbers.set(call.operation, number)
    const own = mulberry32(seed * 31 + number * 7919 + nameNumber(call.operation))
    const kinds = (FAULTS[call.operation] ?? []).filter((kind) => !off.has(kind))
    if (own() * 100 >= rate || kinds.length === 0) return undefined
    const kind = pick(own, kinds)
    drawn.set(call.id, { kind, left: (tries ?? pick(own, LASTING)) - 1 })
    return kind
  }
  const break_ = async (kind: string, call: AwsCall, ask: Ask): Promise<AwsAnswer | Broken> => {
    switch (kind) {
      case 'cut':
      case 'silence':
        return kind
      case 'throttled':
        return failure(400, call.service === 'sqs' ? 'ThrottlingException' : 'ProvisionedThroughputExceededException')
      case 'error':
        return failure(500, 'InternalServerError')
      case 'half':
        await ask()
        return 'half'
      case 'lost':
        await ask()
        return 'cut'
      case 'denied':
        await ask()
        return failure(500, 'InternalServerError')
      case 'late':
        clock.after(between(chance, 1, LATEST_MS), () => void ask())
        return 'silence'
      case 'death':
        if (chance() < 0.5) await ask()
        lambda.kill(call.caller)
        return 'cut'
      case 'failed':
        return someFailed(call, ask, chance)
      case 'dropped':
        return { status: 200, output: { Successful: call.input.Entries.map(({ Id }: Json) => ({ Id })), Failed: [] } }
      case 'stale': {
        const old = call.input.ConsistentRead ? undefined : previous.get(questionOf(call))
        return old === undefined ? ask() : { status: 200, output: old }
      }
      default:
        return post.receive(kind, call, await ask(), chance)
    }
  }
  return {
    injected,
    end() {
      active = false
    },
    async treatment(call, ask) {
      if (!lambda.alive(call.caller)) return 'cut'
      const kind = active ? draw(call) : undefined
      if (kind === 'death' && lambda.nameOf(call.caller) === undefined) return ask()
      if (call.operation === 'DeleteMessageBatch')
        return post.delete(call, (input) => through(kind, { ...call, input }, ask))
      return through(kind, call, ask)
    },
  }

  async function through(kind: string | undefined, call: AwsCall, given: Ask): Promise<AwsAnswer | Broken> {
    const ask: Ask = async (input = call.input, operation) => given(input, operation)
    if (kind !== undefined) {
      injected.set(kind, (injected.get(kind) ?? 0) + 1)
      return break_(kind, call, ask)
    }
    const answer = await ask()
    if (call.operation === 'Query' && !call.input.ConsistentRead) previous.set(questionOf(call), answer.output)
    return call.operation === 'ReceiveMessage' ? post.receive('', call, answer, chance) : answer
  }
}

/** Copies of messages, with receipts of their own, and messages held back. */
function createPost(clock: Clock) {
  const waiting = new Map<string, { at: Millis; message: Json }[]>()
  let copies = 0
  return {
    receive(kind: string, { input }: AwsCall, answer: AwsAnswer, chance: () => number): AwsAnswer {
      if (answer.status !== 200) return answer
      const later = waiting.get(input.QueueUrl) ?? []
      waiting.set(input.QueueUrl, later)
      let messages: Json[] = answer.output.Messages ?? []
      const room = (): boolean => messages.length < (input.MaxNumberOfMessages ?? 1)
      const some = messages.filter(() => chance() < 0.5)
      if (kind === 'held') {
        messages = messages.filter((message) => !some.includes(message))
        later.push(...some.map((message) => ({ at: clock.now() + between(chance, 1, HELD_MS), message })))
      }
      if (kind === 'twice') {
        for (const message of some) {
          const copy = { ...message, ReceiptHandle: `copy-${++copies}` }
          later.push({ at: clock.now() + (chance() < 0.5 ? 0 : between(chance, 1, HELD_MS)), message: copy })
        }
      }
      for (const entry of later.filter(({ at }) => at <= clock.now())) {
        if (!room()) break
        // A batch of a poller names a message only once.
        if (messages.some(({ MessageId }) => MessageId === entry.message.MessageId)) continue
        later.splice(later.indexOf(entry), 1)
        messages = [...messages, entry.message]
      }
      if (kind === 'shuffled') messages = messages.toReversed()
      return { ...answer, output: { ...answer.output, Messages: messages } }
    },
    /** The service does not know the copies. */
    async delete(call: AwsCall, ask: (input: Json) => Promise<AwsAnswer | Broken>): Promise<AwsAnswer | Broken> {
      const { Entries } = call.input
      const own = Entries.filter(({ ReceiptHandle }: Json) => !ReceiptHandle.startsWith('copy-'))
      const copied = Entries.filter((entry: Json) => !own.includes(entry)).map(({ Id }: Json) => ({ Id }))
      if (own.length === 0) return { status: 200, output: { Successful: copied, Failed: [] } }
      const answer = await ask({ ...call.input, Entries: own })
      if (typeof answer === 'string' || answer.status !== 200) return answer
      return { ...answer, output: { ...answer.output, Successful: [...(answer.output.Successful ?? []), ...copied] } }
    },
  }
}

/** Entries refused within a 200, named in its `Failed` list: by a failure of the service, or for the sender's fault. */
async function someFailed({ input }: AwsCall, ask: Ask, chance: () => number): Promise<AwsAnswer> {
  const failed = input.Entries.filter((_: Json, index: number) => index === 0 || chance() < 0.5)
  const rest = input.Entries.filter((entry: Json) => !failed.includes(entry))
  const answer =
    rest.length === 0 ? { status: 200, output: { Successful: [] } } : await ask({ ...input, Entries: rest })
  const Failed = failed.map(({ Id }: Json) =>
    chance() < 0.3
      ? { Id, SenderFault: true, Code: 'InvalidMessageContents', Message: 'planted' }
      : { Id, SenderFault: false, Code: 'InternalError', Message: 'try again' },
  )
  return { ...answer, output: { ...answer.output, Failed } }
}

/** Identity of a question: the same at any time. */
function questionOf({ input }: AwsCall): string {
  const { ':until': _, ...values } = input.ExpressionAttributeValues ?? {}
  return JSON.stringify([input.IndexName, input.Key, input.KeyConditionExpression, values])
}

function nameNumber(name: string): number {
  return [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7)
}

function failure(status: number, type: string): AwsAnswer {
  return { status, output: { __type: `com.amazonaws#${type}`, message: 'planted' } }
}
