import { describe, expect, test } from 'vitest'
import { createRegistry } from '../../../shared/metrics/registry.ts'

describe('metrics registry', () => {
  test('adds counters up and keeps the last value of gauges', () => {
    const metrics = createRegistry()
    metrics.add('b_total', { kind: 'x' })
    metrics.add('b_total', { kind: 'x' }, 2)
    metrics.add('b_total')
    metrics.set('a', {}, 1)
    metrics.set('a', {}, 7)
    expect(metrics.render()).toBe('# TYPE a gauge\na 7\n# TYPE b_total counter\nb_total 1\nb_total{kind="x"} 3\n')
  })

  test('the order of labels makes no second series', () => {
    const metrics = createRegistry()
    metrics.add('t', { a: '1', b: '2' })
    metrics.add('t', { b: '2', a: '1' })
    expect(metrics.render()).toBe('# TYPE t counter\nt{a="1",b="2"} 2\n')
  })

  test.each([
    ['a"b', 'a\\"b'],
    ['a\\b', 'a\\\\b'],
    ['a\nb', 'a\\nb'],
  ])('a value %j cannot break out of its line', (value, shown) => {
    const metrics = createRegistry()
    metrics.set('g', { v: value }, 1)
    expect(metrics.render()).toBe(`# TYPE g gauge\ng{v="${shown}"} 1\n`)
  })

  test('a metric with ever more label sets stops growing', () => {
    const metrics = createRegistry()
    for (let i = 0; i < 1500; i++) metrics.add('t', { i: String(i) })
    const lines = metrics.render().trim().split('\n')
    expect(lines).toHaveLength(1002)
    expect(lines).toContain('t{overflow="true"} 500')
  })
})
