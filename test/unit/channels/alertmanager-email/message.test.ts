import { describe, expect, test } from 'vitest'
import { dataOf } from '../../../../shared/channels/alertmanager/data.ts'
import { alertmanagerEmailKind as kind } from '../../../../shared/channels/alertmanager-email/kind.ts'
import { mailboxesIn, receiverMessage } from '../../../../shared/channels/alertmanager-email/message.ts'
import { threeAlerts, toSend } from '../chat/story.ts'

const base = {
  to: 'a@example.com, B <b@example.com>',
  from: 'Tocsin <t@example.com>',
  smarthost: 'mail.example.com:587',
}

async function built(settings: object): Promise<string> {
  const read = kind.parse({ ...base, ...settings })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const content = toSend(threeAlerts())
  const data = dataOf(content.notification, 'https://tocsin.example.com')
  return (await receiverMessage(read.settings, { ...content, data }, 'tocsin.example.com')).toString()
}

test('has its headers and both parts', async () => {
  const text = await built({ headers: { Subject: 'Disk é', 'X-Team': 'ops' }, text: 'plain é', html: '<b>é</b>' })
  expect(text).toMatch(/^From: Tocsin <t@example\.com>\r$/m)
  expect(text).toMatch(/^To: a@example\.com, B <b@example\.com>\r$/m)
  expect(text).toMatch(/^Subject: =\?UTF-8\?Q\?Disk_=C3=A9\?=\r$/m)
  expect(text).toMatch(/^X-Team: ops\r$/m)
  expect(text).toContain('multipart/alternative')
  expect(text).toContain('plain =C3=A9')
  expect(text).toContain('<b>=C3=A9</b>')
})

test.each([
  [{}, { Subject: '{{ template "email.default.subject" . }}' }],
  [{ 'X-A': 'b' }, { 'X-A': 'b', Subject: '{{ template "email.default.subject" . }}' }],
  [{ subject: 'own' }, { subject: 'own' }],
])('headers %j have a subject', (headers, expected) => {
  expect(kind.parse({ ...base, headers })).toMatchObject({ ok: true, settings: { headers: expected } })
})

test('no value begins a header of its own', async () => {
  const text = await built({ headers: { Subject: 'a\r\nBcc: evil@example.com', 'X-A': 'b\nX-Evil: c' }, html: 'x' })
  expect(text).not.toMatch(/^(?:Bcc|X-Evil):/m)
})

test('messages of a group name the same id', async () => {
  const threading = { enabled: true, thread_by_date: 'none' }
  expect(await built({ threading, html: 'x' })).toMatch(/^References: <alert-[0-9a-f]{16}-@alertmanager>\r$/m)
})

describe('mailboxes', () => {
  test.each<[string, string[] | undefined]>([
    ['a@example.com', ['a@example.com']],
    ['A <a@example.com>, b@example.com', ['a@example.com', 'b@example.com']],
    ['', undefined],
    ['nobody', undefined],
    ['a@example.com, nonsense', undefined],
    [Array.from({ length: 51 }, (_, at) => `a${at}@example.com`).join(), undefined],
  ])('%s', (text, mailboxes) => expect(mailboxesIn(text)).toEqual(mailboxes))
})

test.each<[object, string]>([
  [{ smarthost: 'mail.example.com' }, 'smarthost'],
  [{ auth_username: 'u' }, 'auth_password'],
  [{ headers: { 'Content-Type': 'x' } }, 'headers.Content-Type'],
  [{ headers: { Subject: 'a', subject: 'b' } }, 'headers.subject'],
  [{ threading: { enabled: true } }, 'threading.thread_by_date'],
  [{ threading: { enabled: true, thread_by_date: 'none' }, headers: { References: 'x' } }, 'threading.enabled'],
])('%j is refused', (settings, path) => {
  expect(kind.parse({ ...base, ...settings })).toMatchObject({ ok: false, problems: [{ path }] })
})
