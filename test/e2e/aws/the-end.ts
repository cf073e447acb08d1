import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { NAMES } from '../../checks/stack/functions.ts'
import { ROOT } from '../../checks/stack/stack.ts'
import { elements } from './requests.ts'
import { HQ, NAME, runCommand, STAGE } from './stack.ts'
import type { Stage } from './stage.ts'
import { bucketNames } from './trail.ts'

/** A missing part is named; and the removal of the stack removes every part, except parts kept on purpose. */
export function theEnd(on: Stage): void {
  describe('a missing part', () => {
    test.each(NAMES)('%s does not start without its table or a queue, and names the missing part', async (name) => {
      const { Variables } = (await on.deployed.functionNamed(name)).Environment
      for (const variable of ['TABLE_NAME', 'ALERTS_QUEUE_URL']) {
        const { [variable]: _, ...without } = Variables
        await on.deployed.setVariables(name, without)
        const { failed, answer } = await on.deployed.invoke(name, { Records: [] })
        expect([failed, answer.errorMessage]).toEqual([
          true,
          expect.stringContaining(`the environment variable ${variable} is not set`),
        ])
      }
      await on.deployed.setVariables(name, Variables)
    })
  })

  describe('at the end', () => {
    test('no message was given up', async () => {
      expect(await Promise.all([on.deployed, on.hq.deployed].map((one) => one.depth('dlq')))).toEqual([0, 0])
    })

    test('the policy of the queues refuses every request without TLS, whoever the sender', async () => {
      const policy = readFileSync(join(ROOT, 'infra/aws/queues/policy.yml'), 'utf8')
      // Up to the list of queues: the list is full of CloudFormation's own tags.
      const { PolicyDocument } = parse(policy.slice(policy.indexOf('      PolicyDocument:')))
      const QueueUrl = `${on.emulator.url}/000000000000/${NAME}-records`
      const send = () => on.aws.json('sqs', 'AmazonSQS.SendMessage', { QueueUrl, MessageBody: '{}' })
      await send()
      const Attributes = { Policy: JSON.stringify(PolicyDocument) }
      await on.aws.json('sqs', 'AmazonSQS.SetQueueAttributes', { QueueUrl, Attributes })
      await expect(send()).rejects.toThrow('AccessDenied')
    })

    test('a removal of the stages leaves their tables and secrets, and nothing else, and says so', async () => {
      const kept = (stage: string) => ['admin-key', 'secrets-key'].map((name) => `/tocsin/${stage}/${name}`)
      const tables = [STAGE, HQ].map((stage) => `table tocsin-${stage}`)
      expect((await leftovers()).length).toBeGreaterThan(60)
      const remove = async (stage: string) => {
        const said = await on.run(['npm', 'run', 'remove', '--', '--stage', stage])
        expect(said).toContain(`the table tocsin-${stage} with all its data`)
      }
      await Promise.all([remove(STAGE), remove(HQ)])
      expect(await leftovers()).toEqual([...tables, ...kept(STAGE), ...kept(HQ)])
    }, 180_000)

    test('a stage with data gets no other secrets key', async () => {
      await on.aws.json('ssm', 'AmazonSSM.DeleteParameter', { Name: `/tocsin/${STAGE}/secrets-key` })
      const command: [string, ...string[]] = ['npm', 'run', 'deploy', '--', '--stage', STAGE]
      const { status, output } = await runCommand(on.folder, on.emulator.url, command, on.trail.variables)
      expect(status).not.toBe(0)
      expect(output).toContain(`restore the parameter /tocsin/${STAGE}/secrets-key`)
      expect(await leftovers()).not.toContain(`/tocsin/${STAGE}/secrets-key`)
      expect((await leftovers()).filter((name) => name.startsWith('tocsin-'))).toEqual([])
    }, 120_000)
  })

  /** Every resource of the stages, whoever made the resource. */
  async function leftovers(): Promise<string[]> {
    const { aws } = on
    const ours = (names: string[]): string[] => names.filter((name) => /tocsin-(e2e|hq)/.test(name))
    const roleNames = elements(await aws.form('iam', '2010-05-08', { Action: 'ListRoles' }), 'RoleName')
    const { Functions } = (await aws.lambda('GET', '/2015-03-31/functions/')).answer
    const { QueueUrls = [] } = await aws.json('sqs', 'AmazonSQS.ListQueues', {})
    // A function that still runs while its log group is removed makes the emulator write a new group, without the stack's
    // retention. AWS writes none: the roles have no right to create a group.
    const { logGroups: allGroups } = await aws.json('logs', 'Logs_20140328.DescribeLogGroups', {})
    const logGroups = allGroups.filter((group: { retentionInDays?: number }) => group.retentionInDays)
    const { Rules } = await aws.json('events', 'AWSEvents.ListRules', {})
    const topics = elements(await aws.form('sns', '2010-03-31', { Action: 'ListTopics' }), 'TopicArn')
    const apis = JSON.parse(await aws.rest('apigateway', 'GET', '/v2/apis')).items
    const domains = JSON.parse(await aws.rest('apigateway', 'GET', '/v2/domainnames')).items
    const mappings = (await aws.lambda('GET', '/2015-03-31/event-source-mappings/')).answer.EventSourceMappings
    const alarms = elements(await aws.form('monitoring', '2010-08-01', { Action: 'DescribeAlarms' }), 'AlarmName')
    const { TableNames } = await aws.json('dynamodb', 'DynamoDB_20120810.ListTables', {})
    const { Parameters } = await aws.json('ssm', 'AmazonSSM.DescribeParameters', {})
    const named = (list: object[], key: string): string[] => list.map((one) => String((one as never)[key]))
    return [
      ...ours(roleNames),
      ...ours(named(Functions, 'FunctionName')),
      ...ours(QueueUrls),
      ...ours(named(logGroups, 'logGroupName')),
      ...ours(named(Rules, 'Name')),
      ...ours(topics),
      ...ours(alarms),
      ...ours(await bucketNames(aws)),
      ...ours(named(apis, 'name')),
      ...named(domains, 'domainName'),
      ...ours(named(mappings, 'FunctionArn')),
      ...ours(TableNames)
        .sort()
        .map((name) => `table ${name}`),
      ...named(Parameters, 'Name').sort(),
    ]
  }
}
