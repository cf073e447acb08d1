import { describe, expect, test } from 'vitest'
import type { Config } from '../../../shared/config/config.ts'
import { showConfig } from '../../../shared/document/show.ts'
import { planChanges } from './plan.ts'
import { asCurrent, parsed as parsedDocument, paths } from './setup.ts'

const ali = {
  id: 'ali',
  type: 'alibaba-eventbridge',
  endpoint: 'https://1100000000000001.eventbridge.cn-hangzhou.aliyuncs.com',
  accessKeyId: 'LTAI5tExample',
  accessKeySecret: 'ali-s3cret',
  eventBus: 'armstest',
  region: 'cn-hangzhou',
}
const aws = {
  id: 'aws',
  type: 'aws-eventbridge',
  region: 'eu-west-1',
  eventBus: 'on-call',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'aws-s3cret',
  sessionToken: 'aws-t0ken',
}

const parsed = (channels: object[], before?: Config) => parsedDocument({ channels }, before)

const full = parsed([ali, aws])
const current = asCurrent(full)
const [maskedAli, maskedAws] = [
  { ...ali, accessKeySecret: '<secret>' },
  { ...aws, secretAccessKey: '<secret>', sessionToken: '<secret>' },
]

const problems = (...channels: object[]): string[] => paths({ channels }, current)

describe('event buses in the document', () => {
  test('are shown without their secrets, and change nothing when they are put back', () => {
    const shown = JSON.parse(JSON.stringify(showConfig(full)))
    expect(shown.channels).toMatchObject([maskedAli, maskedAws])
    expect(JSON.stringify([shown, full.channels])).not.toMatch(/s3cret|t0ken/)
    expect(planChanges(full, parsed(shown.channels, current))).toEqual([])
    expect(planChanges(full, parsed([maskedAli, maskedAws], current))).toEqual([])
  })

  test('send what was signed by a kept secret nowhere else', () => {
    expect(problems({ ...maskedAli, endpoint: 'https://evil.example' }, maskedAws)).toEqual([
      'channels[0].accessKeySecret',
    ])
    expect(problems(maskedAli, { ...maskedAws, endpoint: 'https://evil.example' })).toEqual([
      'channels[1].secretAccessKey',
      'channels[1].sessionToken',
    ])
    expect(problems({ ...ali, endpoint: 'https://other.example' }, maskedAws)).toEqual([])
  })

  test('may be given another bus, source or zone and keep their secrets', () => {
    const more = { eventBus: 'other', source: 'tocsin', timeZone: 'Asia/Shanghai' }
    expect(problems({ ...maskedAli, ...more }, { ...maskedAws, ...more })).toEqual([])
  })

  test('take a role in the place of keys, and not half of a key', () => {
    const { accessKeyId: _id, secretAccessKey: _secret, sessionToken: _token, ...bare } = aws
    expect(problems(ali, bare)).toEqual([])
    expect(problems(ali, { ...bare, accessKeyId: aws.accessKeyId })).toEqual(['channels[1].secretAccessKey'])
    expect(problems(ali, { ...bare, endpoint: 'https://evil.example' })).toEqual(['channels[1].endpoint'])
  })
})
