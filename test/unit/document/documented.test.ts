import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'
import { sections } from '../../../shared/document/sections/registry.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { testBox } from './box.ts'

const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')

test('the example of docs/configuration.md is valid', () => {
  const example = /^```yaml\n([\s\S]*?)^```$/m.exec(page)?.[1]
  const read = readYamlAtOnce(example ?? '')
  expect(read.ok && finish(readTocsinYml(read.document, defaultConfig(), testBox()))).toMatchObject({ ok: true })
})

test('docs/configuration.md has a row for every section, with its limit and its path, and no other row', () => {
  const rows = sections.map(({ name, limit, collection }) => {
    const path =
      collection || name === 'forwarding'
        ? ` \`/api/v1/${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``
        : ''
    return new RegExp(`^\\| \`${name}\` \\| [a-z][^|]+ \\| ${limit} \\|${path} \\|$`)
  })
  const table = page
    .slice(page.indexOf('## Sections'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const listed = table.slice(0, rows.length)
  expect(listed).toEqual(rows.map((row) => expect.stringMatching(row)))
  expect(page.slice(page.indexOf(listed.at(-1) ?? '')).split('\n')[1]).toBe('')
})
