import { describe, expect, test } from 'vitest'
import type { Condition, Expression } from '../../../shared/config/flow.ts'
import { compileExpression } from '../../../shared/flow/expression.ts'
import type { Subject } from '../../../shared/flow/fields.ts'

function alertOf(labels: Record<string, string>, more: Partial<Subject> = {}): Subject {
  return { labels, annotations: {}, origin: { account: 'acme', integration: 'prod' }, ...more }
}

const RAISED = alertOf(
  { alertname: 'Route changed', rule: 'routes', severity: 'high', env: 'prod-eu' },
  {
    annotations: { cloudAccount: '154035569884', region: 'cn-hangzhou', load: '71.5' },
    origin: { account: 'acme', integration: 'default', rule: 'routes' },
  },
)

type Row = [condition: [field: string, op: Condition['op'], value: string | string[]], holds: boolean]

describe('a condition', () => {
  const rows: Row[] = [
    [['cloudAccount', '=', '154035569884'], true],
    [['cloudAccount', '=', '154035569885'], false],
    [['region', '!=', 'cn-beijing'], true],
    [['severity', 'in', ['critical', 'high']], true],
    [['severity', 'in', ['critical']], false],
    [['region', 'not in', ['cn-beijing']], true],
    [['region', 'not in', ['cn-beijing', 'cn-hangzhou']], false],
    [['labels.env', '=~', 'prod.*'], true],
    [['labels.env', '=~', 'prod'], false],
    [['labels.env', '!~', 'prod.*'], false],
    [['labels.none', '=', ''], true],
    [['labels.none', '=~', '.+'], false],
    [['annotations.load', '>', '70'], true],
    [['annotations.load', '>', '71.5'], false],
    [['annotations.load', '>=', '71.5'], true],
    [['annotations.load', '<', '9'], false],
    [['annotations.load', '<=', '71.50'], true],
    [['labels.env', '>', '1'], false],
    [['labels.env', '<=', '1'], false],
    [['labels.none', '<', '1'], false],
    [['level', '=', 'P2'], true],
    [['level', '>=', 'P2'], true],
    [['level', '>', 'P2'], false],
    [['level', '>=', 'P3'], true],
    [['level', '<', 'P1'], true],
    [['level', 'in', ['P1', 'P2']], true],
    [['rule', '=', 'routes'], true],
    [['alertname', '=', 'Route changed'], true],
    [['account', '=', 'acme'], true],
    [['integration', '=', 'default'], true],
    [['project', '=', ''], true],
    [['annotations.cloudAccount', '=', '154035569884'], true],
  ]
  test.each(rows)('%j: %s', ([field, op, value], holds) => {
    expect(compileExpression({ field, op, value })(RAISED)).toBe(holds)
  })

  test('reads a label of a sender before an annotation, under the names that senders use', () => {
    const alert = alertOf({ aliuid: '42', region: 'eu' }, { annotations: { cloudAccount: '43', region: 'us' } })
    expect(compileExpression({ field: 'cloudAccount', op: '=', value: '42' })(alert)).toBe(true)
    expect(compileExpression({ field: 'region', op: '=', value: 'eu' })(alert)).toBe(true)
  })

  test('reads names that objects have by themselves as any other name', () => {
    expect(compileExpression({ field: 'labels.__proto__', op: '=', value: '' })(alertOf({}))).toBe(true)
    expect(compileExpression({ field: 'labels.constructor', op: '=~', value: '.+' })(alertOf({}))).toBe(false)
  })
})

describe('conditions nest', () => {
  const yes: Expression = { field: 'severity', op: '=', value: 'high' }
  const no: Expression = { field: 'severity', op: '=', value: 'low' }
  const rows: [Expression, boolean][] = [
    [{ and: [yes, yes] }, true],
    [{ and: [yes, no] }, false],
    [{ or: [no, yes] }, true],
    [{ or: [no, no] }, false],
    [{ not: no }, true],
    [{ and: [yes, { or: [no, { not: { and: [yes, no] } }] }] }, true],
    [{ or: [{ and: [yes, no] }, { not: { or: [no, yes] } }] }, false],
  ]
  test.each(rows)('%j: %s', (expression, holds) => {
    expect(compileExpression(expression)(RAISED)).toBe(holds)
  })
})
