import { describe, expect, test } from 'vitest'
import { functionOf, NAMES, OF_PARTS, variablesOf } from './functions.ts'
import { ofType, only, SECRETS, type Template, target } from './stack.ts'

/** Functions that lead, through queues, back to themselves: Lambda would stop them after 16 rounds. */
const LOOPS = ['dispatch', 'notify', 'forward']

export function functionChecks(template: () => Template): void {
  describe('functions', () => {
    test('there is one for each folder, named after it', () => {
      const made = ofType(template(), 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.FunctionName)
      expect(made.sort()).toEqual(NAMES.map((name) => `tocsin-test-${name}`))
    })

    test.each(NAMES)('%s runs on arm64 and Node 24, and its log is kept for a time', (name) => {
      const { Runtime, Architectures, Timeout } = functionOf(template(), name)
      expect([Runtime, Architectures]).toEqual(['nodejs24.x', ['arm64']])
      expect(Timeout).toBeLessThan(60)
      const logs = ofType(template(), 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties)
      expect(logs).toContainEqual({ LogGroupName: `/aws/lambda/tocsin-test-${name}`, RetentionInDays: 30 })
    })

    test.each(NAMES)('%s is given the variables that it reads, and no others', (name) => {
      expect(Object.keys(functionOf(template(), name).Environment.Variables).sort()).toEqual(
        variablesOf(name).filter((variable) => !OF_PARTS.includes(variable)),
      )
    })

    test('those that feed their own queue may, and no others', () => {
      const may = NAMES.filter((name) => functionOf(template(), name).RecursiveLoop === 'Allow')
      expect(may).toEqual(NAMES.filter((name) => LOOPS.includes(name)))
    })

    test('no secret is in the template, not those either that lay in the environment of whoever made it', () => {
      const text = JSON.stringify(template())
      for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret)
      const variables = NAMES.flatMap((name) => Object.entries(functionOf(template(), name).Environment.Variables))
      const keys = variables.filter(([name]) => /KEY|SECRET|TOKEN|PASSWORD/.test(name))
      expect(keys.length).toBeGreaterThanOrEqual(3)
      for (const [name, value] of keys) {
        expect(name).toMatch(/_PARAMETER$/)
        expect(value).toMatch(/^\/tocsin\/test\/[a-z]+-key$/)
      }
      expect(text).not.toContain('resolve:ssm')
    })

    test('sweep runs each minute, and a failed run is not repeated', () => {
      const { Properties } = only(template(), 'AWS::Events::Rule')
      expect(Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' })
      const retries = only(template(), 'AWS::Lambda::EventInvokeConfig').Properties
      expect(retries).toMatchObject({ MaximumRetryAttempts: 0 })
    })
  })

  describe('the HTTP API', () => {
    test('leads posts of integrations to ingest and everything else to api', () => {
      const routes = ofType(template(), 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => {
        const integration = template().Resources[target(Properties.Target['Fn::Join'][1][1]) ?? '']
        return [Properties.RouteKey, target(integration?.Properties.IntegrationUri)]
      })
      expect(Object.fromEntries(routes)).toEqual({
        'ANY /i/{token}': 'IngestLambdaFunction',
        'POST /i/{token}/api/v2/alerts': 'IngestLambdaFunction',
        'POST /i/{token}/{below+}': 'IngestLambdaFunction',
        'POST /i/{token}/api/v2/silences': 'ApiLambdaFunction',
        'POST /i/{token}/-/reload': 'ApiLambdaFunction',
        $default: 'ApiLambdaFunction',
      })
    })

    test('gives links the address of the gateway', () => {
      const { TOCSIN_PUBLIC_URL } = functionOf(template(), 'api').Environment.Variables
      expect(TOCSIN_PUBLIC_URL).toEqual({ 'Fn::Sub': expect.stringMatching(/^https:\/\/\$\{HttpApi\}\.execute-api\./) })
    })

    test('takes functions no longer than the gateway waits', () => {
      for (const name of ['ingest', 'api']) expect(functionOf(template(), name).Timeout).toBeLessThan(30)
    })
  })
}
