import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clip, hasRoom, type Room } from '../../../shared/base/clip.ts'

test.each<[text: string, room: Room, clipped: string]>([
  ['disk full', {}, 'disk full'],
  ['disk full', { chars: 9 }, 'disk full'],
  ['disk full', { chars: 8 }, 'disk fu…'],
  ['disk full', { bytes: 8 }, 'disk …'],
  ['磁盘已满', { chars: 3 }, '磁盘…'],
  ['磁盘已满', { bytes: 12 }, '磁盘已满'],
  ['磁盘已满', { bytes: 11 }, '磁盘…'],
  ['😀😀😀', { chars: 4 }, '😀…'],
  ['😀😀😀', { bytes: 11, chars: 100 }, '😀😀…'],
  ['disk full', { chars: 1 }, '…'],
  ['disk full', { bytes: 2 }, ''],
  ['disk full', { chars: 0 }, ''],
])('%j in %j is %j', (text, room, clipped) => {
  expect(clip(text, room)).toBe(clipped)
})

test('a clipped text has room, begins as the text, and has no half of a character', () => {
  const room = fc.record({ bytes: fc.nat(60), chars: fc.nat(30) }, { requiredKeys: [] })
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), room, (text, room) => {
      const short = clip(text, room)
      expect(hasRoom(short, room)).toBe(true)
      expect(short === text || text.startsWith(short.replace(/…$/, ''))).toBe(true)
      expect(short.isWellFormed()).toBe(true)
    }),
  )
})

test('a long text is cut to the same text as a short one', () => {
  expect(clip('磁'.repeat(20_000_000), { bytes: 4096 })).toBe(clip('磁'.repeat(2000), { bytes: 4096 }))
})
