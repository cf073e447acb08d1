import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { log } from '../../../infra/aws/log.ts'
import { logMetrics } from '../../../infra/aws/metrics.ts'
import { MAX_DELAY_MS, VISIBILITY_MS } from '../../../shared/queue/port.ts'
import { NAMES, queueName } from './functions.ts'
import { ofType, type Properties, type Template, target } from './stack.ts'

/** The metrics of an expression, by their ids. */
function metricsOf({ Metrics }: Properties): Record<string, Properties> {
  const plain = Metrics.filter(({ MetricStat }: Properties) => MetricStat)
  return Object.fromEntries(plain.map(({ Id, MetricStat }: Properties) => [Id, MetricStat]))
}

export function alarmChecks(template: () => Template): void {
  const alarms = () => ofType(template(), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties)
  const named = (name: string): Properties =>
    alarms().find(({ AlarmName }) => AlarmName === `tocsin-test-${name}`) ?? {}

  describe('alarms', () => {
    test('each tells the topic when it begins and when it is over, and is quiet where there is nothing to count', () => {
      const [[topic]] = ofType(template(), 'AWS::SNS::Topic') as [[string, unknown]]
      for (const alarm of alarms()) {
        expect([alarm.AlarmActions, alarm.OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]])
        expect(alarm.TreatMissingData).toBe('notBreaching')
        expect(alarm.AlarmDescription.length).toBeGreaterThan(30)
      }
    })

    test('each queue has one for its age, and all have one for their dead letters', () => {
      const queues = ofType(template(), 'AWS::SQS::Queue').filter(([id]) => queueName(template(), id) !== 'dlq')
      for (const [id] of queues) {
        const name = queueName(template(), id)
        const late = named(`${name}-late`)
        expect(late).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage' })
        expect(target(late.Dimensions[0].Value)).toBe(id)
        // A single dead function is no alarm, and a wake before its time is no alarm.
        const ordinary = name === 'alerts' ? MAX_DELAY_MS : VISIBILITY_MS
        expect(late.Threshold * 1000).toBeGreaterThan(ordinary)
      }
      const dead = named('dead')
      expect(dead).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 0 })
      expect(queueName(template(), target(dead.Dimensions[0].Value) ?? '')).toBe('dlq')
    })

    test('all together watch nine metrics, and one more with a trail: each is billed', () => {
      const billed = alarms().flatMap((alarm) => (alarm.Metrics ? Object.keys(metricsOf(alarm)) : [alarm.MetricName]))
      const trail = alarms().some(({ AlarmName }) => AlarmName === 'tocsin-test-trail-late')
      expect(billed).toHaveLength(trail ? 10 : 9)
    })

    test('errors counts the failures that all functions log, the answers of the gateway, and a sweep that dies', () => {
      const { failures, answers, sweep, ...others } = metricsOf(named('errors'))
      expect(others).toEqual({})
      expect(failures?.Metric).toEqual({ Namespace: 'tocsin-test', MetricName: 'Failures' })
      expect(logGroupsOf(template(), 'Failures')).toEqual(NAMES.map((name) => `/aws/lambda/tocsin-test-${name}`))
      expect(answers?.Metric).toMatchObject({ Namespace: 'AWS/ApiGateway', MetricName: '5xx' })
      expect(target(answers?.Metric.Dimensions[0].Value)).toBe('HttpApi')
      expect(sweep?.Metric).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: 'Errors' })
      const swept = target(sweep?.Metric.Dimensions[0].Value) ?? ''
      expect(template().Resources[swept]?.Properties.FunctionName).toBe('tocsin-test-sweep')
    })

    test('silent is when deliveries are tried, and none arrives', () => {
      const silent = {
        MetricName: 'Arrivals',
        Statistic: 'Maximum',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
      }
      expect(named('silent')).toMatchObject(silent)
      const both = ['forward', 'notify'].flatMap((name) => Array(2).fill(`/aws/lambda/tocsin-test-${name}`))
      expect(logGroupsOf(template(), 'Arrivals')).toEqual(both)
    })

    test('what is looked for in the logs is what the functions write', () => {
      const lines: string[] = []
      onTestFinished(() => void vi.restoreAllMocks())
      vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line))
      log('error', 'messages failed', { requestId: 'r1' })
      const metrics = logMetrics()
      metrics.add('tocsin_notifications_total', { type: 'webhook', outcome: 'arrived' })
      metrics.flush()
      metrics.add('tocsin_notifications_total', { type: 'webhook', outcome: 'refused' })
      metrics.flush()
      const found = (metric: string, value: string) =>
        lines.map((line) =>
          patternsOf(template(), metric, value).every((texts) => texts.some((one) => line.includes(one))),
        )
      expect(found('Failures', '1')).toEqual([true, false, false])
      expect(found('Arrivals', '1')).toEqual([false, true, false])
      expect(found('Arrivals', '0')).toEqual([false, true, true])
    })
  })
}

function filtersOf(template: Template, metric: string): Properties[] {
  const filters = ofType(template, 'AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties)
  return filters.filter(({ MetricTransformations: [to] }) => to.MetricName === metric)
}

function logGroupsOf(template: Template, metric: string): string[] {
  return filtersOf(template, metric)
    .map(({ LogGroupName }) => template.Resources[target(LogGroupName) ?? '']?.Properties.LogGroupName)
    .sort()
}

/** A pattern is a text in quotes, or several of which one is enough; quotes inside a text are escaped. */
function patternsOf(template: Template, metric: string, value: string): string[][] {
  const filters = filtersOf(template, metric).filter(({ MetricTransformations: [to] }) => to.MetricValue === value)
  return filters.map(({ FilterPattern }) =>
    FilterPattern.match(/"(?:\\.|[^"\\])*"/g).map((text: string) => JSON.parse(text)),
  )
}
