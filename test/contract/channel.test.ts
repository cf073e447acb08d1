import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { channelType } from '../../shared/channel/type.ts'
import { channelTypes } from '../../shared/channels/registry.ts'
import { forwardKind } from '../../shared/forwarding/kind.ts'
import { sendForward } from '../../shared/forwarding/send.ts'
import type { User } from '../../shared/people/user.ts'
import { type ChannelFixture, channelContract } from './channel.contract.ts'
import { rateLine, reachTable, settingsTable } from './channel-page.ts'

const READER: User = {
  ...{ id: 'u', name: 'U', enabled: true, phone: '86-13800000000', sms: true, voice: true },
  ...{ emails: [], language: 'en', timeZone: 'UTC' },
}
const FIXTURES = new URL('../fixtures/channels/', import.meta.url)
const KINDS = new URL('../../shared/channels/', import.meta.url)
const page = ['channels', 'alertmanager']
  .map((name) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8'))
  .join('\n')

const fixture = (type: string) => JSON.parse(readFileSync(new URL(`${type}.json`, FIXTURES), 'utf8')) as ChannelFixture

describe('a kind of channel is its folder, one entry of the registry, its fixture and a section of docs', () => {
  test.each([...channelTypes])('%s', (type, { kind }) => {
    expect(existsSync(new URL(`${kind.sameAs ?? type}/kind.ts`, KINDS))).toBe(true)
    expect(fixture(kind.sameAs ?? type).source).toMatch(/^https:/)
    expect(page).toContain(`\`${type}\`: `)
    if (Object.keys(kind.fields).length > 0) expect(page).toContain(`\n\n${settingsTable(kind.fields)}\n`)
    for (const settings of fixture(kind.sameAs ?? type).settings) {
      const rate = kind.rate?.(settings, READER)
      if (rate !== undefined) expect(page).toContain(rateLine(rate))
    }
  })

  test('the page says whom each kind tells and calls, and why nobody else', () => {
    expect(page).toContain(`\n\n${reachTable([...channelTypes.values()].map(({ kind }) => kind))}\n`)
  })

  test('no fixture is of a kind that there is not', () => {
    const known = [...channelTypes.keys(), forwardKind.type].map((type) => `${type}.json`)
    expect(readdirSync(FIXTURES).filter((file) => !known.includes(file))).toEqual([])
  })
})

for (const [type, entry] of channelTypes) {
  describe(`channels of type ${type}`, () => {
    const write = {
      method: 'POST',
      path: '/api/v1/channels',
      body: (given: object) => ({ id: 'it', type, ...given }),
    } as const
    channelContract(entry, fixture(entry.kind.sameAs ?? type), { id: 'it', path: '/api/v1/channels/it', write })
  })
}

describe('forwarding', () => {
  const write = { method: 'PUT', path: '/api/v1/forwarding', body: (given: object) => ({ ...given }) } as const
  const type = channelType(forwardKind, async () => sendForward)
  channelContract(type, fixture('forward'), { id: 'forward:', path: '/api/v1/forwarding', write })
})
