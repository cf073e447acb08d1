import type { ScheduledEvent } from 'aws-lambda'
import { type LambdaFunction, lambdaShell } from './shell.ts'

/** A function started by a schedule. What it could not do this time is still due the next. */
export function lambdaSchedule(run: () => Promise<void>): LambdaFunction<ScheduledEvent, void> {
  return lambdaShell(async () => await run())
}
