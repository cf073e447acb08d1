import * as z from 'zod'
import { DAY, type Millis } from '../../../shared/base/time.ts'
import { duration } from '../../../shared/document/reading/fields.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { type BodyRead, invalid, readOptionalJson } from './body.ts'
import type { Ask, RouteDescription } from './route.ts'

/** The time for which a replaced key or URL works on after a rotation. */
const DEFAULT_MS = DAY
const LONGEST_MS = 30 * DAY

const schema = z
  .strictObject({
    overlap: duration
      .refine((ms) => ms <= LONGEST_MS, 'is longer than 30d')
      .default(DEFAULT_MS)
      .describe('The time for which the old one works: `24h` when absent, at most `30d`; `0s` ends the old one now'),
  })
  .meta({ id: 'Overlap' })

export const overlapBody: NonNullable<RouteDescription['body']> = { optional: true, schema }

export async function readOverlap({ request }: Ask): Promise<BodyRead<Millis>> {
  const body = await readOptionalJson(request)
  if (!body.ok) return body
  const read = schema.safeParse(body.value)
  if (read.success) return { ok: true, value: read.data.overlap }
  return { ok: false, refusal: invalid(zodProblems(read.error)) }
}
