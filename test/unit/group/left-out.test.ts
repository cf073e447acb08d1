import { expect, test } from 'vitest'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Input, RegroupedKnowledge } from '../../../shared/group/context.ts'
import type { Group } from '../../../shared/group/group.ts'
import { alertInput, context, START, unborn } from './setup.ts'

/*
 * A delivery may leave firing alerts out. The target then knows of these alerts as much as before, and is owed their
 * ends.
 */

const POLICY = { groupWaitMs: 0, groupIntervalMs: 30 * SECOND }

function story() {
  let group: Group = unborn()
  const contents: Delivery[] = []
  const opened: { delivery: string; attempt: number }[] = []
  const step = (seconds: number, ...inputs: Input[]): void => {
    const decision = advance(group, inputs, context(START + seconds * SECOND, POLICY))
    group = decision.group
    contents.push(...decision.contents)
    opened.push(...decision.open)
  }
  return {
    step,
    alert(seconds: number, n: string, endSeconds = 3600): Input {
      const [at, endsAt] = [START + seconds * SECOND, START + endSeconds * SECOND]
      return alertInput({ n }, { at, tie: `${n}${seconds}`, endsAt })
    },
    came(seconds: number, kind: 'arrived' | 'ambiguous'): void {
      const at = START + seconds * SECOND
      const { delivery, attempt } = opened.at(-1)!
      const outcome = kind === 'arrived' ? { kind, at } : { kind, at, reason: 'timeout' as const, detail: '' }
      step(seconds, { kind: 'outcome', target: 'hook', delivery, attempt, outcome })
    },
    /** `a+ b-`: the alerts of each delivery, firing or resolved. */
    told: () =>
      opened.map(({ delivery }) => {
        const { notification } = contents.findLast(({ id }) => id === delivery)!
        return notification.alerts
          .map(({ labels, endsAt }) => `${labels.n}${endsAt === undefined ? '+' : '-'}`)
          .join(' ')
      }),
  }
}

test('an end that is told off the grid does not hide that another alert was told as firing', () => {
  const { step, alert, came, told } = story()
  step(0, alert(0, 'a'), alert(0, 'b'))
  came(1, 'arrived')
  step(5, alert(5, 'a', 5), alert(5, 'b', 5))
  step(30, { kind: 'wake' })
  came(31, 'ambiguous')
  // The incident is closed: `a` fires anew, and the tick at 60 s will open the next incident.
  step(32, alert(32, 'a'))
  step(45, { kind: 'wake' })
  came(46, 'arrived')
  step(50, alert(50, 'a', 50))
  step(60, { kind: 'wake' })
  expect(told()).toEqual(['a+ b+', 'a- b-', 'b-', 'a-'])
})

test('the first flush of a group sees the regrouped alerts that a target knows of', () => {
  const { step, alert, came, told } = story()
  const known = [fingerprint({ n: 'a' }), fingerprint({ n: 'b' })]
  const knowledge: RegroupedKnowledge = {
    told: [['hook', { at: START, firing: known, until: START }]],
    doubt: [],
    tombstones: [],
  }
  step(MINUTE / SECOND, { kind: 'regroup', knowledge }, alert(1, 'a'), alert(2, 'b', 2))
  came(61, 'arrived')
  step(62, alert(62, 'a', 62))
  step(91, { kind: 'wake' })
  expect(told()).toEqual(['a+ b-', 'a-'])
})
