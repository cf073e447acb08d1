import type { Chance } from '../../shared/base/time.ts'
import type { Policy } from '../../shared/config/config.ts'
import type { Sections } from '../../shared/config/sections.ts'
import type { Story } from './story.ts'
import { between, pick } from './world.ts'

/* Changes of the policies while alerts fire. */

/** Draws a second policy. */
type Extra = () => Policy

/** Some changes are taken back, and soon: the alerts moved by the first change are on their way then. */
export function drawChanges(
  chance: Chance,
  { sections, stormMs }: Pick<Story, 'sections' | 'stormMs'>,
  extra: Extra,
): Story['changes'] {
  const roll = chance()
  const changed = roll < 0.3 ? regrouped(chance, sections, extra) : roll < 0.4 ? narrowed(chance, sections) : undefined
  const atMs = Math.floor(chance() * stormMs)
  if (changed === undefined) return []
  const back = chance() < 0.3 ? [{ atMs: atMs + between(chance, 1, 20_000), sections }] : []
  return [{ atMs, sections: changed }, ...back]
}

/**
 * A policy that was changed is changed once more, onward to group keys that no alert had before: an alert may have been
 * told under two keys by then, or be on its way.
 */
export function drawOnward(chance: Chance, { changes, stormMs }: Story): Story['changes'] {
  const last = changes.at(-1)
  const isSoon = chance() < 0.5
  const atMs = (last?.atMs ?? 0) + between(chance, 1, isSoon ? 20_000 : stormMs)
  const groupBy = pick(chance, [undefined, ['account'], ['account', 'group'], ['account', 'name']])
  const groupIntervalMs = pick(chance, [undefined, 1000, 30_000])
  if (last === undefined || chance() < 0.5) return []
  const [first, ...rest] = last.sections.policies
  const changed = {
    ...first!,
    ...(groupBy === undefined ? { id: 'onward', routeKey: '{}/{onward}' } : { groupBy }),
    ...(groupIntervalMs !== undefined && { groupIntervalMs }),
  }
  return [{ atMs, sections: { ...last.sections, policies: [changed, ...rest] } }]
}

/** Another grouping, another policy, a policy more or less, or only other timing. */
function regrouped(chance: Chance, before: Sections, extra: Extra): Sections {
  const [first, ...rest] = before.policies
  const changed = pick(chance, [
    { ...first!, groupBy: pick(chance, [['group'], [], ['group', 'name']]) },
    { ...first!, id: 'renamed', routeKey: '{}/{renamed}' },
    { ...first!, groupWaitMs: 500 },
    first!,
  ])
  const others = changed !== first ? rest : rest.length > 0 ? [] : [extra()]
  return { ...before, policies: [changed, ...others] }
}

/** The first policy names a target less, or none, or takes a part of its alerts only: attempts may wait then. */
function narrowed(chance: Chance, before: Sections): Sections {
  const [first, ...rest] = before.policies
  const changed = pick(chance, [
    { ...first!, targets: first!.targets.slice(1) },
    { ...first!, targets: [] },
    { ...first!, match: [{ name: 'name', op: '=' as const, value: pick(chance, ['a', 'b']) }] },
  ])
  return { ...before, policies: [changed, ...rest] }
}
