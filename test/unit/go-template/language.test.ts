import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dataFrom, rendered, type WrittenData } from '../alertmanager-template/rendered.ts'

/* Templates whose results the packages text/template and html/template of Go gave. */

type Result = string | { error: string }

interface Fixture {
  data: WrittenData
  cases: { template: string; both?: Result; text?: Result; html?: Result }[]
}

const FILE = new URL('../../fixtures/go-template/language.json', import.meta.url)
const { data, cases } = JSON.parse(readFileSync(FILE, 'utf8')) as Fixture

test.each(cases)('$template', async ({ template, both, text = both, html = both }) => {
  const read = dataFrom(data)
  expect(await rendered(template, read)).toEqual(text)
  expect(await rendered(template, read, { kind: 'html' })).toEqual(html)
})

test('the table has results and errors', () => {
  const results = cases.flatMap(({ both, text, html }) => [both, text, html].filter((one) => one !== undefined))
  expect(results.filter((one) => typeof one === 'string').length).toBeGreaterThan(110)
  expect(results.filter((one) => typeof one !== 'string').length).toBeGreaterThan(90)
})
