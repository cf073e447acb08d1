import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dataFrom, rendered, type WrittenData } from './rendered.ts'

/* Alertmanager's default templates, restated, make the same bytes. */

interface Fixture {
  data: Record<string, WrittenData>
  cases: { template: string; type: 'text' | 'html'; data: string; result?: string; sha256?: string }[]
}

const FILE = new URL('../../fixtures/alertmanager-template/defaults.json', import.meta.url)
const { data, cases } = JSON.parse(readFileSync(FILE, 'utf8')) as Fixture

test.each(cases)('$template of $data as $type', async ({ template, type, data: name, result, sha256 }) => {
  const made = await rendered(template, dataFrom(data[name]!), { kind: type })
  if (sha256 === undefined) expect(made).toBe(result)
  else expect(createHash('sha256').update(String(made)).digest('hex')).toBe(sha256)
})
