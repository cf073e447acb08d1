import { describe, expect, test } from 'vitest'
import { DELIVERY_WINDOW_MS } from '../../../shared/delivery/delivery.ts'
import type { Draft, RegroupedKnowledge } from '../../../shared/group/context.ts'
import { learnRegrouped } from '../../../shared/group/regroup.ts'
import type { TargetState } from '../../../shared/group/target-state.ts'
import { arrived } from '../../../shared/group/target-state.ts'

/** When the other group's words had arrived, or may still arrive. */
const UNTIL = 500
const OPENED = { before: UNTIL - 1, after: UNTIL }

/** `a|b@before`: a was told as firing, b as resolved, by a delivery that was opened before UNTIL. */
function targetOf(told: string | undefined, open?: string): TargetState {
  const sets = (text: string) => {
    const [firing = '', resolved = ''] = text.split('@')[0]!.split('|')
    const openedAt = OPENED[text.split('@')[1] as keyof typeof OPENED]
    return { firing: [...firing], resolved: [...resolved], openedAt }
  }
  const sent = { delivery: 'd', attempt: 1, content: 'c', nominal: 1, reason: 'first' as const }
  const state = { count: 1, ...(told === undefined ? {} : { told: { at: 100, ...sets(told) } }) }
  if (open === undefined) return state
  return { ...state, open: { ...sent, ...sets(open), deadline: 200 + DELIVERY_WINDOW_MS } }
}

const surely: RegroupedKnowledge = {
  told: [['hook', { at: 50, firing: ['x'], until: UNTIL }]],
  doubt: [],
  tombstones: [],
}
const perhaps = (firing: string, resolved: string): RegroupedKnowledge => ({
  told: [],
  doubt: [['hook', { firing: [...firing], resolved: [...resolved], until: UNTIL }]],
  tombstones: [],
})

const cases: [string, TargetState, RegroupedKnowledge, told: string | undefined, doubt: string | undefined][] = [
  ['of what is said to nobody here it is surely known', targetOf(undefined), surely, 'x|', undefined],
  ['beside what is told here', targetOf('a|b@after'), surely, 'ax|b', undefined],
  ['what is told here later stands', targetOf('a|x@after'), surely, 'a|x', undefined],
  ['what is told here earlier is in doubt', targetOf('a|x@before'), surely, 'a|x', 'x|'],
  ['while something is out nobody knows what comes last', targetOf('a|@after', 'a|'), surely, 'a|', 'x|'],
  ['a doubt is a doubt', targetOf('a|@after'), perhaps('x', ''), 'a|', 'x|'],
  ['until something that was opened after it is heard', targetOf('x|@after'), perhaps('x', 'x'), 'x|', undefined],
  ['and not before', targetOf('x|@before'), perhaps('', 'x'), 'x|', '|x'],
  [
    'what is told here later says nothing of what another group told',
    learned(targetOf('a|@after'), surely),
    perhaps('', 'x'),
    'ax|',
    '|x',
  ],
]

function learned(target: TargetState, knowledge: RegroupedKnowledge): TargetState {
  const group = { targets: new Map([['hook', target]]), members: new Map(), tombstones: new Map() }
  learnRegrouped({ group, heardElsewhere: new Set() } as unknown as Draft, knowledge, {
    groupKey: '{}:{}',
    channel: () => undefined,
  })
  return group.targets.get('hook')!
}

test.each(cases)('%s', (_, target, knowledge, told, doubt) => {
  const said = (heard: { firing: readonly string[]; resolved: readonly string[] } | undefined): string | undefined =>
    heard && `${heard.firing.join('')}|${heard.resolved.join('')}`
  const after = learned(target, knowledge)
  expect([said(after.told), said(after.doubt)]).toEqual([told, doubt])
  if (doubt !== undefined) expect(after.doubt?.until).toBe(UNTIL)
})

test.each([
  ['clears a doubt about an alert that it mentions', 'x|', undefined],
  ['leaves a doubt about an alert that it does not mention', 'a|', ['x']],
])('a delivery that is out %s', (_, sent, firing) => {
  const before = learned(targetOf(undefined, `${sent}@after`), perhaps('x', ''))
  expect(arrived(before, before.open!).doubt?.firing).toEqual(firing)
})

test('a delivery says nothing of when the target was told of a firing that the delivery leaves out', () => {
  const out = targetOf('x|@before', 'a|@after')
  const told = arrived(out, { ...out.open!, leftOut: ['x'] }).told
  expect(told).toMatchObject({ firing: ['a', 'x'] })
  expect(told?.openedAt).toBeUndefined()
})

describe('a delivery that is tried a second time', () => {
  /** Both attempts have the same id. The second attempt was opened after UNTIL. */
  const tried = (first: keyof typeof OPENED) => {
    const last = {
      ...{ delivery: 'd', attempt: 2, content: 'c', nominal: 1, reason: 'all-resolved' as const },
      ...{ firing: [], resolved: ['x'], openedAt: OPENED[first] },
    }
    return { last, open: { ...last, deadline: UNTIL + 100 + DELIVERY_WINDOW_MS } }
  }
  const doubtful = perhaps('x', '')

  test.each([
    ['leaves a doubt from before its second attempt', 'before', ['x']],
    ['clears a doubt from before its first attempt', 'after', undefined],
  ] as const)('%s', (_, first, firing) => {
    const before = learned({ count: 1, ...tried(first) }, doubtful)
    const after = arrived(before, before.open!)
    expect(after.told?.resolved).toEqual(['x'])
    expect(after.doubt?.firing).toEqual(firing)
  })

  test.each([
    ['does not keep its id when another group told the target after the first attempt', surely, 'before', undefined],
    ['does not keep its id when another group may have told the target after it', doubtful, 'before', undefined],
    ['keeps its id when another group told the target before', surely, 'after', 'd'],
    ['keeps its id when another group may have told the target of other alerts', perhaps('y', ''), 'before', 'd'],
  ] as const)('%s', (_, knowledge, first, id) => {
    const { last } = tried(first)
    expect(learned({ count: 1, last }, knowledge).last?.delivery).toBe(id)
  })

  test('counts from its first attempt, and is heard by the deadline of its second', () => {
    const { last, open } = tried('before')
    expect(arrived({ count: 1, last, open }, open).told).toMatchObject({
      openedAt: OPENED.before,
      heardBy: open.deadline,
    })
  })
})
