import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasRoom, type Room } from '../../../shared/base/clip.ts'
import { fitText } from '../../../shared/message-text/fit.ts'
import { plainText } from '../../../shared/message-text/plain.ts'
import { type MessageText, messageText } from '../../../shared/message-text/text.ts'
import { viewOf } from '../../../shared/message-view/view.ts'
import { alert, NOW, notification } from '../channels/email/story.ts'

const URL = 'https://tocsin.example.com/incidents/inc-1'

interface Told {
  count: number
  truncated?: number
  labels?: Record<string, string>
  url?: string
}

function textOf({ count, truncated = 0, labels = {}, url = URL }: Told): MessageText {
  const alerts = Array.from({ length: count }, (_, place) =>
    alert({ labels: { alertname: 'HostDown', severity: 'critical', instance: `db-${place}`, ...labels } }),
  )
  const told = notification({ alerts, truncated, incident: { id: 'inc-1', openedAt: NOW } })
  return messageText(viewOf(told), { language: 'en', timeZone: 'Asia/Shanghai', url })
}

const fitted = (told: Told, room: Room): string => fitText(textOf(told), room, plainText)
const shown = (written: string): number => written.match(/^- /gm)?.length ?? 0

describe('a message that has room', () => {
  test('is written whole', () => {
    const text = textOf({ count: 3 })
    expect(fitText(text, { bytes: 10_000 }, plainText)).toBe(plainText(text))
  })

  test('to the last byte, and is shorter without it', () => {
    const bytes = Buffer.byteLength(plainText(textOf({ count: 3 })))
    expect(shown(fitted({ count: 3 }, { bytes }))).toBe(3)
    expect(shown(fitted({ count: 3 }, { bytes: bytes - 1 }))).toBe(2)
  })
})

describe('a message without room for every alert', () => {
  test('leaves out the last alerts, counts them, and keeps title and link', () => {
    const written = fitted({ count: 40 }, { bytes: 2048 })
    expect(shown(written)).toBeGreaterThan(5)
    expect(written).toContain(`${40 - shown(written)} more alerts are not shown.`)
    expect(written).toContain('FIRING: HostDown')
    expect(written).toContain(URL)
    expect(written).not.toContain(`instance: db-${shown(written)}\n`)
  })

  test('counts the alerts that were left out before as well', () => {
    const written = fitted({ count: 40, truncated: 100 }, { bytes: 2048 })
    expect(written).toContain(`${140 - shown(written)} more alerts are not shown.`)
  })

  test('is as long as the room allows', () => {
    const written = fitted({ count: 40 }, { bytes: 2048 })
    const text = textOf({ count: shown(written) + 1 })
    expect(Buffer.byteLength(plainText({ ...text, more: '39 more alerts are not shown.' }))).toBeGreaterThan(2048)
  })

  test('shortens the values of the only alert, and never the title or the link', () => {
    const labels = Object.fromEntries(Array.from({ length: 30 }, (_, place) => [`label${place}`, '磁'.repeat(1000)]))
    for (const bytes of [90_000, 20_000, 4096, 2048, 1000, 300, 150]) {
      const written = fitted({ count: 5, labels }, { bytes })
      expect(Buffer.byteLength(written)).toBeLessThanOrEqual(bytes)
      expect(written).toContain('FIRING: HostDown')
      expect(written).toContain(URL)
    }
    expect(shown(fitted({ count: 5, labels }, { bytes: 4096 }))).toBe(1)
  })
})

test('every message is within its room, whatever its alerts say', () => {
  const told = fc.record({
    count: fc.nat(12),
    truncated: fc.nat(3),
    labels: fc.dictionary(fc.string(), fc.string({ unit: 'binary', maxLength: 300 })),
    url: fc.constantFrom(URL, `${URL}/${'x'.repeat(300)}`),
  })
  const room = fc.record({ bytes: fc.nat(3000), chars: fc.nat(2000) }, { requiredKeys: [] })
  fc.assert(
    fc.property(told, room, (told, room) => {
      const written = fitted(told, room)
      expect(hasRoom(written, room)).toBe(true)
      expect(written.isWellFormed()).toBe(true)
    }),
    { numRuns: 300 },
  )
})
