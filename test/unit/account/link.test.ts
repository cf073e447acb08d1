import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detailsLink, type LinkClaims, linkUrl, readLink, signLink } from '../../../shared/account/link.ts'
import { DAY } from '../../../shared/base/time.ts'
import type { DetailsPage } from '../../../shared/delivery/details-page.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'

const box = (byte: number) => createSecretBox(Buffer.alloc(32, byte), (size) => Buffer.alloc(size))
const secrets = box(7)
const NOW = Date.UTC(2026, 10, 21, 12)
const CLAIMS: LinkClaims = {
  account: 'a',
  incident: `${'0f'.repeat(16)}-mk0e9bao`,
  rights: ['claim'],
  madeAt: NOW,
  endsAt: NOW + DAY,
}
const LINK = signLink(secrets, CLAIMS)

describe('a signed link', () => {
  test('contains the given claims', () => {
    expect(readLink(secrets, LINK, NOW)).toEqual(CLAIMS)
    expect(linkUrl('https://tocsin.example/', LINK)).toBe(`https://tocsin.example/l/${LINK}`)
    expect(LINK).toMatch(/^tsl_[\w.-]+$/)
  })

  test('ends at its moment', () => {
    expect(readLink(secrets, LINK, NOW + DAY - 1)).toEqual(CLAIMS)
    expect(readLink(secrets, LINK, NOW + DAY)).toBeUndefined()
  })

  test('of another installation is invalid', () => {
    expect(readLink(box(8), LINK, NOW)).toBeUndefined()
  })

  test('with a character changed, added or left out is invalid', () => {
    for (let place = 0; place < LINK.length; place++) {
      for (const other of ['A', 'b', '_', '.', '=', ' ']) {
        if (LINK[place] === other) continue
        expect(readLink(secrets, LINK.slice(0, place) + other + LINK.slice(place + 1), NOW)).toBeUndefined()
      }
      expect(readLink(secrets, LINK.slice(0, place) + LINK.slice(place + 1), NOW)).toBeUndefined()
      expect(readLink(secrets, `${LINK.slice(0, place)}A${LINK.slice(place)}`, NOW)).toBeUndefined()
    }
  })

  test('with the MAC of another link, or without a MAC, is invalid', () => {
    const [, mac] = signLink(secrets, { ...CLAIMS, account: 'b' }).split('.')
    const [claims] = LINK.split('.')
    for (const wrong of [mac, '', Buffer.alloc(32).toString('base64url'), mac!.slice(0, 20)]) {
      expect(readLink(secrets, `${claims}.${wrong}`, NOW)).toBeUndefined()
    }
  })

  test('is never a made-up text, and a made-up text does not throw', () => {
    fc.assert(fc.property(fc.string(), (text) => readLink(secrets, text, NOW) === undefined))
    fc.assert(fc.property(fc.base64String(), (text) => readLink(secrets, `tsl_${text}.${text}`, NOW) === undefined))
    expect(readLink(secrets, `tsl_${'A'.repeat(100_000)}.A`, NOW)).toBeUndefined()
  })
})

describe('the link of a message', () => {
  const FIRING = { status: 'firing', incident: { id: 'inc-1' } }
  const TAKEN = { status: 'firing', incident: { id: 'inc-1', handler: 'mei' } }
  const OVER = { status: 'resolved', incident: { id: 'inc-1' } }
  const CASES: [page: DetailsPage, message: typeof TAKEN | typeof FIRING, rights: string[] | 'page' | 'none'][] = [
    ['signed', FIRING, []],
    ['claim', FIRING, ['claim']],
    ['claim', TAKEN, []],
    ['claim', OVER, []],
    ['page', FIRING, 'page'],
    ['none', FIRING, 'none'],
  ]

  test.each(CASES)('%s, of %j', (page, message, expected) => {
    const deps = { publicUrl: 'https://tocsin.example/', secrets }
    const link = detailsLink(page, message, { account: 'a', begunAt: NOW }, deps)
    const [, signed] = link?.url.split('/l/') ?? []
    const rights = signed === undefined ? undefined : readLink(secrets, signed, NOW)?.rights
    expect(rights ?? (link === undefined ? 'none' : 'page')).toEqual(expected)
    expect(link?.claims ?? false).toBe(expected.includes('claim'))
  })

  test('is absent without an incident', () => {
    const deps = { publicUrl: 'https://tocsin.example/', secrets }
    expect(detailsLink('claim', { status: 'firing' }, { account: 'a', begunAt: NOW }, deps)).toBeUndefined()
  })
})
