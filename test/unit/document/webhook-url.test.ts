import { describe, expect, test } from 'vitest'
import { canonicalUrl } from '../../../shared/document/alertmanager/file/webhook-url.ts'
import { urlProblem } from '../../../shared/outbound/url.ts'
import { asCurrent, box, imported, nothing, readAlertmanagerYml, said } from './setup.ts'

/* URLs that Alertmanager (Go's net/url) takes, written as a channel has URLs. */

test.each([
  ['https://h/équipe', 'https://h/%C3%A9quipe'],
  ['http://h/x y', 'http://h/x%20y'],
  ['http://h/{id}', 'http://h/%7Bid%7D'],
  ['http://h/a|b^c`d', 'http://h/a%7Cb%5Ec%60d'],
  ['http://h/a\\b', 'http://h/a%5Cb'],
  ['http://h/a%20b%2Fc', 'http://h/a%20b%2Fc'],
  ['http://h/a/../b/./c', 'http://h/b/c'],
  ['http://h/🙂?q=🙂#🙂', 'http://h/%F0%9F%99%82?q=%F0%9F%99%82#%F0%9F%99%82'],
  [`http://h/?a='b' "c"<d>&e={f}|g`, 'http://h/?a=%27b%27%20%22c%22%3Cd%3E&e={f}|g'],
  ['http://h?a=b', 'http://h/?a=b'],
  ['http://h', 'http://h/'],
  ['http://h:/x', 'http://h/x'],
  ['HTTPS://H.example:443/x', 'HTTPS://H.example:443/x'],
  ['http://[::1]:9/x', 'http://[::1]:9/x'],
  ['http://bücher.example/x', 'http://xn--bcher-kva.example/x'],
])('%s is %s', (given, url) => {
  expect(canonicalUrl(given)).toEqual({ url })
  expect(urlProblem(url)).toBeUndefined()
})

test.each([
  ['http://u:p@h/x', 'http://h/x', { username: 'u', password: 'p' }],
  ['https://u%40a:p%3A%2F@h:8443/x?y', 'https://h:8443/x?y', { username: 'u@a', password: 'p:/' }],
  ['http://u:p:q@h/', 'http://h/', { username: 'u', password: 'p:q' }],
  ['http://a@b:p@h/', 'http://h/', { username: 'a@b', password: 'p' }],
  ['http://t0ken@h/', 'http://h/', { username: 't0ken', password: '' }],
  ['http://:p@h/', 'http://h/', { username: '', password: 'p' }],
])('%s has a login', (given, url, login) => {
  expect(canonicalUrl(given)).toEqual({ url, login })
})

test.each([
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://１２７.0.0.1/',
  'http:\\\\h/',
  'http:/h/x',
  ' http://h/',
  'http://h/a\nb',
  'http://h/\tx',
  'ftp://h/',
  'h/x',
  '',
  'http://',
  'http://u:%zz@h/',
  'http://h\\x/',
])('%j is no URL of a webhook', (given) => {
  expect(urlProblem(canonicalUrl(given).url)).toBeDefined()
})

describe('the import', () => {
  const file = (webhook: string) => `route: {receiver: x}\nreceivers: [{name: x, webhook_configs: [${webhook}]}]`
  const settings = (webhook: string): Record<string, unknown> => imported(file(webhook)).channels[0]!.settings
  const problems = (webhook: string) => {
    const read = readAlertmanagerYml(file(webhook), nothing, box)
    return read.ok ? [] : read.problems.map(said)
  }
  const opened = (sealed: unknown): string => box.open(sealed as string)

  test('keeps user and password of the URL as credentials, which win over others', () => {
    for (const http of [
      '',
      ', http_config: {basic_auth: {username: a, password: b}}',
      ', http_config: {bearer_token: t}',
    ]) {
      const { url, basicAuth, authorization } = settings(`{url: 'http://u:p%20q@h/x'${http}}`)
      expect([opened(url), authorization]).toEqual(['http://h/x', undefined])
      const { username, password } = basicAuth as Record<string, string>
      expect([username, opened(password)]).toEqual(['u', 'p q'])
    }
  })

  test.each([
    "{url: 'http://t0ken@h/x'}",
    "{url: 'http://h/x', http_config: {basic_auth: {username: t0ken}}}",
    "{url: 'http://h/x', http_config: {basic_auth: {username: t0ken, password: ''}, bearer_token: ''}}",
  ])('%s: keeps a token in the place of the user secret', (webhook) => {
    const { authorization, basicAuth } = settings(webhook)
    expect([basicAuth, (authorization as { type: string }).type]).toEqual([undefined, 'Basic'])
    const { credentials } = authorization as { credentials: string }
    expect(Buffer.from(opened(credentials), 'base64').toString()).toBe('t0ken:')
  })

  test('shows no part of the URL', () => {
    const found = problems("{url: 'ftp://u:hunter2@h/x', timeout: x}").join()
    expect(found).toContain('url: ')
    expect(found).not.toContain('hunter2')
  })

  test('takes the masked URL of its own configuration back', () => {
    const current = asCurrent(imported(file("{url: 'http://h/x'}")))
    const read = readAlertmanagerYml(file("{url: 'http://<secret>'}"), current, box)
    expect(read).toMatchObject({ ok: true, next: { channels: current.channels } })
  })
})
