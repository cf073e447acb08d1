import { describe, expect, test } from 'vitest'
import { classify } from '../../../../shared/channels/http/answer.ts'
import { redirectAddress } from '../../../../shared/channels/http/redirect.ts'

const request = {
  url: 'http://hooks.example.com/services/T0AbC/hush?key=quiet',
  headers: { authorization: 'Bearer tsk_silent', 'x-key': 'mute', 'content-type': 'application/json' },
}

describe('the address of a redirect', () => {
  test.each([
    ['https://new.example.com/hook', 'https://new.example.com/hook'],
    ['https://new.example.com:8443', 'https://new.example.com:8443/'],
    ['/other', 'http://hooks.example.com/other'],
    ['other', 'http://hooks.example.com/services/T0AbC/other'.replace('services/T0AbC', '…/…')],
    ['//new.example.com/a', 'http://new.example.com/a'],
    ['https://user:pass@new.example.com/a?token=hush#quiet', 'https://new.example.com/a'],
  ])('of %s is %s', (location, shown) => {
    expect(redirectAddress(location, request)).toBe(shown)
  })

  test.each([
    ['the same path over https', 'https://hooks.example.com/services/T0AbC/hush?key=quiet'],
    ['in another place', 'https://x.example.com/moved/hush-2/'],
    ['escaped', 'https://x.example.com/%68ush'],
    ['in upper case', 'https://x.example.com/HUSH'],
    ['in the host', 'https://hush.example.com/'],
    ['a value of the query', 'https://x.example.com/quiet'],
    ['a credential', 'https://x.example.com/tsk_silent'],
    ['a header', 'https://x.example.com/a/mute'],
  ])('hides what repeats the request: %s', (_what, location) => {
    const shown = redirectAddress(location, request)
    expect(shown).toContain('…')
    expect(shown).not.toMatch(/hush|quiet|silent|mute|T0AbC/i)
  })

  test.each([[undefined], ['http://['], ['mailto:a@example.com'], ['javascript:alert(1)']])(
    'of %s is none',
    (location) => {
      expect(redirectAddress(location, request)).toBeUndefined()
    },
  )

  test('is short', () => {
    expect(redirectAddress(`/${'x'.repeat(5000)}`, request)).toHaveLength(201)
  })
})

describe('the detail of a redirect', () => {
  const answer = (status: number, headers: Record<string, string>) =>
    classify({ kind: 'answer', status, headers, body: '' }, 'hooks.example.com', 0, request)

  test.each([301, 302, 303, 307, 308])('%i names the address, and that nobody went there', (status) => {
    expect(answer(status, { location: 'https://new.example.com/hook' })).toEqual({
      kind: 'dead',
      at: 0,
      reason: 'clientError',
      detail: `hooks.example.com: status ${status}, redirect to https://new.example.com/hook, not followed`,
    })
  })

  test('is the status alone without an address, and for other answers', () => {
    expect(answer(308, {})).toMatchObject({ detail: 'hooks.example.com: status 308' })
    expect(answer(404, { location: '/other' })).toMatchObject({ detail: 'hooks.example.com: status 404' })
  })
})
