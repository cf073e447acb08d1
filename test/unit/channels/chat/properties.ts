import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import { anyMessage, HOSTILE, hostileText, INCIDENT_URL, saying } from './story.ts'

/** A kind of chat as the tests of every chat see the kind. */
export interface Chat<Message> {
  write(told: Notification): Message
  /** Everything in the message that the chat's reader would make more of than text, without the marks of Tocsin itself. */
  marks(message: Message): readonly string[]
  /** Problems of the chat with the size of the message. */
  tooLarge(message: Message): boolean
  /** The title, and the addresses of the links. */
  title(message: Message): string
  links(message: Message): readonly string[]
}

/** The promises of every chat about texts of strangers and about sizes. */
export function testChat<Message>(chat: Chat<Message>): void {
  const { write, marks, tooLarge, title, links } = chat

  describe('texts of alerts', () => {
    const expectInert = (text: string): void => {
      const message = write(saying(text))
      expect(marks(message)).toEqual([])
      for (const url of links(message)) expect(url).toBe(INCIDENT_URL)
      expect(JSON.stringify(message)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|\\u0000|\\ud800/)
    }

    test.each(HOSTILE)('are text and nothing else: %j', expectInert)

    test('are text and nothing else, whatever they are', () => {
      fc.assert(fc.property(hostileText, expectInert), { numRuns: 300 })
    })
  })

  test('every message has room, and keeps title and link', () => {
    fc.assert(
      fc.property(anyMessage, (told) => {
        const message = write(told)
        expect(tooLarge(message)).toBe(false)
        expect(title(message)).toMatch(/^🔴 FIRING: /)
        expect(links(message)[0] === INCIDENT_URL || links(message).includes(INCIDENT_URL)).toBe(true)
        expect(JSON.stringify(message).isWellFormed()).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
}

/** Links of Markdown: `[text](address)`. */
export function markdownLinks(text: string): string[] {
  return [...text.matchAll(/\[[^\]]*\]\(([^()\s]*)\)/g)].map(([, url = '']) => url)
}
