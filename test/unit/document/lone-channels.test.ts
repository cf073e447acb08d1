import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { testBox } from './box.ts'

const mail = { id: 'mail', type: 'email', host: 'mail.example.com', from: 'tocsin@example.com' }
const policies = [{ id: 'p', notify: [{ channel: 'mail' }] }]
const read = (document: object, current = defaultConfig()) => finish(readTocsinYml(document, current, testBox(1)))
const message = 'names "mail", a channel that reaches nobody without a user'

describe('a channel of e-mail without mailboxes', () => {
  test('stands by itself', () => {
    expect(read({ channels: [mail] })).toMatchObject({ ok: true })
  })

  test('cannot be told without users', () => {
    expect(read({ channels: [mail], policies })).toEqual({
      ok: false,
      problems: [{ path: 'policies[0].notify[0].channel', message }],
    })
    expect(read({ channels: [{ ...mail, to: ['ops@example.com'] }], policies })).toMatchObject({ ok: true })
  })

  test('cannot lose its mailboxes while a policy tells it alone', () => {
    const first = read({ channels: [{ ...mail, to: ['ops@example.com'] }], policies })
    if (!first.ok) throw new Error('refused')
    const current = { ...first.next, revision: '1', since: 0 }
    expect(read({ channels: [mail] }, current)).toEqual({
      ok: false,
      problems: [{ path: 'channels', message: `policy "p" ${message}` }],
    })
  })
})
