import dns from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'
import { type NameAnswer, startNameServer } from '../fakes/name-server.ts'

/*
 * A name that is not found until the test says so: the resolvers of the functions ask a name server of this process.
 * Lookups without an answer end by the clock of the test, and all other lookups are work in progress.
 */

export const SLOW_NAME = 'slow.test'

export interface SlowNames {
  /** Lookups that an answer ends. */
  open(): number
  /** The number of lookups that had no answer. */
  unanswered(): number
  /** From now on the name has an address. */
  answer(): void
  stop(): Promise<void>
}

export async function startSlowNames(): Promise<SlowNames> {
  const names: Record<string, NameAnswer> = { [SLOW_NAME]: 'silent' }
  const server = await startNameServer(names)
  const { Resolver } = dns
  let [open, unanswered] = [0, 0]
  const asking = async (asked: Promise<string[]>): Promise<string[]> => {
    if (names[SLOW_NAME] === 'silent') {
      unanswered++
      return asked
    }
    open++
    return asked.finally(() => open--)
  }
  // The product has no setting for name servers on AWS, so the class of Node is replaced.
  const replace = (by: typeof Resolver): void => {
    dns.Resolver = by
    syncBuiltinESMExports()
  }
  class Asking extends Resolver {
    constructor(options?: ConstructorParameters<typeof Resolver>[0]) {
      super(options)
      this.setServers([server.address])
      const { resolve4, resolve6 } = this
      this.resolve4 = ((name: string) =>
        asking(resolve4.call(this, name, { ttl: false }) as Promise<string[]>)) as typeof resolve4
      this.resolve6 = ((name: string) =>
        asking(resolve6.call(this, name, { ttl: false }) as Promise<string[]>)) as typeof resolve6
    }
  }
  replace(Asking)
  return {
    open: () => open,
    unanswered: () => unanswered,
    answer() {
      names[SLOW_NAME] = ['127.0.0.1']
    },
    async stop() {
      replace(Resolver)
      await server.stop()
    },
  }
}
