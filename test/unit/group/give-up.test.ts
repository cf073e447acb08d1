import { describe, expect, test } from 'vitest'
import type { Policy } from '../../../shared/config/config.ts'
import { lifecycleTarget, notificationTarget } from '../../../shared/delivery/target.ts'
import type { Play } from './setup.ts'
import { play, START } from './setup.ts'

const WAKE = { kind: 'wake' } as const
const HOOK: Partial<Play> = { channels: [{ id: 'hook' }] }
const named = (...targets: string[]): Partial<Policy> => ({ targets: targets.map(notificationTarget) })

/** The alert `a` is told to `hook` in vain. */
function refused(kind: 'refused' | 'ambiguous' | 'dead' = 'refused') {
  const story = play(HOOK)
  story.step(0, story.alert(0, 'a'))
  const { delivery } = story.group().targets.get('hook')!.open!
  story.came(1, 'hook', kind)
  return { ...story, delivery }
}

describe('an attempt that waits', () => {
  test.each(['refused', 'ambiguous', 'dead'] as const)(
    'for a target that the policy names no longer is given up, and the timeline says so (%s)',
    (kind) => {
      const { step, under, group, told, noted, delivery } = refused(kind)
      under({ policy: named(), revision: '2' })
      step(2, WAKE)
      expect(group().log.filter(({ kind }) => kind === 'not-told')).toMatchObject([
        { target: 'hook', delivery, reason: { code: 'not-named' } },
      ])
      step(30, WAKE)
      expect([noted('not-told'), told.length]).toEqual([['2 hook the policy names it no longer'], 1])
      expect(group().targets.get('hook')?.retry).toBeUndefined()
    },
  )

  test('for a channel that was removed is given up', () => {
    const { step, under, noted } = refused()
    under({ policy: named(), channels: [], revision: '2' })
    step(2, WAKE)
    expect(noted('not-told')).toEqual(['2 hook the channel is gone'])
  })

  test('is given up when it fails after the policy stopped to name its target', () => {
    const { step, under, came, noted, alert } = play(HOOK)
    step(0, alert(0, 'a'))
    under({ policy: named(), revision: '2' })
    step(2, WAKE)
    expect(noted('not-told')).toEqual([])
    came(3, 'hook', 'refused')
    expect(noted('not-told')).toEqual(['3 hook the policy names it no longer'])
  })

  test('is no more than that: a target that comes back is told of what fires', () => {
    const { step, under, told } = refused()
    under({ policy: named(), revision: '2' })
    step(2, WAKE)
    under({ policy: named('hook'), revision: '3' })
    step(5, WAKE)
    step(35, WAKE)
    expect(told).toEqual(['0 hook first: a+', '5 hook first: a+'])
  })

  test('of a paused target is given up, and the pause with it', () => {
    const { step, under, group, noted, alert } = play(HOOK)
    step(0, alert(0, 'a'))
    const { delivery, attempt } = group().targets.get('hook')!.open!
    const gone = { kind: 'dead', at: START, reason: 'gone', detail: '' } as const
    step(1, { kind: 'outcome', target: 'hook', delivery, attempt, outcome: gone })
    step(2, WAKE)
    under({ policy: named(), revision: '2' })
    const { arrived } = step(3, WAKE)
    // The account hears no more of the pause.
    expect(arrived).toEqual([{ target: 'hook', endsPause: true }])
    expect(noted('not-told')).toEqual(['3 hook the policy names it no longer'])
    expect(group().targets.get('hook')).not.toMatchObject({ unproven: true })
  })

  test('under a silence is given up for the silence', () => {
    const { step, under, group, noted } = refused()
    under({ muted: () => ({ code: 'silenced', silence: 's' }) })
    step((group().wakeAt! - START) / 1000, WAKE)
    expect(noted('not-told').filter((text) => text.includes('hook'))).toEqual([
      expect.stringContaining('silenced by s'),
    ])
  })

  test('stays while its target is named', () => {
    const { step, under, group } = refused()
    under({ policy: named('hook', 'other'), revision: '2' })
    step(2, WAKE)
    expect(group().targets.get('hook')!.open).toBeDefined()
  })
})

