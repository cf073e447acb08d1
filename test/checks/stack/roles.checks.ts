import { describe, expect, test } from 'vitest'
import { functionOf, NAMES, rightsOf } from './functions.ts'
import { ofType, type Template, target } from './stack.ts'

const inAccounts = ' when {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["a#*"]}}'
const withPeople = ' when {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["a#*","p#*","i#*"]}}'
const ofRates = ' when {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["a#*#r#*"]}}'
const withInboxes = ' when {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["a#*","i#*"]}}'
const ofGroups = ' when {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["*#groups"]}}'
const key = (name: string): string => `ssm:GetParameter on ssm:parameter/tocsin/test/${name}`
export const fedBy = (queue: string): string[] => [
  `sqs:ReceiveMessage on ${queue}`,
  `sqs:DeleteMessage on ${queue}`,
  `sqs:GetQueueAttributes on ${queue}`,
]

/**
 * Complete rights of each function, except the right to write its own log. A further right wants a reason in the
 * commit.
 */
const RIGHTS: Record<string, string[]> = {
  ingest: [
    `dynamodb:GetItem on Table${inAccounts}`,
    'sqs:SendMessage on AlertsQueue',
    'sqs:SendMessage on RecordsQueue',
    key('secrets-key'),
  ],
  evaluate: [
    ...['GetItem', 'PutItem'].map((action) => `dynamodb:${action} on Table${inAccounts}`),
    ...fedBy('RecordsQueue'),
    'sqs:SendMessage on AlertsQueue',
  ],
  dispatch: [
    ...['GetItem', 'PutItem', 'DeleteItem'].map((action) => `dynamodb:${action} on Table${inAccounts}`),
    `dynamodb:Query on Table/index/list${ofGroups}`,
    ...fedBy('AlertsQueue'),
    'sqs:SendMessage on AlertsQueue',
    'sqs:SendMessage on DeliveriesQueue',
    'sqs:SendMessage on ForwardsQueue',
  ],
  notify: [
    `dynamodb:GetItem on Table${withPeople}`,
    `dynamodb:PutItem on Table${withInboxes}`,
    ...['Query', 'DeleteItem'].map((action) => `dynamodb:${action} on Table${ofRates}`),
    ...fedBy('DeliveriesQueue'),
    'sqs:SendMessage on AlertsQueue',
    'sqs:SendMessage on DeliveriesQueue',
    'events:PutEvents on events:event-bus/tocsin-test',
    'sns:Publish on sns:tocsin-test',
    'lambda:InvokeFunction on lambda:function:tocsin-test-action',
    key('secrets-key'),
  ],
  forward: [
    ...['GetItem', 'PutItem'].map((action) => `dynamodb:${action} on Table${inAccounts}`),
    ...fedBy('ForwardsQueue'),
    'sqs:SendMessage on AlertsQueue',
    key('secrets-key'),
  ],
  api: [
    ...['GetItem', 'PutItem', 'DeleteItem', 'Query'].map((action) => `dynamodb:${action} on Table`),
    'dynamodb:Query on Table/index/list',
    'dynamodb:Query on Table/index/cards',
    'sqs:SendMessage on AlertsQueue',
    'sqs:SendMessage on DeliveriesQueue',
    key('secrets-key'),
    key('admin-key'),
  ],
  sweep: ['dynamodb:Query on Table/index/due', 'sqs:SendMessage on AlertsQueue'],
}

/** `more`: rights given by parts; `below`: the only prefix that may be read as a whole. */
export function roleChecks(template: () => Template, more: Record<string, string[]> = {}, below = ''): void {
  describe('roles', () => {
    test.each(NAMES)('%s may do what it needs, and nothing else', (name) => {
      const log = `logs:log-group:/aws/lambda/tocsin-test-${name}:*`
      const ownLog = [`logs:CreateLogStream on ${log}`, `logs:PutLogEvents on ${log}`]
      expect(rightsOf(template(), name)).toEqual([...(RIGHTS[name] ?? []), ...(more[name] ?? []), ...ownLog].sort())
    })

    test('every function has its own, and Lambda alone may take it', () => {
      const roles = ofType(template(), 'AWS::IAM::Role')
      const taken = NAMES.map((name) => template().Resources[target(functionOf(template(), name).Role) ?? ''])
      expect(taken.map((role) => role?.Properties.RoleName)).toEqual(NAMES.map((name) => `tocsin-test-${name}`))
      expect(roles).toHaveLength(NAMES.length)
      for (const [, { Properties }] of roles) {
        expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ])
      }
    })

    test('no action and no resource is a wildcard, but for the streams of a log', () => {
      const rights = NAMES.flatMap((name) =>
        rightsOf(template(), name).map((right) => right.split(' when ')[0] as string),
      )
      const named = rights.filter((right) => below === '' || right !== `s3:GetObject on ${below}*`)
      const wild = named.filter((right) => right.replace(/(log-group:[\w/-]+):\*$/, '$1').includes('*'))
      expect(wild).toEqual([])
    })
  })
}
