import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problems } from './specification.ts'
import type { Template } from './stack.ts'

const noLinter = spawnSync('cfn-lint', ['--version']).status !== 0
if (noLinter) console.warn('test/checks/stack: cfn-lint is not there, its check is skipped')

export function specificationChecks(template: () => Template): void {
  describe("CloudFormation's own description", () => {
    test('knows every resource, property and attribute of the template, and misses none', () => {
      expect(Object.keys(template().Resources).length).toBeGreaterThan(40)
      expect(problems(template())).toEqual([])
    })

    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } }
    const queue = { Type: 'AWS::SQS::Queue', Properties: {} }
    test.each<[what: string, resources: Template['Resources'], problem: string]>([
      [
        'a type that does not exist',
        { A: { Type: 'AWS::SQS::Kueue', Properties: {} } },
        'A: there is no AWS::SQS::Kueue',
      ],
      ['a property that does not exist', { A: { ...queue, Properties: { Name: 'a' } } }, 'A: there is no Name'],
      ['a missing property', { A: { ...role, Properties: {} } }, 'A: AssumeRolePolicyDocument is missing'],
      [
        'one deep inside',
        { A: { ...role, Properties: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyDocument: {} }] } } },
        'A.Policies.0: PolicyName is missing',
      ],
      [
        'a list that is none',
        { A: { ...role, Properties: { AssumeRolePolicyDocument: {}, Policies: 'all' } } },
        'A.Policies: it has to be a list',
      ],
      [
        'a reference to nothing',
        { A: { ...queue, Properties: { QueueName: { Ref: 'B' } } } },
        '/Resources/A/Properties/QueueName/Ref: there is no resource B',
      ],
      [
        'an attribute that does not exist',
        { A: queue, B: { ...queue, Properties: { QueueName: { 'Fn::GetAtt': ['A', 'Name'] } } } },
        '/Resources/B/Properties/QueueName/Fn::GetAtt: A has no Name',
      ],
    ])('finds %s', (_what, Resources, problem) => {
      expect(problems({ Resources, Outputs: {} })).toEqual([problem])
    })
  })

  linterCheck(template)
}

export function linterCheck(template: () => Template): void {
  test.skipIf(noLinter)(
    'cfn-lint, where it is there, finds nothing',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'tocsin-lint-'))
      try {
        writeFileSync(join(folder, 'template.json'), JSON.stringify(template()))
        // W3005: osls names dependencies that a reference implies already.
        const { stdout, status } = spawnSync('cfn-lint', ['--ignore-checks', 'W3005', '--', 'template.json'], {
          cwd: folder,
          encoding: 'utf8',
        })
        expect([status, stdout]).toEqual([0, ''])
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    60_000,
  )
}
