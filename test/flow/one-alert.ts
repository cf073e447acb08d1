import { expect } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Stage } from './stage.ts'

/** RFC 3339 of a moment so many milliseconds after the start. */
export function at(stage: Stage, ms: Millis): string {
  return new Date(stage.start + ms).toISOString()
}

/** Posts one alert at a moment. */
export async function post(stage: Stage, when: Millis, more: object): Promise<void> {
  await stage.clock.advanceTo(stage.start + when)
  const labels = { alertname: 'DiskFull', host: 'db-1', severity: 'error' }
  const alert = { labels, annotations: { message: 'the disk of db-1 is full' }, startsAt: at(stage, SECOND), ...more }
  expect((await stage.integration('POST', '', [alert])).status).toBe(202)
}

/** The alert fires after a second (told at 6 s), and ends after a minute (told at the next tick, 66 s). */
export async function fireAndResolve(stage: Stage): Promise<void> {
  await post(stage, SECOND, { endsAt: at(stage, 10 * MINUTE) })
  await post(stage, MINUTE, { endsAt: at(stage, MINUTE) })
}
