import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { METRICS } from '../../../shared/base/metrics.ts'
import { createRegistry } from '../../../shared/metrics/registry.ts'

/** The lines of the series. */
const series = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

describe('metrics registry', () => {
  test('adds counters up and keeps the last value of gauges, each with its help and type', () => {
    const metrics = createRegistry()
    metrics.add('tocsin_errors_total', { function: 'x' })
    metrics.add('tocsin_errors_total', { function: 'x' }, 2)
    metrics.add('tocsin_errors_total')
    metrics.set('tocsin_ready', {}, 1)
    metrics.set('tocsin_ready', {}, 7)
    expect(metrics.render()).toBe(
      `# HELP tocsin_errors_total ${METRICS.tocsin_errors_total.help}
# TYPE tocsin_errors_total counter
tocsin_errors_total 1
tocsin_errors_total{function="x"} 3
# HELP tocsin_ready ${METRICS.tocsin_ready.help}
# TYPE tocsin_ready gauge
tocsin_ready 7
`,
    )
  })

  test('a histogram counts every value in each bucket that the value fits in', () => {
    const metrics = createRegistry()
    for (const seconds of [0.2, 1, 1.5, 20, 90]) {
      metrics.observe('alertmanager_notification_latency_seconds', { integration: 'webhook' }, seconds)
    }
    const name = 'alertmanager_notification_latency_seconds'
    expect(series(metrics.render())).toEqual([
      `${name}_bucket{integration="webhook",le="1"} 2`,
      `${name}_bucket{integration="webhook",le="5"} 3`,
      `${name}_bucket{integration="webhook",le="10"} 3`,
      `${name}_bucket{integration="webhook",le="15"} 3`,
      `${name}_bucket{integration="webhook",le="20"} 4`,
      `${name}_bucket{integration="webhook",le="+Inf"} 5`,
      `${name}_sum{integration="webhook"} 112.7`,
      `${name}_count{integration="webhook"} 5`,
    ])
  })

  test('the order of labels makes no second series', () => {
    const metrics = createRegistry()
    metrics.add('tocsin_errors_total', { a: '1', b: '2' })
    metrics.add('tocsin_errors_total', { b: '2', a: '1' })
    expect(series(metrics.render())).toEqual(['tocsin_errors_total{a="1",b="2"} 2'])
  })

  test.each([
    ['a"b', 'a\\"b'],
    ['a\\b', 'a\\\\b'],
    ['a\nb', 'a\\nb'],
  ])('a value %j cannot break out of its line', (value, shown) => {
    const metrics = createRegistry()
    metrics.set('tocsin_ready', { v: value }, 1)
    expect(series(metrics.render())).toEqual([`tocsin_ready{v="${shown}"} 1`])
  })

  test('a metric with ever more label sets stops growing', () => {
    const metrics = createRegistry()
    for (let i = 0; i < 1500; i++) metrics.add('tocsin_errors_total', { i: String(i) })
    const lines = series(metrics.render())
    expect(lines).toHaveLength(1001)
    expect(lines).toContain('tocsin_errors_total{overflow="true"} 500')
  })

  test('with the kinds of channels, every series whose labels are known exists at 0', () => {
    const metrics = createRegistry()
    metrics.add('tocsin_notifications_total', { type: 'webhook', outcome: 'arrived' })
    expect(series(metrics.render())).toHaveLength(1)
    metrics.begin(['webhook', 'forward'])
    const lines = series(metrics.render())
    expect(lines.filter((line) => !line.endsWith(' 0'))).toEqual([
      'tocsin_notifications_total{outcome="arrived",type="webhook"} 1',
    ])
    metrics.begin(['webhook', 'forward'])
    expect(series(metrics.render())).toEqual(lines)
    expect(lines).toEqual(
      expect.arrayContaining([
        'tocsin_group_races_total 0',
        'tocsin_errors_total{function="dispatch"} 0',
        'tocsin_notifications_total{outcome="dead",type="forward"} 0',
        'alertmanager_notifications_total{integration="webhook"} 0',
        'alertmanager_notifications_failed_total{integration="webhook",reason="contextDeadlineExceeded"} 0',
        'alertmanager_alerts_received_total{status="resolved",version="v2"} 0',
        'alertmanager_notification_latency_seconds_count{integration="forward"} 0',
      ]),
    )
    expect(series(createRegistry().render())).toEqual([])
  })
})

const promtool = spawnSync('promtool', ['--version']).error === undefined

test.runIf(promtool)(
  `promtool finds nothing to say of any metric${promtool ? '' : ' (skipped: promtool is not installed)'}`,
  () => {
    const metrics = createRegistry()
    metrics.begin(['webhook'])
    for (const [name, { type }] of Object.entries(METRICS)) {
      if (type === 'gauge') metrics.set(name as 'tocsin_ready', { state: 'x' }, 1)
    }
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: metrics.render() })
    expect([status, String(stdout), String(stderr)]).toEqual([0, '', ''])
  },
)

test('docs/operating.md names every metric, and no other', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../../docs/operating.md'), 'utf8')
  const [, section = ''] = page.split('\n## Metrics\n')
  const named = [...section.matchAll(/^\| `((?:tocsin|alertmanager)_\w+)` \|/gm)].map(([, name]) => name)
  expect(named.sort()).toEqual(Object.keys(METRICS).sort())
})
