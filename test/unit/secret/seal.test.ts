import { describe, expect, test } from 'vitest'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { testBox } from '../document/box.ts'

describe('sealing', () => {
  test('opens a sealed text', () => {
    const box = testBox()
    for (const text of ['', 'x', 'ключ 🔑', 'a'.repeat(10_000)]) expect(box.open(box.seal(text))).toBe(text)
  })

  test('hides the text, and never makes the same seal twice', () => {
    const box = testBox()
    const sealed = box.seal('hunter2')
    expect(sealed).toMatch(/^sealed:v1:[\w-]+$/)
    expect(box.seal('hunter2')).not.toBe(sealed)
    expect(box.isSealed(sealed)).toBe(true)
    expect(box.isSealed('hunter2')).toBe(false)
    expect(box.isSealed(undefined)).toBe(false)
  })

  test('refuses a seal that was changed, truncated or made under another key', () => {
    const sealed = testBox().seal('hunter2')
    const bytes = Buffer.from(sealed.slice('sealed:v1:'.length), 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = changed[at]! ^ 1
      expect(() => testBox().open(`sealed:v1:${changed.toString('base64url')}`)).toThrow()
    }
    expect(() => testBox().open('sealed:v1:')).toThrow()
    expect(() => testBox().open('hunter2')).toThrow()
    expect(() => testBox(8).open(sealed)).toThrow()
  })

  test('needs a key of 32 bytes', () => {
    expect(() => createSecretBox(Buffer.alloc(16), Buffer.alloc)).toThrow(/32/)
  })
})

describe('MACs', () => {
  const hex = (purpose: string, ...parts: string[]) =>
    testBox()
      .mac(purpose, ...parts)
      .toString('hex')

  test('are stable and 32 bytes long', () => {
    expect(hex('token', 'a', 'b')).toBe(hex('token', 'a', 'b'))
    expect(testBox().mac('token', 'a')).toHaveLength(32)
  })

  test('differ by purpose, key and the borders of parts', () => {
    const all = [hex('token', 'a', 'b'), hex('link', 'a', 'b'), hex('token', 'ab'), hex('token', 'a', 'b', '')]
    all.push(testBox(8).mac('token', 'a', 'b').toString('hex'))
    expect(new Set(all).size).toBe(all.length)
  })
})
