import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { integrations } from '../../../shared/integrations/registry.ts'
import { decodeBody } from '../../../shared/integrations/severity.ts'
import { context } from './context.ts'

const FIXTURES = new URL('../../fixtures/integrations/', import.meta.url)
const SOURCES = new URL('../../../shared/integrations/', import.meta.url)

const NEEDED = {
  alerts: ['firing.json', 'resolved.json', 'batch.json', 'missing.json', 'garbage.json'],
  records: ['single.json', 'batch.json', 'missing.json', 'garbage.json'],
}

describe('an integration is its file, its fixtures, one line of the registry and one of the documentation', () => {
  const page = readFileSync(new URL('../../../docs/integrations.md', import.meta.url), 'utf8')

  test.each([...integrations.keys()])('%s', (type) => {
    expect(existsSync(new URL(`${type}.ts`, SOURCES))).toBe(true)
    expect(page).toContain(`| \`${type}\` |`)
  })

  test('no fixture is of a format that there is not', () => {
    expect(readdirSync(FIXTURES).filter((type) => !integrations.has(type))).toEqual([])
  })
})

describe('every integration decodes its fixtures', () => {
  for (const [type, format] of integrations) {
    const folder = new URL(`${type}/`, FIXTURES)
    const files = readdirSync(folder)
    test(`${type} has ${NEEDED[format.gives].join(', ')}`, () => {
      expect(files).toEqual(expect.arrayContaining(NEEDED[format.gives]))
    })

    test.each(files)(`${type}: %s`, (file) => {
      const { source, note, at, settings, body, ...expected } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
      const before = JSON.stringify(body)
      expect(finish(decodeBody(format, body, context(at), settings ?? {}))).toEqual(expected)
      expect(JSON.stringify(body)).toBe(before)
      expect([source, note]).toEqual([expect.stringMatching(/^https:/), expect.any(String)])
    })
  }
})
