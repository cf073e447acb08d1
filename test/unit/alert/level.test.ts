import { describe, expect, test } from 'vitest'
import { levelOf, worstLevel } from '../../../shared/alert/level.ts'

describe('the level of a severity', () => {
  test.each([
    ['P1', ['critical', 'Critical', ' CRITICAL ', '10', 'P1']],
    ['P2', ['error', 'high', '8', 'P2']],
    ['P3', ['warning', 'medium', '6', 'P3']],
    ['P4', ['info', 'low', 'informational', '4', '2', 'P4']],
  ])('%s is for %j', (level, severities) => {
    expect(severities.map((severity) => levelOf({ severity }))).toEqual(severities.map(() => level))
  })

  test.each(['', 'page', 'sev1', '__proto__', 'constructor'])(
    'an unknown one such as "%s" is in the middle',
    (severity) => {
      expect(levelOf({ severity })).toBe('P3')
    },
  )

  test('an alert without a severity is in the middle', () => {
    expect(levelOf({})).toBe('P3')
  })

  test('of several alerts is the worst level', () => {
    const alerts = ['info', 'error', 'warning'].map((severity) => ({ labels: { severity } }))
    expect(worstLevel(alerts)).toBe('P2')
    expect(worstLevel([])).toBe('P3')
  })
})
