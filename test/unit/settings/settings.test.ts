import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { field, fieldGroup, type Settings, type SettingsOf } from '../../../shared/settings/field.ts'
import { formOf } from '../../../shared/settings/form.ts'
import { readSettings, settingsReader } from '../../../shared/settings/read.ts'
import { maskSettings, openSettings } from '../../../shared/settings/secrets.ts'

const box = createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size))

const fields = {
  url: field(z.url(), { label: 'URL', secret: true, address: true }),
  headers: field(z.record(z.string(), z.string()).optional(), { label: 'Headers', secret: 'values' }),
  login: fieldGroup(
    {
      user: field(z.string(), { label: 'User', help: 'As the provider writes it.' }),
      password: field(z.string(), { label: 'Password', secret: true }),
    },
    { label: 'Login' },
  ),
  mode: field(z.enum(['a', 'b']).default('a'), { label: 'Mode', group: 'More' }),
  most: field(z.int().optional(), { label: 'Most', group: 'More' }),
}
const kind = { fields, parse: settingsReader(fields) }

const GIVEN = {
  url: 'https://a.example/t0ken',
  headers: { 'X-Key': 'k3y', 'X-Team': 'ops' },
  login: { user: 'u', password: 'p4ss' },
}

const read = (given: Settings, stored: Settings = {}) => readSettings(kind, given, stored, box)
const settingsOf = (given: Settings, stored?: Settings): Settings => {
  const made = read(given, stored)
  if (!made.ok) throw new Error(JSON.stringify(made.problems))
  return made.settings
}
const problemsOf = (given: Settings, stored?: Settings) => {
  const made = read(given, stored)
  return made.ok ? [] : made.problems.map(({ path }) => path)
}
const stored = settingsOf(GIVEN)

describe('a declaration', () => {
  test('is the type of its settings', () => {
    expectTypeOf<SettingsOf<typeof fields>>().toEqualTypeOf<{
      url: string
      headers?: Record<string, string> | undefined
      login?: { user: string; password: string } | undefined
      mode: 'a' | 'b'
      most?: number | undefined
    }>()
  })

  test('seals texts and the values of mappings, and nothing else', () => {
    // @ts-expect-error a number cannot be sealed
    field(z.number(), { label: 'Pin', secret: true })
    // @ts-expect-error a text is one secret
    field(z.string(), { label: 'Pin', secret: 'values' })
    // @ts-expect-error of a mapping the names are shown
    field(z.record(z.string(), z.string()), { label: 'Headers', secret: true })
  })

  test('is a form', () => {
    expect(formOf(fields)).toEqual([
      { name: 'url', label: 'URL', input: 'text', required: true, secret: true, address: true },
      { name: 'headers', label: 'Headers', input: 'mapping', required: false, secret: true, address: false },
      {
        ...{ name: 'login.user', label: 'User', help: 'As the provider writes it.', group: 'Login', input: 'text' },
        ...{ required: true, secret: false, address: false },
      },
      {
        ...{ name: 'login.password', label: 'Password', group: 'Login', input: 'text' },
        ...{ required: true, secret: true, address: false },
      },
      {
        ...{ name: 'mode', label: 'Mode', group: 'More', input: 'choice', options: ['a', 'b'] },
        ...{ required: false, secret: false, address: false },
      },
      {
        ...{ name: 'most', label: 'Most', group: 'More', input: 'number' },
        ...{ required: false, secret: false, address: false },
      },
    ])
  })
})

describe('secrets', () => {
  test('are sealed at rest and shown as <secret>, one by one', () => {
    expect(JSON.stringify(stored)).not.toMatch(/t0ken|k3y|ops|p4ss/)
    expect(maskSettings(fields, stored)).toEqual({
      url: '<secret>',
      headers: { 'X-Key': '<secret>', 'X-Team': '<secret>' },
      login: { user: 'u', password: '<secret>' },
      mode: 'a',
    })
    expect(openSettings(fields, stored, box)).toEqual({ ...GIVEN, mode: 'a' })
  })

  test('stay as they are stored when <secret> is put back', () => {
    expect(settingsOf(maskSettings(fields, stored), stored)).toEqual(stored)
  })

  test('are kept one by one beside new ones', () => {
    const headers = { 'X-Key': '<secret>', 'X-New': 'n3w' }
    const next = settingsOf({ ...GIVEN, headers }, stored)
    expect(openSettings(fields, next, box)).toMatchObject({ headers: { 'X-Key': 'k3y', 'X-New': 'n3w' } })
    expect((next.headers as Settings)['X-Key']).toBe((stored.headers as Settings)['X-Key'])
  })

  test('that are not stored are missing at their path', () => {
    const given = { ...GIVEN, headers: { 'X-Other': '<secret>', 'a b': '<secret>' }, login: { user: 'u' } }
    expect(problemsOf(given, stored)).toEqual(['headers.X-Other', 'headers["a b"]', 'login.password'])
    expect(problemsOf({ ...GIVEN, url: '<secret>' }, { url: 'sealed:v1:AAAA' })).toEqual(['url'])
  })

  test('do not go to another host with the address', () => {
    const masked = maskSettings(fields, stored)
    expect(problemsOf({ ...masked, url: 'https://b.example/' }, stored)).toEqual([
      'headers.X-Key',
      'headers.X-Team',
      'login.password',
    ])
    expect(problemsOf({ ...masked, url: 'https://a.example/other' }, stored)).toEqual([])
  })

  test('are not shown by a version that does not know their field', () => {
    expect(maskSettings(fields, { ...stored, token: 't0ken' })).not.toHaveProperty('token')
  })

  test('are in no problem', () => {
    const made = read({ url: 't0ken', headers: ['t0ken'], login: 't0ken', more: 't0ken' })
    expect(made.ok ? [] : made.problems.map(({ path }) => path)).toEqual(['url', 'headers', 'login', 'more'])
    expect(JSON.stringify(made)).not.toContain('t0ken')
  })
})
