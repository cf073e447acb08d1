import { beforeAll, describe, expect, test } from 'vitest'
import { createTableInput, TTL_ATTRIBUTE } from '../../../shared/dynamodb/description.ts'
import { alarmChecks } from './alarms.checks.ts'
import { functionChecks } from './functions.checks.ts'
import { queueChecks } from './queues.checks.ts'
import { roleChecks } from './roles.checks.ts'
import { specificationChecks } from './specification.checks.ts'
import { compileTemplate, only, type Template } from './stack.ts'

let compiled: Template
const template = (): Template => compiled
beforeAll(() => {
  compiled = compileTemplate()
}, 120_000)

specificationChecks(template)
queueChecks(template)
functionChecks(template)
roleChecks(template)
alarmChecks(template)

describe('the table', () => {
  test('is the one that its adapter expects', () => {
    const { Properties } = only(template(), 'AWS::DynamoDB::Table')
    expect(Properties).toMatchObject(createTableInput('tocsin-test'))
    expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: TTL_ATTRIBUTE, Enabled: true })
  })

  test('is not lost: point-in-time recovery, deletion protection, kept when the stack goes', () => {
    const table = only(template(), 'AWS::DynamoDB::Table')
    expect(table.Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true })
    expect(table.Properties.DeletionProtectionEnabled).toBe(true)
    expect([table.DeletionPolicy, table.UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
  })
})

test('nothing is there of the parts that are off', () => {
  const ids = Object.keys({ ...template().Resources, ...template().Outputs })
  expect(ids.filter((id) => /Trail|Domain/.test(id))).toEqual([])
  expect(JSON.stringify(template())).not.toMatch(/TOCSIN_TRAIL|AWSLogs|tocsin-test-trail/)
})

test('the bucket of the deployments is open to nobody', () => {
  const { PublicAccessBlockConfiguration } = only(template(), 'AWS::S3::Bucket').Properties
  expect(Object.values(PublicAccessBlockConfiguration)).toEqual([true, true, true, true])
})
