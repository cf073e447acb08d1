import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import type { ClientRequest } from 'node:http'
import { pathToFileURL } from 'node:url'
import type { Clock } from '../../shared/base/time.ts'
import { SECOND } from '../../shared/base/time.ts'
import { context } from '../fakes/lambda-events.ts'

/*
 * Lambda in this process: a function has sandboxes, each sandbox a module instance, busy with one event at a time. A
 * dead sandbox is not used again, and its later calls to the services are cut off.
 */

export type FunctionName = 'api' | 'ingest' | 'dispatch' | 'notify' | 'sweep'

export type Invoked = { ok: true; returned: unknown } | { ok: false; why: string }

export interface Lambda {
  invoke(name: FunctionName, event: unknown): Promise<Invoked>
  /** Whether the sandbox of this name is still alive. */
  alive(caller: string): boolean
  kill(caller: string): void
  /** The function of an invocation. */
  nameOf(caller: string): FunctionName | undefined
  /** Marks a request with the sandbox of its sender. */
  sign(request: ClientRequest): void
  invocations: Map<FunctionName, number>
  /** Sandboxes under construction. */
  starting(): number
}

interface Invocation {
  id: string
  name: FunctionName
  end(why: string): void
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>

/** Count over the whole process: a repeated number would return the old module from the cache. */
let made = 0

/** `files`: the deployed code, a bundle or the `lambda.ts` of each function. */
export function createLambda(files: ReadonlyMap<FunctionName, string>, clock: Clock): Lambda {
  const idle = new Map<FunctionName, Handler[]>()
  const living = new Map<string, Invocation>()
  const invocations = new Map<FunctionName, number>()
  const current = new AsyncLocalStorage<Invocation>()
  let starting = 0

  const sandbox = async (name: FunctionName): Promise<Handler> => {
    const free = idle.get(name)?.pop()
    if (free !== undefined) return free
    starting++
    try {
      return (await import(`${pathToFileURL(files.get(name)!).href}?sandbox=${++made}`)).handler
    } finally {
      starting--
    }
  }
  return {
    async invoke(name, event) {
      const handler = await sandbox(name)
      const count = (invocations.get(name) ?? 0) + 1
      invocations.set(name, count)
      const { promise: died, resolve } = Promise.withResolvers<Invoked>()
      const id = `${name}-${count}`
      const end = (why: string): void => {
        living.delete(id)
        resolve({ ok: false, why })
      }
      const invocation = { id, name, end }
      living.set(id, invocation)
      const cancel = clock.after(settingsOf(name).timeoutMs, () => end('timed out'))
      // Only JSON passes, in both directions.
      const answered = current
        .run(invocation, () => handler(JSON.parse(JSON.stringify(event)), context))
        .then(
          (returned): Invoked => ({ ok: true, returned: returned && JSON.parse(JSON.stringify(returned)) }),
          (error): Invoked => ({ ok: false, why: String(error) }),
        )
      const invoked = await Promise.race([answered, died])
      cancel()
      if (living.delete(id)) idle.set(name, [...(idle.get(name) ?? []), handler])
      return invoked
    },
    alive: (caller) => living.has(caller) || !isCaller(caller),
    kill: (caller) => living.get(caller)?.end('died'),
    nameOf: (caller) => (isCaller(caller) ? (caller.slice(0, caller.indexOf('-')) as FunctionName) : undefined),
    sign(request) {
      const invocation = current.getStore()
      if (invocation !== undefined && !request.headersSent) request.setHeader('x-test-caller', invocation.id)
    },
    invocations,
    starting: () => starting,
  }
}

function isCaller(caller: string): boolean {
  return /^[a-z]+-\d+$/.test(caller)
}

/** The settings in `function.yml` that Lambda and its pollers obey. */
export interface Settings {
  timeoutMs: number
  batchSize: number
  windowMs: number
  concurrency: number
}

const known = new Map<FunctionName, Settings>()

export function settingsOf(name: FunctionName): Settings {
  const found = known.get(name)
  if (found !== undefined) return found
  const text = readFileSync(new URL(`../../functions/${name}/function.yml`, import.meta.url), 'utf8')
  const value = (key: string, absent: number): number =>
    Number(new RegExp(`^ *${key}: (\\d+)`, 'm').exec(text)?.[1] ?? absent)
  const settings = {
    timeoutMs: value('timeout', 6) * SECOND,
    batchSize: value('batchSize', 10),
    windowMs: value('maximumBatchingWindow', 0) * SECOND,
    concurrency: value('maximumConcurrency', 1000),
  }
  known.set(name, settings)
  return settings
}
