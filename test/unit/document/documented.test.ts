import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { parseNative } from '../../../shared/document/native.ts'
import { readDocument } from '../../../shared/document/text.ts'
import { testBox } from './box.ts'

test('the example of docs/configuration.md is valid', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
  const example = /^```yaml\n([\s\S]*?)^```$/m.exec(page)?.[1]
  const read = readDocument(example ?? '')
  expect(read.ok && parseNative(read.document, defaultConfig(), testBox())).toMatchObject({ ok: true })
})
