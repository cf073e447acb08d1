import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import type { Outcome } from '../../../shared/delivery/outcome.ts'
import { lifecycleTarget } from '../../../shared/delivery/target.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Decision, Input } from '../../../shared/group/context.ts'
import { alertInput, context, START, unborn } from './setup.ts'

const POLICY = { name: 'Operations', owner: 'sre', targets: [], groupWaitMs: 0, groupIntervalMs: 30 * SECOND }

/** A group with sequential decisions, and the contents and messages of each decision. */
function story() {
  let decision: Decision = {
    group: unborn(),
    contents: [],
    open: [],
    closed: [],
    reopened: [],
    announce: { beforeSave: [], afterSave: [] },
    arrived: [],
    closedKeys: [],
  }
  const contents = new Map<string, Delivery>()
  const step = (now: Millis, inputs: Input[], lifecycle = ['bus']): string[] => {
    decision = advance(decision.group, inputs, context(now, { ...POLICY, lifecycle: lifecycle.map(lifecycleTarget) }))
    for (const delivery of decision.contents) contents.set(delivery.id, delivery)
    return decision.open.map(({ delivery, attempt }) => `${contents.get(delivery)?.notification.event?.id}#${attempt}`)
  }
  return {
    contents,
    step,
    group: () => decision.group,
    alert: (now: Millis, endsAt: Millis) =>
      step(now, [alertInput({ alertname: 'Down' }, { at: now, tie: 'a', endsAt })]),
    answer(now: Millis, kind: Outcome['kind'], reason: 'serverError' | 'gone' | 'clientError' = 'serverError') {
      const [target, { open }] = [...decision.group.targets].find(([id]) => id === 'lifecycle:bus')!
      const outcome = (kind === 'arrived' ? { kind, at: now } : { kind, at: now, reason, detail: 'bus' }) as Outcome
      return step(now, [{ kind: 'outcome', target, delivery: open!.delivery, attempt: open!.attempt, outcome }])
    },
  }
}

const INCIDENT = `${'g'.repeat(32)}-${START.toString(36)}`
const CREATE = `${INCIDENT}_create`
const CLOSE = `${INCIDENT}_close`

