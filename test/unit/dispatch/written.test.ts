import { describe, expect, test } from 'vitest'
import { writtenFor } from '../../../functions/dispatch/written.ts'
import type { Channel } from '../../../shared/config/config.ts'
import type { KindLean, TemplateLean } from '../../../shared/config/content-template.ts'
import type { Target } from '../../../shared/delivery/target.ts'
import { compilePeople } from '../../../shared/people/people.ts'

const template = (id: string, kinds: Record<string, KindLean>): TemplateLean => ({ id, hash: `hash of ${id}`, kinds })
const BOTH: KindLean = { languages: ['zh', 'en'] }

const templates = new Map(
  [
    template('mail', { email: BOTH }),
    template('zh', { email: { languages: ['zh'] }, lark: { languages: ['zh'] } }),
    template('batch', { webhook: { languages: ['en'], mode: 'batch', limit: 5 } }),
    template('single', { webhook: { languages: ['en'], mode: 'single' } }),
  ].map((one) => [one.id, one]),
)
const channels = new Map<string, Channel>(
  [
    { id: 'plain', type: 'email', settings: {} },
    { id: 'own', type: 'email', template: 'zh', settings: {} },
    { id: 'english', type: 'email', settings: { language: 'en', timeZone: 'Europe/Berlin' } },
    { id: 'hook', type: 'webhook', settings: {} },
    { id: 'feishu', type: 'feishu', settings: {} },
  ].map((one) => [one.id, { sendResolved: true, ...one }]),
)
const person = { enabled: true, sms: false, voice: false }
const people = compilePeople('1', {
  users: [{ id: 'mei', language: 'zh', timeZone: 'Asia/Shanghai', ...person }],
  userGroups: [],
  calendars: [],
})
const channel = (id: string) => channels.get(id)

describe('how a target is written to', () => {
  test.each<[string, string | undefined, Partial<Target>, string | undefined]>([
    ['not at all without a template', undefined, { channel: 'plain' }, undefined],
    ["by the policy's template", 'mail', { channel: 'plain' }, 'mail zh UTC'],
    ["by the channel's template", undefined, { channel: 'own' }, 'zh zh UTC'],
    ["by the policy's template before the channel's", 'mail', { channel: 'own' }, 'mail zh UTC'],
    ["by the channel's where the policy's has no such kind", 'batch', { channel: 'own' }, 'zh zh UTC'],
    ['not at all where neither has', 'batch', { channel: 'plain' }, undefined],
    ['not by a template that is gone', 'gone', { channel: 'plain' }, undefined],
    ['in the language and the zone of the channel', 'mail', { channel: 'english' }, 'mail en Europe/Berlin'],
    ["in the template's language where it has no other", 'zh', { channel: 'english' }, 'zh zh Europe/Berlin'],
    ['in the language and the zone of the user', 'mail', { channel: 'english', user: 'mei' }, 'mail zh Asia/Shanghai'],
    ['like Lark where the channel is of Feishu', 'zh', { channel: 'feishu' }, 'zh zh UTC'],
    ['with the limit of a batch', 'batch', { channel: 'hook' }, 'batch en UTC, 5 at most'],
    ['in parts where each alert is sent by itself', 'single', { channel: 'hook' }, 'single en UTC, parts of 20'],
    ['not at all of a channel that is gone', 'mail', { channel: 'gone' }, undefined],
    ['not at all of life-cycle events', 'mail', { kind: 'lifecycle', channel: 'plain' }, undefined],
  ])('%s', (_what, policy, target, expected) => {
    const config = { templates, channel, people }
    const written = writtenFor(config, { template: policy })({ kind: 'notification', channel: '', ...target }, {})
    const { template: id, language, timeZone, hash } = written?.how ?? {}
    if (id !== undefined) expect(hash).toBe(`hash of ${id}`)
    const limits = [
      written?.mostAlerts === undefined ? '' : `, ${written.mostAlerts} at most`,
      written?.partAlerts === undefined ? '' : `, parts of ${written.partAlerts}`,
    ]
    expect(written && `${id} ${language} ${timeZone}${limits.join('')}`).toBe(expected)
  })

  test("by the action's template first, with the people whom the message mentions", () => {
    const write = writtenFor({ templates, channel, people }, { template: 'mail' })
    const mention = { users: ['mei'] }
    const to = { kind: 'notification' as const, channel: 'own' }
    expect(write(to, { template: 'zh', mention })?.how).toMatchObject({ template: 'zh', mention })
    expect(write(to, { template: 'batch' })?.how.template).toBe('mail')
    const plain = { kind: 'notification' as const, channel: 'plain' }
    expect(writtenFor({ templates, channel, people }, {})(plain, { mention })).toEqual({
      how: { language: expect.any(String), timeZone: 'UTC', mention },
    })
  })

  test('with the page of the incident that the action names', () => {
    const to = { kind: 'notification' as const, channel: 'own' }
    expect(writtenFor({ templates, channel, people }, {})(to, { details: 'claim' })?.how).toMatchObject({
      template: 'zh',
      details: 'claim',
    })
    const plain = { kind: 'notification' as const, channel: 'plain' }
    expect(writtenFor({ templates, channel, people }, {})(plain, { details: 'none' })).toEqual({
      how: { language: expect.any(String), timeZone: 'UTC', details: 'none' },
    })
  })
})
