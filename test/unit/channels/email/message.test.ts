import { describe, expect, test } from 'vitest'
import type { ToSend } from '../../../../shared/channel/send.ts'
import { emailMessage } from '../../../../shared/channels/email/message.ts'
import { readMail } from '../../../fakes/mail.ts'
import { chatDeps } from '../chat/story.ts'
import { alert, NOW, notification } from './story.ts'

const SETTINGS = {
  from: 'tocsin@example.com',
  to: ['ops@example.com'],
  language: 'en',
  timeZone: 'UTC',
  details: 'page',
} as const
const messageOf = async (
  told = notification(),
  begunAt = NOW,
  words: Pick<ToSend, 'rendered' | 'note'> = {},
): Promise<string> => {
  const settings = { ...SETTINGS, to: [...SETTINGS.to] }
  const content = { id: 'g1-d1', account: 'acme', notification: told, begunAt, ...words }
  return (await emailMessage(settings, content, chatDeps())).toString()
}

describe('the message', () => {
  test('is the same on every attempt but for its date', async () => {
    const [first, second] = [await messageOf(), await messageOf(notification(), NOW + 60_000)]
    expect(await messageOf()).toBe(first)
    expect(second).not.toBe(first)
    expect(second.replace(/^Date: .*$/m, '')).toBe(first.replace(/^Date: .*$/m, ''))
    expect(first).toMatch(/^Message-ID: <g1-d1@tocsin\.example\.com>\r$/m)
    expect(first).toMatch(/^Date: Wed, 14 Jan 2026 08:04:30 \+0000\r$/m)
    expect(first).toMatch(/^Auto-Submitted: auto-generated\r$/m)
  })

  test.each([
    'x\r\nBcc: evil@example.com',
    'x\nBcc: evil@example.com',
    'x\u2028Bcc: evil@example.com',
    '=?utf-8?Q?=0D=0ABcc:?=',
  ])('has no header by the text of an alert: %j', async (evil) => {
    const told = notification({ groupLabels: { alertname: evil }, alerts: [alert({ labels: { alertname: evil } })] })
    const [headers = ''] = (await messageOf(told)).split('\r\n\r\n')
    const names = headers.split(/\r\n(?![ \t])/).map((line) => line.split(':')[0])
    expect(names).toEqual([
      ...['Auto-Submitted', 'From', 'To', 'Subject', 'Message-ID', 'Date', 'MIME-Version', 'Content-Type'],
    ])
  })

  test('has lines that end in CRLF and are no longer than 998 bytes', async () => {
    const labels = { alertname: '漢'.repeat(3000), long: 'x'.repeat(5000) }
    const text = await messageOf(notification({ alerts: [alert({ labels })] }))
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998)
  })

  test('is in the words of a content template, as HTML and as text', async () => {
    const rendered = { title: 'db-1 is down', content: '<p>db-1 &lt;is&gt; <b>down</b></p>' }
    const text = await messageOf(notification(), NOW, { rendered })
    expect(text).toMatch(/^Subject: db-1 is down\r$/m)
    expect(text).toContain('\r\ndb-1 <is> down\r\n')
    expect(text).toContain('<p>db-1 &lt;is&gt; <b>down</b></p>')
  })

  test('has the built-in subject when a content template has none', async () => {
    const text = await messageOf(notification(), NOW, { rendered: { content: '<p>down</p>' } })
    expect(text).toMatch(/^Subject: \[FIRING:1\] P1 HostDown \(Databases\)\r$/m)
  })

  test('says why no content template was used', async () => {
    const text = await messageOf(notification(), NOW, { note: 'template short could not be used: <b>\r\nBcc: x' })
    const { plain, html } = readMail(text)
    expect(plain).toContain('template short could not be used: <b> Bcc: x')
    expect(html).toContain('template short could not be used: &lt;b&gt; Bcc: x')
  })
})
