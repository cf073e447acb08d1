import { expect, test } from 'vitest'
import { HOUR, SECOND } from '../../../shared/base/time.ts'
import { advance } from '../../../shared/group/advance.ts'
import { alertInput, context, START, unborn } from './setup.ts'

test('the timeline says which part of a message did not arrive', () => {
  const alert = alertInput({ alertname: 'Down' }, { tie: '1', endsAt: START + HOUR })
  const opened = advance(unborn(), [alert], context(START, { groupWaitMs: 0 }))
  const [{ target, delivery, attempt }] = opened.open as [(typeof opened.open)[number]]
  const note = 'refused mailboxes, by their place among the 3 of the user: 2 (550)'
  const outcome = { kind: 'arrived' as const, at: START + SECOND, note }
  const { group } = advance(
    opened.group,
    [{ kind: 'outcome', target, delivery, attempt, outcome }],
    context(START + SECOND, { groupWaitMs: 0 }),
  )
  expect(group.log).toMatchObject([{ kind: 'told', target: 'hook', note }])
  expect(group.targets.get(target)?.told).toBeDefined()
})
