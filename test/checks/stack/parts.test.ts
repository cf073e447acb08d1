import { beforeAll, describe, expect, test } from 'vitest'
import { addPart, type MergedService, type Part, type PartSettings, partsOf } from '../../../infra/aws/osls/parts.ts'
import { INTEGRATION_ROUTES } from '../../../shared/account/integration-path.ts'
import { alarmChecks } from './alarms.checks.ts'
import { FEEDS_WITH_TRAIL, functionOf, NAMES, variablesOf } from './functions.ts'
import { queueChecks } from './queues.checks.ts'
import { fedBy, roleChecks } from './roles.checks.ts'
import { linterCheck } from './specification.checks.ts'
import { problems } from './specification.ts'
import { compileTemplate, ofType, only, type Template } from './stack.ts'

const OFF: PartSettings = {
  ...{ trailBucket: '', trailPrefix: '', trailEvents: '', trailIntegration: '' },
  ...{ domain: '', certificate: '', sesIdentity: '' },
}

/** The statements of a policy, without the statement about TLS. */
const letIn = (template: Template) => template.Resources.TrailQueuePolicy?.Properties.PolicyDocument.Statement.slice(1)

describe("with this account's trail from a bucket, and a path in the public URL", () => {
  let compiled: Template
  const template = (): Template => compiled
  beforeAll(() => {
    const trail = {
      TOCSIN_TRAIL_BUCKET: 'the-trail',
      TOCSIN_TRAIL_PREFIX: 'logs/',
      TOCSIN_TRAIL_INTEGRATION: 'ops/aws',
    }
    compiled = compileTemplate({ ...trail, TOCSIN_PUBLIC_URL: 'https://example.com/tocsin/' })
  }, 120_000)

  test('the template is one that CloudFormation knows', () => {
    expect(problems(template())).toEqual([])
  })
  linterCheck(template)

  queueChecks(template, FEEDS_WITH_TRAIL)
  alarmChecks(template)
  const files = 's3:::the-trail/logs/AWSLogs/'
  roleChecks(template, { ingest: [...fedBy('TrailQueue'), `s3:GetObject on ${files}*`] }, files)

  test('every route is there with and without the path, for the same function', () => {
    const routes = ofType(template(), 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties)
    const keyed = new Map(routes.map(({ RouteKey, Target }) => [RouteKey as string, JSON.stringify(Target)]))
    const plain = INTEGRATION_ROUTES.map(({ method, path }) => `${method} ${path}`)
    expect([...keyed.keys()].sort()).toEqual(
      ['$default', ...plain, ...plain.map((key) => key.replace(' ', ' /tocsin'))].sort(),
    )
    for (const key of plain) expect(keyed.get(key.replace(' ', ' /tocsin'))).toBe(keyed.get(key))
  })

  test('ingest is told whose the records are, and has room and time for a file', () => {
    const { Environment, MemorySize, Timeout } = functionOf(template(), 'ingest')
    expect(Object.keys(Environment.Variables).sort()).toEqual(variablesOf('ingest'))
    expect(Environment.Variables.TOCSIN_TRAIL_INTEGRATION).toBe('ops/aws')
    expect([MemorySize, Timeout]).toEqual([1024, 29])
  })

  test('that bucket alone, of this account, may tell the queue', () => {
    expect(letIn(template())).toMatchObject([
      {
        Principal: { Service: 's3.amazonaws.com' },
        Condition: {
          ArnEquals: { 'aws:SourceArn': { 'Fn::Sub': expect.stringMatching(/:s3:::the-trail$/) } },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      },
    ])
  })

  test('nothing listens to events, and no domain is there', () => {
    expect(ofType(template(), 'AWS::Events::Rule')).toHaveLength(1)
    expect(ofType(template(), 'AWS::ApiGatewayV2::DomainName')).toEqual([])
  })
})

describe("with this account's trail from events, a domain, and a mail domain", () => {
  let compiled: Template
  const template = (): Template => compiled
  beforeAll(() => {
    const trail = { TOCSIN_TRAIL_EVENTS: 'on', TOCSIN_TRAIL_INTEGRATION: 'ops/aws' }
    const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012'
    const domain = { TOCSIN_DOMAIN: 'alerts.example', TOCSIN_CERTIFICATE_ARN: certificate }
    compiled = compileTemplate({ ...trail, ...domain, TOCSIN_SES_IDENTITY: 'example.com' })
  }, 120_000)

  test('the template is one that CloudFormation knows', () => {
    expect(problems(template())).toEqual([])
  })
  linterCheck(template)

  queueChecks(template, FEEDS_WITH_TRAIL)
  const mail = ['SendEmail', 'SendRawEmail'].map((action) => `ses:${action} on ses:identity/example.com`)
  roleChecks(template, { ingest: fedBy('TrailQueue'), notify: mail })

  test("a rule of the default bus takes CloudTrail's events, and only AWS's own", () => {
    const { EventPattern, EventBusName, Targets } = template().Resources.TrailRule?.Properties ?? {}
    expect(EventBusName).toBeUndefined()
    expect(EventPattern.source).toEqual([{ prefix: 'aws.' }])
    expect(EventPattern['detail-type']).toContain('AWS API Call via CloudTrail')
    for (const type of EventPattern['detail-type']) expect(type).toMatch(/^AWS .+ via CloudTrail$/)
    expect(Targets).toEqual([{ Id: 'queue', Arn: { 'Fn::GetAtt': ['TrailQueue', 'Arn'] } }])
    expect(letIn(template())).toMatchObject([
      {
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['TrailRule', 'Arn'] } } },
      },
    ])
  })

  test('the domain leads to the API, and links and integration URLs begin with it', () => {
    const { DomainName, DomainNameConfigurations } = only(template(), 'AWS::ApiGatewayV2::DomainName').Properties
    expect([DomainName, DomainNameConfigurations.length]).toEqual(['alerts.example', 1])
    expect(DomainNameConfigurations[0]).toMatchObject({ SecurityPolicy: 'TLS_1_2', EndpointType: 'REGIONAL' })
    expect(only(template(), 'AWS::ApiGatewayV2::ApiMapping').Properties).toEqual({
      ApiId: { Ref: 'HttpApi' },
      DomainName: { Ref: 'Domain' },
      Stage: { Ref: 'HttpApiStage' },
    })
    const urls = NAMES.map((name) => functionOf(template(), name).Environment.Variables.TOCSIN_PUBLIC_URL)
    expect(urls.filter((url) => url !== undefined)).toEqual(
      urls.flatMap((url) => (url ? ['https://alerts.example'] : [])),
    )
    expect(urls).toContain('https://alerts.example')
    expect(template().Outputs.DomainTarget?.Value).toEqual({ 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] })
  })
})

