import { afterEach, describe, expect, test, vi } from 'vitest'
import { clientSettings } from '../../../infra/aws/clients/settings.ts'
import { awsOrigin } from '../../../shared/aws/origin.ts'

afterEach(() => void vi.unstubAllEnvs())

describe('the address of a service', () => {
  test.each([
    ['eu-west-1', 'https://ssm.eu-west-1.amazonaws.com'],
    ['us-gov-west-1', 'https://ssm.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'https://ssm.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'https://ssm.eusc-de-east-1.amazonaws.eu'],
    ['us-iso-east-1', 'https://ssm.us-iso-east-1.c2s.ic.gov'],
    ['us-isob-east-1', 'https://ssm.us-isob-east-1.sc2s.sgov.gov'],
    ['us-isof-south-1', 'https://ssm.us-isof-south-1.csp.hci.ic.gov'],
    ['eu-isoe-west-1', 'https://ssm.eu-isoe-west-1.cloud.adc-e.uk'],
  ])('in %s is %s', (region, url) => {
    expect(awsOrigin('ssm', region)).toBe(url)
  })

  test.each([
    [{}, {}, 'https://dynamodb.eu-west-1.amazonaws.com'],
    [{ AWS_ENDPOINT_URL: 'http://all' }, {}, 'http://all'],
    [{ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_DYNAMODB: 'http://own' }, {}, 'http://own'],
    [{ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_DYNAMODB: '' }, {}, 'http://all'],
    [{ AWS_ENDPOINT_URL_SSM: 'http://other' }, {}, 'https://dynamodb.eu-west-1.amazonaws.com'],
    [{ AWS_ENDPOINT_URL_DYNAMODB: 'http://own' }, { endpoint: 'http://given' }, 'http://given'],
  ])('%j %j: %s', (environment, options, origin) => {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_SSM']) vi.stubEnv(name, '')
    for (const [name, value] of Object.entries({ AWS_REGION: 'eu-west-1', ...environment })) vi.stubEnv(name, value)
    expect(clientSettings('dynamodb', options).originOf({})).toBe(origin)
  })
})

test('the keys are those of the role, with its token', () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  vi.stubEnv('AWS_SESSION_TOKEN', 'token')
  const whole = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' }
  expect(clientSettings('sqs', {}).keys).toEqual(whole)
  vi.stubEnv('AWS_SESSION_TOKEN', '')
  const { sessionToken: _, ...lasting } = whole
  expect(clientSettings('sqs', {}).keys).toEqual(lasting)
})
