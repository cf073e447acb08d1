import { describe, expect, test } from 'vitest'
import { MAX_RECEIVES, VISIBILITY_MS } from '../../../shared/queue/port.ts'
import { FEEDS, functionOf, mappingOf, NAMES, queueName } from './functions.ts'
import { ofType, type Template, target } from './stack.ts'

const DAY = 24 * 60 * 60

/** The queue of each function, for a template with parts. */
export function queueChecks(template: () => Template, feeds = FEEDS): void {
  /** Queues that are not that of the dead letters. */
  const sources = () =>
    ofType(template(), 'AWS::SQS::Queue')
      .filter(([id]) => queueName(template(), id) !== 'dlq')
      .map(([id, { Properties }]) => [id, Properties] as const)

  describe('queues', () => {
    test('each has dead letters that outlive it, after as many tries as the code counts on', () => {
      expect(sources().length).toBeGreaterThanOrEqual(3)
      for (const [, { RedrivePolicy, MessageRetentionPeriod }] of sources()) {
        const dead = template().Resources[target(RedrivePolicy.deadLetterTargetArn) ?? '']?.Properties
        expect(dead?.QueueName).toBe('tocsin-test-dlq')
        expect(RedrivePolicy.maxReceiveCount).toBe(MAX_RECEIVES)
        expect([MessageRetentionPeriod, dead?.MessageRetentionPeriod]).toEqual([4 * DAY, 14 * DAY])
      }
    })

    test('each gives a function six times its time-out, and the time the code counts on', () => {
      for (const [id, { VisibilityTimeout }] of sources()) {
        expect(VisibilityTimeout * 1000).toBe(VISIBILITY_MS)
        const name = feeds[queueName(template(), id)] ?? ''
        if (!NAMES.includes(name)) continue
        const window = mappingOf(template(), name)?.mapping.MaximumBatchingWindowInSeconds ?? 0
        expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * functionOf(template(), name).Timeout + window)
      }
    })

    test('each feeds the function it is meant for, as soon as there is one', () => {
      const fed = NAMES.flatMap((name) => mappingOf(template(), name)?.queue ?? []).sort()
      const meant = Object.keys(feeds).filter((queue) => NAMES.includes(feeds[queue] ?? ''))
      expect(fed).toEqual(meant.sort())
      for (const queue of fed) expect(mappingOf(template(), feeds[queue] ?? '')?.queue).toBe(queue)
    })

    test('what a function could not do comes again, and only that', () => {
      for (const [id, { Properties }] of ofType(template(), 'AWS::Lambda::EventSourceMapping')) {
        expect(Properties.FunctionResponseTypes, id).toEqual(['ReportBatchItemFailures'])
      }
    })

    test('each function is held back at its mapping, where nothing is thrown away, and large batches have a window', () => {
      for (const [id, { Properties }] of ofType(template(), 'AWS::Lambda::EventSourceMapping')) {
        expect(Properties.ScalingConfig?.MaximumConcurrency, id).toBeGreaterThanOrEqual(2)
        if (Properties.BatchSize > 10) expect(Properties.MaximumBatchingWindowInSeconds, id).toBeGreaterThanOrEqual(1)
      }
      for (const name of NAMES) expect(functionOf(template(), name).ReservedConcurrentExecutions).toBeUndefined()
    })

    test('no queue takes anything without TLS, and no queue policy lets anybody in who is not named here', () => {
      const policies = ofType(template(), 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties)
      for (const { PolicyDocument, Queues } of policies) {
        const [first, ...others] = PolicyDocument.Statement
        expect(first).toEqual({
          Sid: 'OnlyOverTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        })
        const names = Queues.map((queue: unknown) => queueName(template(), target(queue) ?? ''))
        if (!names.includes('trail')) expect(others).toEqual([])
        for (const { Effect, Principal, Action, Resource, Condition } of others) {
          expect([Effect, Action, target(Resource)]).toEqual(['Allow', 'sqs:SendMessage', target(Queues[0])])
          expect(['s3.amazonaws.com', 'events.amazonaws.com']).toContain(Principal.Service)
          expect(Condition.ArnEquals['aws:SourceArn']).toBeDefined()
        }
      }
      const held = policies.flatMap(({ Queues }) => Queues.map(target)).sort()
      const all = ofType(template(), 'AWS::SQS::Queue').map(([id]) => id)
      expect(held).toEqual(all.sort())
    })
  })
}
