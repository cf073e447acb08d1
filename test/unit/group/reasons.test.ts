import { describe, expect, test } from 'vitest'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { type Play, play } from './setup.ts'

const BOTH = { policy: { targets: [notificationTarget('hook'), notificationTarget('slow')] } }

const silencesM: Play['muted'] = (print) => (print === 'm' ? { code: 'silenced', silence: 's' } : undefined)

describe('a target that is not told', () => {
  test('knows what ended and what fires, while another target is still owed the end', () => {
    const { step, alert, end, came, noted } = play({ ...BOTH, muted: silencesM })
    // The muted alert makes the group look at every tick.
    step(0, alert(0, 'a'), alert(0, 'b'), alert(0, 'm'))
    came(1)
    came(1, 'slow')
    step(10, end(10, 'b'))
    step(30, { kind: 'wake' })
    came(31)
    // The other attempt is out at the next tick, so the resolved alert is compared again.
    step(60, { kind: 'wake' })
    expect(noted('not-told')).toEqual(['0 silenced by s', '60 hook told already'])
  })

  test('knows what fires, and hears of no end where ends are not sent', () => {
    const { step, alert, end, came, noted } = play({ channels: [{ id: 'hook', sendResolved: false }] })
    step(0, alert(0, 'a'), alert(0, 'b'))
    came(1)
    step(10, end(10, 'b'))
    step(30, { kind: 'wake' })
    expect(noted('not-told')).toEqual(['30 hook told already; what resolved is not sent'])
  })

  test('misses alerts that were over before the first flush', () => {
    const { step, alert, end, noted } = play({ policy: { groupWaitMs: 5000 } })
    step(0, alert(0, 'a'))
    step(1, end(1, 'a'))
    step(5, { kind: 'wake' })
    expect(noted('not-told')).toEqual(['5 hook resolved before the first flush', '5 resolved before anybody was told'])
  })

  test('that took nothing misses alerts that were over later than the first flush', () => {
    const { step, alert, end, came, noted } = play()
    step(0, alert(0, 'a'))
    came(1, 'hook', 'dead')
    step(10, end(10, 'a'))
    step(30, { kind: 'wake' })
    expect(noted('not-told')).toEqual([
      '30 hook nothing fires that it was told of',
      '30 resolved before anybody was told',
    ])
  })

  test('misses an alert that came and ended between two flushes', () => {
    const { step, alert, end, noted } = play({ muted: silencesM })
    step(0, alert(0, 'm'))
    step(10, alert(10, 'a'))
    step(20, end(20, 'a'))
    step(30, { kind: 'wake' })
    expect(noted('not-told')).toEqual([
      '0 silenced by s',
      '30 hook nothing fires that it was told of',
      '30 resolved before anybody was told',
    ])
  })
})

test('an entry of the timeline names 20 alerts, and counts the others', () => {
  const { step, alert, group } = play()
  step(0, ...Array.from({ length: 23 }, (_, number) => alert(0, `a${number}`)))
  const telling = group().log.find(({ kind }) => kind === 'telling')
  expect([telling?.alerts?.length, telling?.moreAlerts]).toEqual([20, 3])
  const { step: other, alert: one, group: small } = play()
  other(0, ...Array.from({ length: 20 }, (_, number) => one(0, `a${number}`)))
  expect(small().log.find(({ kind }) => kind === 'telling')).not.toHaveProperty('moreAlerts')
})