describe('which parts are on', () => {
  const trailIntegration = 'ops/aws'
  test.each<[settings: Partial<PartSettings>, parts: string[]]>([
    [{}, []],
    [{ trailIntegration, trailPrefix: 'a/' }, []],
    [{ trailIntegration, trailBucket: 'b.ucket-1' }, ['trail', 'trailBucket']],
    [{ trailIntegration, trailEvents: 'on' }, ['trail', 'trailEvents']],
    [{ trailIntegration, trailEvents: 'on', trailBucket: 'abc' }, ['trail', 'trailBucket', 'trailEvents']],
    [{ domain: 'a.example', certificate: 'arn:x' }, ['domain']],
    [{ sesIdentity: 'a.example' }, ['mail']],
    [{ sesIdentity: 'tocsin+1@a.example' }, ['mail']],
  ])('%j: %j', (settings, parts) => {
    expect(partsOf({ ...OFF, ...settings })).toEqual(parts)
  })

  test.each<[settings: Partial<PartSettings>, refusal: string]>([
    [{ trailEvents: 'on' }, 'TOCSIN_TRAIL_INTEGRATION has to be account/integration'],
    [{ trailEvents: 'on', trailIntegration: 'ops' }, 'TOCSIN_TRAIL_INTEGRATION has to be account/integration'],
    [{ trailBucket: 'abc', trailIntegration: 'a/b/c' }, 'TOCSIN_TRAIL_INTEGRATION has to be account/integration'],
    [{ trailEvents: 'off', trailIntegration }, 'TOCSIN_TRAIL_EVENTS has to be on, or not set'],
    [{ trailBucket: 'arn:aws:s3:::a', trailIntegration }, 'TOCSIN_TRAIL_BUCKET has to be the name of a bucket'],
    [{ trailBucket: 'a*b', trailIntegration }, 'TOCSIN_TRAIL_BUCKET has to be the name of a bucket'],
    [{ trailBucket: 'abc', trailPrefix: 'logs', trailIntegration }, 'TOCSIN_TRAIL_PREFIX has to be what stands before'],
    [{ trailBucket: 'abc', trailPrefix: '*/', trailIntegration }, 'TOCSIN_TRAIL_PREFIX has to be what stands before'],
    [{ domain: 'a.example' }, 'TOCSIN_DOMAIN and TOCSIN_CERTIFICATE_ARN are set together'],
    [{ certificate: 'arn:x' }, 'TOCSIN_DOMAIN and TOCSIN_CERTIFICATE_ARN are set together'],
    [{ domain: 'https://a.example', certificate: 'arn:x' }, 'TOCSIN_DOMAIN has to be a host name'],
    [{ sesIdentity: '*' }, 'TOCSIN_SES_IDENTITY has to be a domain or a mailbox'],
    [{ sesIdentity: 'arn:aws:ses:x' }, 'TOCSIN_SES_IDENTITY has to be a domain or a mailbox'],
  ])('%j is refused before anything is deployed', (settings, refusal) => {
    expect(() => partsOf({ ...OFF, ...settings })).toThrow(refusal)
  })
})

describe('a part', () => {
  const service = (): MergedService => ({
    functions: { ingest: { environment: { A: 'a' }, events: [{ first: 1 }], timeout: 10 } },
    resources: {
      Resources: { Role: { Properties: { Policies: [{ PolicyDocument: { Statement: [{ Sid: 'Old' }] } }] } } },
    },
  })

  test('adds to what is there, and takes the place of settings', () => {
    const into = service()
    addPart(into, {
      Resources: { Queue: { Properties: {} } },
      Outputs: { Out: { Value: 1 } },
      functions: { ingest: { environment: { B: 'b' }, events: [{ second: 2 }], timeout: 29 } },
      statements: { Role: [{ Sid: 'New' }] },
    })
    expect(into.functions.ingest).toEqual({
      ...{ environment: { A: 'a', B: 'b' }, timeout: 29 },
      events: [{ first: 1 }, { second: 2 }],
    })
    expect(into.resources.Resources.Role?.Properties.Policies?.[0]?.PolicyDocument.Statement).toHaveLength(2)
    expect([Object.keys(into.resources.Resources), into.resources.Outputs]).toEqual([
      ['Role', 'Queue'],
      { Out: { Value: 1 } },
    ])
  })

  test.each<Part>([{ functions: { nobody: {} } }, { statements: { Nowhere: [] } }])(
    'of nothing is a mistake: %j',
    (part) => {
      expect(() => addPart(service(), part)).toThrow(/^there is no (nobody|Nowhere)$/)
    },
  )
})
