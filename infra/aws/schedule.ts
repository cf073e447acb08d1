import type { ScheduledEvent } from 'aws-lambda'
import { type LambdaFunction, lambdaShell } from './shell.ts'

/** A function started by a schedule. Work that failed at this time is still due at the next. */
export function lambdaSchedule(run: () => Promise<void>): LambdaFunction<ScheduledEvent, void> {
  return lambdaShell(async () => await run())
}
