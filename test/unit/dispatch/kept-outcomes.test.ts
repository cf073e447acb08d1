import { expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { keptOutcomes } from '../../../functions/dispatch/kept-outcomes.ts'
import { MINUTE } from '../../../shared/base/time.ts'
import type { Outcome } from '../../../shared/delivery/outcome.ts'
import type { Group } from '../../../shared/group/group.ts'
import { claimAttempt, putDeliveries, recordOutcome } from '../../../shared/group-store/deliveries.ts'
import { claimAttempts, recordOutcomes } from '../../../shared/group-store/ledger-claims.ts'
import { memoryTable } from '../../sim/table.ts'
import { delivery, NOW } from '../sending/setup.ts'
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

test('an attempt of a delivery with an item of its own is looked up beside that item, and an earlier attempt says nothing', async () => {
  const table = memoryTable({ now: () => NOW, elapsed: () => NOW, after: () => () => undefined })
  await putDeliveries(table, [delivery()], { expiresAt: NOW + MINUTE })
  await claimAttempt(table, 'acme', 'g1', 'g1-d1', 1, NOW)
  const arrived: Outcome = { kind: 'arrived', at: NOW + 1 }
  await recordOutcome(table, { account: 'acme', group: 'g1', delivery: 'g1-d1', attempt: 1 }, arrived)
  const found = (attempt: number, deadline: number, reported = false) => {
    const open = { delivery: 'g1-d1', attempt, deadline }
    const group = { account: 'acme', id: 'g1', targets: new Map([['lifecycle:bus', { open }]]) } as unknown as Group
    const report = { kind: 'outcome', target: 'lifecycle:bus', delivery: 'g1-d1', attempt, outcome: arrived } as const
    return keptOutcomes(table, group, reported ? [report] : [], { now: NOW + MINUTE, mayBeLazy: false })
  }
  const input = { kind: 'outcome', target: 'lifecycle:bus', delivery: 'g1-d1', attempt: 1, outcome: arrived }
  expect(await found(1, NOW + MINUTE)).toEqual([input])
  expect(await found(1, NOW + MINUTE + 1)).toEqual([])
  expect(await found(1, NOW + MINUTE, true)).toEqual([])
  expect(await found(2, NOW + MINUTE)).toEqual([])
})
