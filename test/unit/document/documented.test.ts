import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { readYaml } from '../../../shared/document/reading/yaml.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { testBox } from './box.ts'

test('the example of docs/configuration.md is valid', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
  const example = /^```yaml\n([\s\S]*?)^```$/m.exec(page)?.[1]
  const read = readYaml(example ?? '')
  expect(read.ok && readTocsinYml(read.document, defaultConfig(), testBox())).toMatchObject({ ok: true })
})
