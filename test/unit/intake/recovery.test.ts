import { expect, test } from 'vitest'
import { recoveryTimes } from '../../../shared/intake/post.ts'
import type { Ending } from '../../../shared/integrations/integration.ts'
import { integrations } from '../../../shared/integrations/registry.ts'

/*
 * The end of a firing alert that its sender gave no end, by the format of the integration. docs/integrations.md says
 * the same for operators.
 */

const MINUTE = 60_000
const ENDINGS: Record<string, Ending> = {
  prometheus: 'repeats',
  alertmanager: 'tells',
  arms: 'expires',
  cloudevents: 'expires',
  custom: 'expires',
  actiontrail: 'expires',
  cloudtrail: 'expires',
}

test('every format says how its alerts end', () => {
  expect(Object.fromEntries([...integrations].map(([type, format]) => [type, format.ending({})]))).toEqual(ENDINGS)
})

test.each([
  [{ recovery: { field: 'state', value: 'ok' } }, 'tells'],
  [{ endsAt: 'until' }, 'tells'],
  [{ labels: { alertname: 'name' } }, 'expires'],
])('a mapping %j: %s', (custom, ending) => {
  for (const type of ['custom', 'cloudevents'])
    expect(integrations.get(type)?.ending({ custom } as object)).toBe(ending)
})

test.each<[string, object, object, Record<Ending, number>]>([
  ['by default', {}, {}, { repeats: 5 * MINUTE, expires: 5 * MINUTE, tells: 0 }],
  ['resolve_timeout', {}, { resolveTimeoutMs: MINUTE }, { repeats: MINUTE, expires: 5 * MINUTE, tells: 0 }],
  ['the own time', { autoRecoverAfterMs: 7 }, { resolveTimeoutMs: MINUTE }, { repeats: 7, expires: 7, tells: 7 }],
  ['never', { autoRecoverAfterMs: 0 }, { resolveTimeoutMs: MINUTE }, { repeats: 0, expires: 0, tells: 0 }],
])('%s', (_what, own, account, expected) => {
  const rest = {
    id: 'in',
    type: 'custom',
    name: 'In',
    access: 'post',
    paused: false,
    generation: 1,
    settings: {},
  } as const
  expect(recoveryTimes({ ...rest, ...own }, account)).toEqual(expected)
})