describe('life-cycle events', () => {
  test('opening and closing an incident are told once each, frozen as they were', () => {
    const { alert, answer, step, contents, group } = story()
    expect(alert(START, START + HOUR)).toEqual([`${CREATE}#1`])
    expect(answer(START + 1, 'arrived')).toEqual([])
    expect(alert(START + 5 * SECOND, START + 5 * SECOND)).toEqual([])
    expect(step(START + 30 * SECOND, [{ kind: 'wake' }])).toEqual([`${CLOSE}#1`])
    expect(answer(START + 31 * SECOND, 'arrived')).toEqual([])
    expect([...contents.values()].map(({ notification: { event, alerts } }) => [event, alerts[0]!.endsAt])).toEqual([
      [
        {
          id: CREATE,
          type: 'create',
          at: START,
          incident: { id: INCIDENT, openedAt: START },
          policy: { id: 'p', name: 'Operations', owner: 'sre' },
        },
        undefined,
      ],
      [
        {
          id: CLOSE,
          type: 'close',
          at: START + 30 * SECOND,
          incident: { id: INCIDENT, openedAt: START, closedAt: START + 30 * SECOND },
          policy: { id: 'p', name: 'Operations', owner: 'sre' },
        },
        START + 5 * SECOND,
      ],
    ])
    expect(group().targets.get('lifecycle:bus')?.owedEvents).toEqual([])
  })

  test('a bus that is down gets every event later, in order, each under its own id', () => {
    const { alert, answer, step, group } = story()
    alert(START, START + HOUR)
    expect(answer(START + 1, 'refused')).toEqual([])
    expect(alert(START + 5 * SECOND, START + 5 * SECOND)).toEqual([`${CREATE}#2`])
    expect(answer(START + 6 * SECOND, 'ambiguous')).toEqual([])
    // The close event is owed from here on, but the create event goes first.
    expect(step(START + 30 * SECOND, [{ kind: 'wake' }])).toEqual([`${CREATE}#3`])
    expect(answer(START + 31 * SECOND, 'arrived')).toEqual([`${CLOSE}#1`])
    expect(group().wakeAt).toBeDefined()
    expect(answer(START + 32 * SECOND, 'arrived')).toEqual([])
  })

  test('an attempt of which nothing is heard is made again after its deadline', () => {
    const { alert, step, group } = story()
    alert(START, START + HOUR)
    step(START + 2 * MINUTE, [{ kind: 'wake' }])
    expect(step(group().wakeAt!, [{ kind: 'wake' }])).toEqual([`${CREATE}#2`])
  })

  test('one that is refused for good so often holds up the next no longer', () => {
    const { alert, answer, step, group } = story()
    alert(START, START + 30 * SECOND)
    step(START + 30 * SECOND, [{ kind: 'wake' }])
    const sent = []
    let now = START + 30 * SECOND
    for (let round = 0; round < 8; round++) {
      let next = answer(now, 'dead', 'clientError')
      // The group's own ticks come in between.
      for (let wakes = 0; next.length === 0 && wakes < 5; wakes++) {
        now = Math.max(now, group().wakeAt ?? now)
        next = step(now, [{ kind: 'wake' }])
      }
      sent.push(...next)
    }
    expect(sent).toEqual([...[2, 3, 4, 5, 6, 7, 8].map((attempt) => `${CREATE}#${attempt}`), `${CLOSE}#1`])
    expect(now).toBeGreaterThanOrEqual(START + 4 * MINUTE)
  })

  test('a bus that says it is gone is sent nothing more, and says why', () => {
    const { alert, answer, group } = story()
    alert(START, START + HOUR)
    expect(answer(START + 1, 'dead', 'gone')).toEqual([])
    expect(group().targets.get('lifecycle:bus')?.paused?.reason).toEqual({ code: 'target-gone' })
  })

  test('what a paused bus is owed waits for three weeks, also when the group is over, and is then said to be given up', () => {
    const { alert, answer, step, group } = story()
    alert(START, START + 5 * SECOND)
    answer(START + 1, 'dead', 'gone')
    step(START + 30 * SECOND, [{ kind: 'wake' }])
    expect(group().targets.get('lifecycle:bus')?.owedEvents).toHaveLength(2)
    // The group remembers resolved alerts for a while; then only the owed events are left.
    let last = START
    while (group().wakeAt !== undefined) {
      last = group().wakeAt!
      step(last, [{ kind: 'wake' }])
    }
    expect(last).toBe(START + 1 + 21 * 24 * HOUR)
    expect(group().log.map(({ kind }) => kind)).toEqual(['dead', 'dead'])
  })

  test('an event is sent again when a person asks for it, once however often they ask', () => {
    const { alert, answer, step, group, contents } = story()
    alert(START, START + HOUR)
    answer(START + 1, 'arrived')
    const [delivery] = [...contents.keys()]
    const event = { delivery: delivery!, type: 'create' as const, at: START, attempts: 1 }
    const again: Input = { kind: 'replay', target: 'lifecycle:bus', event }
    expect(step(START + 2, [again, again])).toEqual([`${CREATE}#2`])
    expect(step(START + 3, [again])).toEqual([])
    expect(answer(START + 4, 'arrived')).toEqual([])
    expect(group().targets.get('lifecycle:bus')?.owedEvents).toEqual([])
  })

  test('a channel that the policy names no longer is told no more, and the timeline says so', () => {
    const { alert, answer, step, group } = story()
    alert(START, START + HOUR)
    answer(START + 1, 'refused')
    expect(step(START + MINUTE, [{ kind: 'wake' }], [])).toEqual([])
    expect(group().log.at(-1)).toMatchObject({ kind: 'not-told', target: 'lifecycle:bus' })
    expect(group().targets.has('lifecycle:bus')).toBe(false)
  })
})
