import { describe, expect, test } from 'vitest'
import type { OslsFunction } from '../../../infra/aws/osls/osls.ts'
import { addBaseRoutes, settlePublicUrl } from '../../../infra/aws/osls/settings.ts'
import { afterDeploy } from '../../../infra/aws/osls/words.ts'

const GATEWAY = { 'Fn::Sub': 'https://the.gateway' }

function settled(given: unknown): unknown {
  const functions: Record<string, OslsFunction> = { api: { environment: { TOCSIN_PUBLIC_URL: given } }, sweep: {} }
  settlePublicUrl(functions, GATEWAY)
  expect(functions.sweep).toEqual({})
  return functions.api?.environment?.TOCSIN_PUBLIC_URL
}

describe('the public URL', () => {
  test.each<[given: unknown, settled: unknown]>([
    [{ 'Fn::Sub': 'as the template says it' }, GATEWAY],
    ['', GATEWAY],
    ['https://alerts.example', 'https://alerts.example'],
    ['https://alerts.example/', 'https://alerts.example'],
    ['https://example/tocsin/', 'https://example/tocsin'],
  ])('%j becomes %j', (given, wanted) => {
    expect(settled(given)).toEqual(wanted)
  })

  test.each([
    'alerts.example',
    'ftp://alerts.example',
    'https://ann:hunter2@alerts.example',
    'https://alerts.example/?a=b',
    'https://alerts.example/#a',
  ])('%s is refused, and not shown', (given) => {
    expect(() => settled(given)).toThrow('TOCSIN_PUBLIC_URL has to be an http(s) URL without user, query or fragment')
    expect(() => settled(given)).not.toThrow(/hunter2/)
  })
})

describe('the routes of the gateway', () => {
  const routed = (publicUrl: unknown) => {
    const events = [{ httpApi: 'ANY /i/{token}' }, { httpApi: '*' }, { sqs: { arn: 'x' } }]
    const functions: Record<string, OslsFunction> = {
      ingest: { environment: { TOCSIN_PUBLIC_URL: publicUrl }, events },
      sweep: { events: [{ schedule: 'rate(1 minute)' }] },
    }
    addBaseRoutes(functions)
    expect(functions.sweep?.events).toHaveLength(1)
    return functions.ingest?.events?.slice(events.length)
  }

  test('are there again behind the path of the public URL', () => {
    expect(routed('https://example/tocsin')).toEqual([{ httpApi: 'ANY /tocsin/i/{token}' }])
  })

  test.each(['https://example', 'https://example/', GATEWAY])('are alone with %j', (publicUrl) => {
    expect(routed(publicUrl)).toEqual([])
  })
})

test('what a deployment says at its end leads to the first account', () => {
  const words = afterDeploy({ region: 'eu-west-1', url: 'https://a.example', adminKey: '/tocsin/prod/admin-key' })
  expect(words).toContain('Tocsin answers at https://a.example\n')
  expect(words).toContain('--region eu-west-1 --name /tocsin/prod/admin-key')
  expect(words).toContain('curl -fsS -X POST https://a.example/api/v1/accounts')
  expect(words).not.toContain('DNS')
  const deployed = { region: 'eu-west-1', url: 'https://a.example', adminKey: '/a', target: 'd-1.execute-api.example' }
  const trail = { bucket: 'the-trail', queue: 'tocsin-prod-trail' }
  expect(afterDeploy({ ...deployed, trail })).toContain('Files of the-trail come in once it tells tocsin-prod-trail')
  expect(afterDeploy(deployed)).not.toContain('Files')
  expect(afterDeploy(deployed)).toContain('once the DNS of that domain leads to d-1.execute-api.example')
})
