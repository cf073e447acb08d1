import { randomBytes } from 'node:crypto'
import { systemClock } from '../../infra/clock.ts'
import { type Host, type HostOptions, startHost } from '../../infra/machine/host.ts'

/** A host in this process on a free port. Unless the options differ: real time, public targets only, no log. */
export async function startHostHere(options: Partial<HostOptions> & Pick<HostOptions, 'dataDir'>): Promise<Host> {
  const started = await startHost({
    clock: systemClock,
    chance: Math.random,
    randomBytes,
    host: '127.0.0.1',
    port: 0,
    allowTargets: [],
    log: () => undefined,
    giveUp: (error) => {
      throw new Error(error)
    },
    ...options,
  })
  if (!started.ok) throw new Error(started.error)
  return started.host
}
