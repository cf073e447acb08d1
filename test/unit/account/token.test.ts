import { describe, expect, test } from 'vitest'
import { hashKey, makeKey } from '../../../shared/account/keys.ts'
import { integrationToken, integrationUrl, readToken } from '../../../shared/account/token.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'

const box = (byte: number) => createSecretBox(Buffer.alloc(32, byte), (size) => Buffer.alloc(size))
const mine = box(1)

describe('integration tokens', () => {
  test.each([
    ['acme', 'prom', 1],
    ['a', 'züri-ch', 4_294_967_295],
    ['a'.repeat(63), 'b'.repeat(150), 0],
  ])('%s %s %i: contains its claims, in characters that a URL needs not escape', (account, integration, generation) => {
    const token = integrationToken(mine, account, integration, generation)
    expect(token).toMatch(/^tsn_[A-Za-z0-9_-]+$/)
    expect(readToken(mine, token)).toEqual({ account, integration, generation })
  })

  test('is the same at every call, and different under another key', () => {
    const token = integrationToken(mine, 'acme', 'prom', 1)
    expect(integrationToken(box(1), 'acme', 'prom', 1)).toBe(token)
    expect(readToken(box(2), token)).toBeUndefined()
  })

  test('every bit counts', () => {
    const bytes = Buffer.from(integrationToken(mine, 'acme', 'prom', 1).slice(4), 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(readToken(mine, `tsn_${changed.toString('base64url')}`)).toBeUndefined()
    }
  })

  test('characters cannot move from an id to the other', () => {
    const [one, other] = [integrationToken(mine, 'ab', 'c', 1), integrationToken(mine, 'a', 'bc', 1)]
    expect(one.slice(-43)).not.toBe(other.slice(-43))
  })

  test.each([['http://h.test'], ['http://h.test/']])('%s and a token make a URL', (base) => {
    expect(integrationUrl(base, 'tsn_x')).toBe('http://h.test/i/tsn_x')
  })
})

describe('API keys', () => {
  test('are made of 32 random bytes and have a prefix', () => {
    expect(makeKey(Buffer.alloc(32, 255))).toBe(`tsk_${'_'.repeat(42)}8`)
    expect(() => makeKey(Buffer.alloc(16))).toThrow()
  })

  test('are stored as SHA-256', () => {
    expect(hashKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
