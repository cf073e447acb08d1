import { describe, expect, test } from 'vitest'
import {
  type ApiKey,
  addKey,
  changeKey,
  type KeyRing,
  keyByHash,
  removeKey,
  rotateKey,
  setOwnerKey,
  withoutEnded,
} from '../../../shared/account/key-ring.ts'
import type { Role } from '../../../shared/account/keys.ts'

const key = (id: string, role: Role = 'owner'): ApiKey => ({
  ...{ id, name: id, role, createdAt: 0 },
  texts: [{ hash: `${id}-1` }],
})
const RING: KeyRing = [key('a'), key('b', 'viewer')]

function rotated(ring: KeyRing, hash: string, overlapMs: number, now: number): KeyRing {
  const made = rotateKey(ring, 'a', { hash, overlapMs, now })
  if (!made.ok) throw new Error(made.reason)
  return made.ring
}

describe('the keys of an account', () => {
  test('the last owner key can neither be deleted nor lose its role', () => {
    expect(removeKey(RING, 'a')).toEqual({ ok: false, reason: 'last-owner' })
    expect(changeKey(RING, 'a', { name: 'x', role: 'editor' })).toEqual({ ok: false, reason: 'last-owner' })
    const two = [...RING, key('c')]
    expect(removeKey(two, 'a')).toMatchObject({ ok: true, ring: [{ id: 'b' }, { id: 'c' }] })
    expect(changeKey(two, 'c', { name: 'x', role: 'editor' })).toMatchObject({ ok: true, key: { role: 'editor' } })
  })

  test.each([
    ['changed', () => changeKey(RING, 'x', { name: 'x', role: 'viewer' })],
    ['removed', () => removeKey(RING, 'x')],
    ['rotated', () => rotateKey(RING, 'x', { hash: 'h', overlapMs: 1, now: 0 })],
  ])('an unknown key cannot be %s', (_what, change) => {
    expect(change()).toEqual({ ok: false, reason: 'unknown' })
  })

  test('there are at most 100 keys', () => {
    const full = Array.from({ length: 100 }, (_, index) => key(`k${index}`))
    expect(addKey(full.slice(1), key('x'))).toMatchObject({ ok: true })
    expect(addKey(full, key('x'))).toEqual({ ok: false, reason: 'full' })
  })

  test('after a rotation both texts work, and after the overlap only the new text', () => {
    const ring = rotated(RING, 'a-2', 10, 100)
    const works = (now: number) => ['a-1', 'a-2'].map((hash) => keyByHash(ring, hash, now)?.id)
    expect(works(100)).toEqual(['a', 'a'])
    expect(works(109)).toEqual(['a', 'a'])
    expect(works(110)).toEqual([undefined, 'a'])
    expect(withoutEnded(ring, 110)[0]?.texts).toEqual([{ hash: 'a-2' }])
  })

  test('an overlap of 0 ends every other text at once', () => {
    const overlapping = rotated(RING, 'a-2', 1000, 0)
    const ring = rotated(overlapping, 'a-3', 0, 1)
    expect(['a-1', 'a-2', 'a-3'].map((hash) => keyByHash(ring, hash, 1)?.id)).toEqual([undefined, undefined, 'a'])
  })

  test('a rotation repeated while two texts work is refused, and ends neither text', () => {
    const ring = rotated(RING, 'a-2', 1000, 0)
    const again = { hash: 'a-3', overlapMs: 1, now: 999 }
    expect(rotateKey(ring, 'a', again)).toEqual({ ok: false, reason: 'overlapping', until: 1000 })
    const after = rotated(ring, 'a-3', 5, 1000)
    expect(after[0]?.texts).toEqual([{ hash: 'a-3' }, { hash: 'a-2', until: 1005 }])
  })

  test('a text of no key finds no key', () => {
    expect(keyByHash(RING, 'b-1', 0)?.id).toBe('b')
    expect(keyByHash(RING, 'c-1', 0)).toBeUndefined()
  })

  describe('the operator’s own key', () => {
    const chosen = (hash: string) => ({ id: 'env', name: 'E', hash })

    test('is added, and a changed text replaces the text before', () => {
      const once = setOwnerKey(RING, chosen('e-1'), 5)
      expect(once.at(-1)).toEqual({ id: 'env', name: 'E', role: 'owner', createdAt: 5, texts: [{ hash: 'e-1' }] })
      const twice = setOwnerKey(once, chosen('e-2'), 9)
      expect(twice).toHaveLength(3)
      expect([keyByHash(twice, 'e-1', 9), keyByHash(twice, 'e-2', 9)?.createdAt]).toEqual([undefined, 5])
    })

    test('that exists already stays unchanged, but becomes an owner key', () => {
      expect(setOwnerKey(RING, chosen('a-1'), 5)).toEqual(RING)
      expect(setOwnerKey(RING, chosen('b-1'), 5)).toMatchObject([{ id: 'a' }, { id: 'b', role: 'owner' }])
    })
  })
})
