import { describe, expect, test } from 'vitest'
import { compileRules } from '../../../shared/rule/compile.ts'
import { parseSigma } from '../../../shared/rule/parse.ts'
import { templateNamed } from '../../../shared/rule-templates/template.ts'

const read = (name: string) => parseSigma(templateNamed(name)?.text ?? '')
const matches = (name: string, record: unknown): boolean => compileRules(read(name).rules).match(record).length > 0
const passwordPolicy = (requestParameters: object) => ({ eventName: 'SetPasswordPolicy', requestParameters })
const signin = (more: object) => ({ eventName: 'ConsoleSignin', eventTime: '2026-03-02T03:00:00Z', ...more })

/** The official ActionTrail templates that do not do what their descriptions say. */
describe('ours do not repeat the official mistake:', () => {
  test.each([
    ['short passwords', 'pwd-length-policy', { MinimumPasswordLength: 8 }, true],
    ['long passwords', 'pwd-length-policy', { MinimumPasswordLength: 20 }, false],
    ['few remembered passwords', 'pwd-reuse-prevention-policy', { PasswordReusePrevention: 1 }, true],
    ['many remembered passwords', 'pwd-reuse-prevention-policy', { PasswordReusePrevention: 8 }, false],
  ])('a comparison the wrong way round: %s', (_, name, parameters, wanted) => {
    expect(matches(`actiontrail/${name}`, passwordPolicy(parameters))).toBe(wanted)
  })

  test.each([
    ['Oss', true],
    ['Slb', false],
  ])('"and" binds the whole list: DeleteBucketCors of %s', (serviceName, wanted) => {
    expect(matches('actiontrail/oss-policy-change', { serviceName, eventName: 'DeleteBucketCors' })).toBe(wanted)
  })

  test('a disk without a statement about encryption is not encrypted', () => {
    const record = { serviceName: 'Ecs', eventName: 'CreateDisk', requestParameters: { Size: 40 } }
    expect(matches('actiontrail/ecs-disk-encry-detc', record)).toBe(true)
  })

  test('a change of permissions names the user, the group or the role', () => {
    const label = read('actiontrail/ram-auth-change').rules[0]?.labels?.find(({ label }) => label === 'principalName')
    for (const who of ['UserName', 'GroupName', 'RoleName']) expect(label?.fields).toContain(`requestParameters.${who}`)
  })

  test.each(['api-err', 'abnormal-ak-usage'])('%s is about frequency, so a single error is not enough', (name) => {
    expect(read(`actiontrail/${name}`).correlations[0]?.condition.count).toBeGreaterThan(1)
  })

  test.each([
    ['counts from the first sign-in', '', true],
    ['does not count failed ones', 'The password is incorrect.', false],
  ])('root-login %s', (_, errorMessage, wanted) => {
    expect(read('actiontrail/root-login').correlations).toEqual([])
    const record = signin({ userIdentity: { type: 'root-account' }, errorMessage })
    expect(matches('actiontrail/root-login', record)).toBe(wanted)
  })

  test.each([
    ['10.1.2.3', false],
    ['198.51.100.7', true],
  ])('unauth-login knows allowed networks without help: %s', (sourceIpAddress, wanted) => {
    expect(matches('actiontrail/unauth-login', signin({ sourceIpAddress }))).toBe(wanted)
  })

  test.each([
    ['2026-03-02T03:00:00Z', false],
    ['2026-03-02T14:00:00Z', true],
  ])('off-duty-login knows working hours without help: %s', (eventTime, wanted) => {
    expect(matches('actiontrail/off-duty-login', signin({ eventTime }))).toBe(wanted)
  })

  test.each([
    ['cis.at.ak_conf_change', 'actiontrail/kms-key-conf-change'],
    ['cis.at.esc_release', 'actiontrail/ecs-release'],
    ['cis.at.pwd_login_attemp_policy', 'actiontrail/pwd-login-attempt-policy'],
  ])('%s is misnamed', (official, name) => {
    expect(templateNamed(official)?.name).toBe(name)
  })

  test.each(['MaxLoginAttemps', 'MaxLoginAttempts'])('%s, in both spellings', (parameter) => {
    expect(matches('actiontrail/pwd-login-attempt-policy', passwordPolicy({ [parameter]: 10 }))).toBe(true)
  })

  test('10.0.0.0/8 contains the text 0.0.0.0 and is not every address', () => {
    const change = (SecurityIps: string) => ({
      serviceName: 'Rds',
      eventName: 'ModifySecurityIps',
      requestParameters: { SecurityIps },
    })
    expect(matches('actiontrail/rds-access-whitelist', change('10.0.0.0/8'))).toBe(false)
    expect(matches('actiontrail/rds-access-whitelist', change('10.0.0.0/8,0.0.0.0/0'))).toBe(true)
  })
})
