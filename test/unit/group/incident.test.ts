import { describe, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import { lifecycleTarget } from '../../../shared/delivery/target.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Input } from '../../../shared/group/context.ts'
import { alertInput, context, START, unborn } from './setup.ts'

const POLICY = { name: 'Operations', owner: 'sre', groupWaitMs: 0, groupIntervalMs: 30 * SECOND }

/** A group whose deliveries come to what the test says, and the notification of each attempt. */
function story() {
  let group = unborn()
  const contents = new Map<string, Delivery>()
  const sent: { delivery: string; attempt: number; notification: Delivery['notification'] }[] = []
  const step = (seconds: number, ...inputs: Input[]): void => {
    const decision = advance(group, inputs, context(START + seconds * SECOND, POLICY))
    group = decision.group
    for (const delivery of decision.contents) if (!contents.has(delivery.id)) contents.set(delivery.id, delivery)
    for (const { delivery, attempt } of decision.open) {
      sent.push({ delivery, attempt, notification: contents.get(delivery)!.notification })
    }
  }
  return {
    sent,
    step,
    group: () => group,
    alert: (seconds: number, n: string, endSeconds = 3600, severity = 'warning') => {
      const [at, endsAt] = [START + seconds * SECOND, START + endSeconds * SECOND]
      return alertInput({ n, severity }, { at, tie: `${n}${seconds}`, endsAt })
    },
    came(seconds: number, kind: 'arrived' | 'ambiguous'): void {
      const at: Millis = START + seconds * SECOND
      const { delivery, attempt } = sent.at(-1)!
      const outcome = kind === 'arrived' ? { kind, at } : { kind, at, reason: 'timeout' as const, detail: '' }
      step(seconds, { kind: 'outcome', target: 'hook', delivery, attempt, outcome })
    },
    claim(seconds: number, by: string): void {
      const at = START + seconds * SECOND
      const incident = group.incident?.id ?? group.lastIncident!.id
      step(seconds, { kind: 'action', action: { id: `${by}${seconds}`, type: 'claim', incident, by, at } })
    },
  }
}

describe('a notification', () => {
  test('names incident, handler and policy, and the worst level of what fires', () => {
    const { step, alert, claim, came, sent } = story()
    step(0, alert(0, 'a', 3600, 'critical'), alert(0, 'b', 1, 'warning'))
    came(1, 'arrived')
    claim(2, 'mei')
    step(20, alert(20, 'a', 20, 'critical'), alert(20, 'c', 3600, 'info'))
    step(30, { kind: 'wake' })
    const id = `${'g'.repeat(32)}-${START.toString(36)}`
    const policy = { id: 'p', name: 'Operations', owner: 'sre' }
    expect(sent.map(({ notification: { incident, policy, level } }) => ({ incident, policy, level }))).toEqual([
      { incident: { id, openedAt: START }, policy, level: 'P1' },
      { incident: { id, openedAt: START, handler: 'mei' }, policy, level: 'P4' },
    ])
  })

  test('of an end that is tried again has the id and the incident of the first attempt, also under another incident', () => {
    const { step, alert, came, claim, sent, group } = story()
    step(0, alert(0, 'a'))
    came(1, 'arrived')
    claim(2, 'mei')
    step(10, alert(10, 'a', 10))
    step(30, { kind: 'wake' })
    came(31, 'ambiguous')
    expect([group().incident, group().lastIncident?.handler]).toEqual([undefined, 'mei'])
    step(group().wakeAt! / SECOND - START / SECOND, { kind: 'wake' })
    const [first, again] = sent.slice(-2)
    expect([again!.delivery, again!.attempt]).toEqual([first!.delivery, 2])
    expect(again!.notification).toEqual(first!.notification)
    came(40, 'arrived')
    expect(group().lastIncident).toBeUndefined()
  })

  test('of an end that was never tried names the incident that ended, though the next one is open', () => {
    const { step, alert, came, sent, group } = story()
    step(0, alert(0, 'a'))
    step(10, alert(10, 'a', 10))
    // The first delivery is still open at the tick at which all is over.
    step(30, { kind: 'wake' })
    expect(group().incident).toBeUndefined()
    came(35, 'arrived')
    expect(sent.at(-1)!.notification).toMatchObject({ reason: 'all-resolved', incident: { openedAt: START } })
  })

  test('of an event or a group without an incident says nothing of it', () => {
    const at = START
    const alert = alertInput({ n: 'a' }, { at, tie: '1', endsAt: at + MINUTE })
    const policy = { ...POLICY, targets: [], lifecycle: [lifecycleTarget('bus')] }
    const { contents } = advance(unborn(), [alert], context(at, policy))
    expect(contents.map(({ notification: { incident, policy, level } }) => [incident, policy, level])).toEqual([
      [undefined, undefined, undefined],
    ])
  })
})
