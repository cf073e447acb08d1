import { randomBytes, randomUUID } from 'node:crypto'
import { VERSION } from '../../shared/base/version.ts'
import { createRegistry } from '../../shared/metrics/registry.ts'
import { systemClock } from '../clock.ts'
import { log } from './log.ts'
import { metrics } from './metrics.ts'

export { randomUUID }

/** Time, chance, counters and log, as every `lambda.ts` hands them to its function. */
export const platform = {
  clock: systemClock,
  chance: Math.random,
  metrics,
  log: (facts: Record<string, string>) => log('error', 'work failed', facts),
}

/** What the api says of itself. Its `/metrics` are those of one process, of which Lambda may run many. */
export function aboutApi() {
  return { version: VERSION, startedAt: systemClock.now(), metrics: createRegistry(), randomBytes }
}
