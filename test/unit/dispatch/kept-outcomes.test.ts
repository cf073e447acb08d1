import { expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { MINUTE } from '../../../shared/base/time.ts'
import type { Outcome } from '../../../shared/delivery/outcome.ts'
import { claimAttempts, recordOutcomes } from '../../../shared/group-store/ledger-claims.ts'
import { brokenLine } from './setup.ts'

const KEPT: Record<string, Outcome['kind'] | undefined> = { arrived: 'arrived', refused: 'refused', nothing: undefined }

/** An attempt whose report was lost, looked at after its deadline. */
async function afterDeadline(kept: Outcome['kind'] | undefined) {
  const here = await brokenLine({ groupWait: '0s' })
  const dispatch = createDispatch(here.deps)
  await dispatch([here.alert('m1', 1)])
  const { group, delivery, ledger } = here.sent('delivery')[0] as Record<string, unknown> & Record<string, string>
  const attempt = { delivery: delivery!, attempt: 1 }
  const times = { at: here.time.now, expiresAt: here.time.now + 60 * MINUTE }
  await claimAttempts(here.deps.table, 'a', ledger!, [attempt], times)
  const detail = { at: here.time.now, reason: 'connection', detail: 'refused' } as const
  const outcome: Outcome | undefined =
    kept === undefined ? undefined : kept === 'arrived' ? { kind: kept, at: here.time.now } : { kind: kept, ...detail }
  if (outcome) await recordOutcomes(here.deps.table, 'a', ledger!, [{ ...attempt, outcome }])
  let reads = 0
  const { table } = here.deps
  here.deps.table = {
    ...table,
    get: (key) => {
      if (key.sort === `claims#${ledger}`) reads++
      return table.get(key)
    },
  }
  const later = createDispatch(here.deps)
  here.time.now += MINUTE
  await later([here.message('wake', { group })])
  const readsBefore = reads
  here.time.now += MINUTE
  await later([here.message('wake', { group })])
  const decisions = here.metrics.render().split('\n')
  return {
    readsBefore,
    reads,
    noted: ['told', 'refused', 'ambiguous'].filter((kind) =>
      decisions.some((line) => line.startsWith(`tocsin_decisions_total{kind="${kind}"`)),
    ),
  }
}

test.each([
  ['arrived', 'told'],
  ['refused', 'refused'],
  ['nothing', 'ambiguous'],
])('an attempt without a report has at its deadline the outcome that was kept: %s', async (kept, noted) => {
  expect(await afterDeadline(KEPT[kept])).toEqual({ readsBefore: 0, reads: 1, noted: [noted] })
})
