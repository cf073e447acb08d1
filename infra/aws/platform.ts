import { randomBytes, randomUUID } from 'node:crypto'
import { VERSION } from '../../shared/base/version.ts'
import { createRegistry } from '../../shared/metrics/registry.ts'
import { systemClock } from '../clock.ts'
import { log } from './log.ts'
import { metrics } from './metrics.ts'

export { randomUUID }

/** Time, chance, counters and log, as every `lambda.ts` passes them to its function. */
export const platform = {
  clock: systemClock,
  chance: Math.random,
  metrics,
  log: (facts: Record<string, string>) => log('error', 'work failed', facts),
}

/**
 * The platform of the api, which also shows the version, the start and the metrics of its process. Lambda may run many
 * processes; `/metrics` shows a single process.
 */
export function apiPlatform() {
  return { ...platform, version: VERSION, startedAt: systemClock.now(), metrics: createRegistry(), randomBytes }
}