test('each life-cycle event that waits is given up by its id', () => {
  const { step, alert, under, group, came } = play({ policy: { lifecycle: [lifecycleTarget('bus')] } })
  step(0, alert(0, 'a'))
  const incident = group().incident!.id
  const act = (id: string) => ({
    kind: 'action' as const,
    action: { id, type: 'comment' as const, incident, by: 'mei', at: START },
  })
  step(1, act('1'), act('2'))
  came(2, 'lifecycle:bus', 'refused')
  const owed = group()
    .targets.get('lifecycle:bus')!
    .owedEvents!.map(({ delivery }) => delivery)
  under({ policy: { lifecycle: [] }, revision: '2' })
  step(3, WAKE)
  const given = group().log.filter(({ reason }) => reason.code === 'not-a-lifecycle-channel')
  expect([owed.length, given.map(({ delivery }) => delivery)]).toEqual([3, owed])
})

test('a pause of a life-cycle channel ends when the policy names the channel no longer', () => {
  const { step, alert, under, group, noted } = play({ policy: { lifecycle: [lifecycleTarget('bus')] } })
  step(0, alert(0, 'a'))
  const { delivery, attempt } = group().targets.get('lifecycle:bus')!.open!
  const gone = { kind: 'dead', at: START, reason: 'gone', detail: '' } as const
  step(1, { kind: 'outcome', target: 'lifecycle:bus', delivery, attempt, outcome: gone })
  under({ policy: { lifecycle: [] }, revision: '2' })
  expect(step(2, WAKE).arrived).toEqual([{ target: 'lifecycle:bus', endsPause: true }])
  expect(noted('not-told')).toEqual(['2 lifecycle:bus the policy names it no longer as a life-cycle channel'])
})

describe('alerts that a changed configuration moved away', () => {
  const BUS: Partial<Play> = { policy: { lifecycle: [lifecycleTarget('bus')] }, channels: [{ id: 'hook' }] }

  /** `a` and `b` are told; then these alerts move. */
  function moved(names: string, before: (story: ReturnType<typeof play>) => void = () => {}) {
    const story = play(BUS)
    story.step(0, story.alert(0, 'a'), story.alert(0, 'b'))
    story.came(1)
    story.came(1, 'lifecycle:bus')
    before(story)
    story.under({ revision: '2' })
    const decision = story.move(10, ...names)
    return { ...story, decision }
  }

  test('end their incident as moved, and no event says that it is resolved', () => {
    const { decision, told, noted, group, step } = moved('ab')
    expect(decision.closed).toMatchObject([{ closedBecause: 'moved' }])
    expect(decision.closed[0]!.alerts.map(([name]) => name)).toEqual(['a', 'b'])
    expect(noted('closed')).toEqual(['10 a changed configuration moved the alerts to other groups'])
    step(40, WAKE)
    expect(told).toEqual(['0 hook first: a+ b+', '0 lifecycle:bus create: a+ b+'])
    expect([group().incident, group().lastIncident]).toEqual([undefined, undefined])
  })

  test('end their incident as moved although another alert of the incident is over', () => {
    const { decision, told } = moved('a', ({ step, end }) => step(5, end(5, 'b')))
    expect(decision.closed).toMatchObject([{ closedBecause: 'moved' }])
    // The end of `b` is told all the same.
    expect(told.slice(2)).toEqual(['10 hook all-resolved: b-'])
  })

  test('end no incident while another alert of the incident fires', () => {
    const { decision, step, end, told } = moved('a')
    expect(decision.closed).toEqual([])
    step(20, end(20, 'b'))
    step(40, WAKE)
    expect(told.filter((text) => text.includes('bus')).slice(1)).toEqual(['40 lifecycle:bus close: b-'])
  })

  test('that were over leave an incident that is resolved', () => {
    const { decision } = moved('ab', ({ step, end }) => step(5, end(5, 'a'), end(5, 'b')))
    expect(decision.closed).toMatchObject([{ closedBecause: 'resolved' }])
  })

  test('leave no attempt that waits', () => {
    const { noted } = moved('ab', ({ step, alert, came }) => {
      step(5, alert(5, 'c'))
      step(30, WAKE)
      came(31, 'hook', 'refused')
    })
    expect(noted('not-told')).toEqual([])
    const story = play(HOOK)
    story.step(0, story.alert(0, 'a'))
    story.came(1, 'hook', 'refused')
    story.under({ revision: '2' })
    story.move(2, 'a')
    expect(story.noted('not-told')).toEqual(['2 hook a changed configuration moved the alerts to other groups'])
  })
})
