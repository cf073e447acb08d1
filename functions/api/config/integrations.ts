import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import type { Config } from '../../../shared/config/config.ts'
import { rotateIntegration } from '../../../shared/document/rotation.ts'
import { integrationsSection } from '../../../shared/document/sections/integrations.ts'
import { readStatistics } from '../../../shared/store/statistics.ts'
import type { ApiDeps } from '../http/deps.ts'
import { overlapBody, readOverlap } from '../http/overlap.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { notFound, refuseWith } from '../http/route.ts'
import { applyChange, type ChangeMade, type ChangeResult, dryRunQuery, planned } from './change.ts'
import { showEntriesTo } from './entry-view.ts'

/** Routes of integrations beside the routes of every collection. */
export function integrationRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/integrations/{id}/rotate',
      access: 'editor',
      about: {
        summary: 'Give an integration a new URL; the old one works until the overlap ends',
        query: dryRunQuery,
        body: overlapBody,
        answers: {
          200: {
            text: 'The integration, with its new `url`; with `dryRun` the plan',
            schema: z.union([integrationsSection.entry, planned]),
          },
          404: { text: 'No integration has the id' },
          409: { text: 'The URL before the last rotation still works' },
        },
      },
      handle: (ask) => rotateUrl(deps, ask),
    },
  ]
}

/**
 * Counts of the last hour, to five minutes. Only the answer of a single integration has counts, since the counts of
 * an integration cost a query.
 */
export async function statisticsOf(deps: ApiDeps, { account, now }: Ask, id: string): Promise<object> {
  const { lastSeenAt, ...counted } = await readStatistics(deps.table, account, id, now)
  return lastSeenAt === undefined ? counted : { ...counted, lastSeenAt: toRfc3339(lastSeenAt) }
}

async function rotateUrl(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const overlap = await readOverlap(ask)
  if (!overlap.ok) return overlap.refusal
  const id = ask.param('id')
  const changed = await rotateIntegrationUrl(deps, ask, overlap.value)
  if ('refused' in changed) return changed
  const { next, plan, revision } = changed
  if (revision === undefined) return json(200, { plan })
  return json(
    200,
    showEntriesTo(deps, ask, integrationsSection, next).find((one) => one.id === id),
  )
}

/** Gives the integration of the path a new URL; the old URL works for the overlap. */
export function rotateIntegrationUrl(deps: ApiDeps, ask: Ask, overlapMs: Millis): Promise<ChangeResult> {
  return applyChange(deps, ask, (current) => rotationChange(current, ask.param('id'), overlapMs, ask))
}

function rotationChange(current: Config, id: string, overlapMs: number, { now }: Ask): ChangeMade {
  const made = rotateIntegration(current, id, { overlapMs, now })
  if (made.ok) return made
  if (made.reason === 'unknown') return { ok: false, refusal: notFound('integration') }
  const until = toRfc3339(made.until)
  const message = `the URL before this one works until ${until}; an overlap of 0s ends both now`
  return { ok: false, refusal: refuseWith(409, 'overlapping', message) }
}
