import { describe, expect, test } from 'vitest'
import { emailMessage } from '../../../../shared/channels/email/message.ts'
import { alert, NOW, notification } from './story.ts'

const SETTINGS = { from: 'tocsin@example.com', to: ['ops@example.com'], language: 'en', timeZone: 'UTC' } as const
const messageOf = async (told = notification(), begunAt = NOW): Promise<string> => {
  const settings = { ...SETTINGS, to: [...SETTINGS.to] }
  return (
    await emailMessage(settings, { id: 'g1-d1', notification: told, begunAt }, 'https://tocsin.example.com/')
  ).toString()
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
})
