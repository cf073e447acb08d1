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

    test('each queue has one for dead letters and one for its age', () => {
      const queues = ofType(template(), 'AWS::SQS::Queue').filter(([id]) => !queueName(template(), id).endsWith('-dlq'))
      for (const [id] of queues) {
        const name = queueName(template(), id)
        const [dead, late] = [named(`${name}-dead`), named(`${name}-late`)]
        expect(dead).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 0 })
        expect(queueName(template(), target(dead.Dimensions[0].Value) ?? '')).toBe(`${name}-dlq`)
        expect(late).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage' })
        expect(target(late.Dimensions[0].Value)).toBe(id)
        // A single dead function is no alarm, and a wake before its time is no alarm.
        const ordinary = name === 'alerts' ? MAX_DELAY_MS : VISIBILITY_MS
        expect(late.Threshold * 1000).toBeGreaterThan(ordinary)
      }
    })

    test('errors counts every function, and the failures that all of them log', () => {
      const { failures, ...functions } = metricsOf(named('errors'))
      const counted = Object.values(functions).map(({ Metric }) => {
        expect(Metric).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: 'Errors' })
        return template().Resources[target(Metric.Dimensions[0].Value) ?? '']?.Properties.FunctionName
      })
      expect(counted.sort()).toEqual(NAMES.map((name) => `tocsin-test-${name}`))
      expect(failures?.Metric).toEqual({ Namespace: 'tocsin-test', MetricName: 'Failures' })
      expect(logGroupsOf(template(), 'Failures')).toEqual(NAMES.map((name) => `/aws/lambda/tocsin-test-${name}`))
    })

    test('silent compares what is accepted with what is worked on, and what is due with what arrives', () => {
      const metrics = metricsOf(named('silent'))
      const seen = Object.entries(metrics).map(([id, { Metric }]) => {
        const queue = Metric.Dimensions ? queueName(template(), target(Metric.Dimensions[0].Value) ?? '') : 'log'
        return [id, `${Metric.MetricName} of ${queue}`]
      })
      expect(Object.fromEntries(seen)).toEqual({
        accepted: 'NumberOfMessagesSent of alerts',
        worked: 'NumberOfMessagesDeleted of alerts',
        due: 'NumberOfMessagesSent of deliveries',
        owed: 'NumberOfMessagesSent of forwards',
        arrived: 'Arrivals of log',
      })
      for (const id of Object.keys(metrics)) expect(named('silent').Metrics[0].Expression).toContain(`FILL(${id}, 0)`)
      expect(logGroupsOf(template(), 'Arrivals')).toEqual(
        ['forward', 'notify'].map((name) => `/aws/lambda/tocsin-test-${name}`),
      )
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
      const found = (metric: string) =>
        lines.map((line) => patternsOf(template(), metric).every((text) => line.includes(text)))
      expect(found('Failures')).toEqual([true, false, false])
      expect(found('Arrivals')).toEqual([false, true, false])
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

/** A pattern is one text in quotes; quotes inside the text are escaped. */
function patternsOf(template: Template, metric: string): string[] {
  return filtersOf(template, metric).map(({ FilterPattern }) => JSON.parse(FilterPattern))
}
