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
 * A policy that was changed is divided, or changed once more, onward to group keys that no alert had before: an alert may
 * have been told under two keys by then, or be on its way.
 */
export function drawOnward(chance: Chance, story: Story): Story['changes'] {
  const { sections, changes, stormMs } = story
  const kinds = changes.length === 0 ? [[], [], [], [divided, onward]] : [[], [onward], [onward], [divided, onward]]
  const more: Story['changes'] = []
  for (const change of pick(chance, kinds)) {
    const last = more.at(-1) ?? changes.at(-1) ?? { atMs: 0, sections }
    const atMs = last.atMs + between(chance, 1, pick(chance, [20_000, stormMs]))
    more.push({ atMs, sections: { ...last.sections, policies: change(chance, last.sections.policies) } })
  }
  return more
}

/** Two policies with equal targets in the place of the first: one takes the alerts of one name, and one all others. */
function divided(chance: Chance, [first, ...rest]: readonly Policy[]): Policy[] {
  if (first === undefined || first.match.length > 0) return [...(first ? [first] : []), ...rest]
  const value = pick(chance, ['a', 'b'])
  const other = { ...first, id: 'other', routeKey: '{}/{other}', groupBy: pick(chance, [['group'], [], first.groupBy]) }
  return [
    { ...first, match: [{ name: 'name', op: '=', value }] },
    { ...other, match: [{ name: 'name', op: '!=', value }] },
    ...rest,
  ]
}

function onward(chance: Chance, policies: readonly Policy[]): Policy[] {
  const place = Math.min(pick(chance, [0, 0, 1]), policies.length - 1)
  const groupBy = pick(chance, [undefined, undefined, ['account'], ['account', 'group'], ['account', 'name']])
  const groupIntervalMs = pick(chance, [undefined, 1000, 30_000])
  return policies.map((policy, index) => {
    if (index !== place) return policy
    const key = groupBy === undefined ? { id: 'onward', routeKey: '{}/{onward}' } : { groupBy }
    return { ...policy, ...key, ...(groupIntervalMs !== undefined && { groupIntervalMs }) }
  })
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
