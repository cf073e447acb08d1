import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EMPTY, rendered } from '../alertmanager-template/rendered.ts'

/* Values at places of HTML, escaped as Go's html/template escapes the values. */

type Result = string | { error: string }

interface Fixture {
  values: string[]
  cases: { template: string; result?: Result; results?: Result[] }[]
}

const FILE = new URL('../../fixtures/go-template/html.json', import.meta.url)
const { values, cases } = JSON.parse(readFileSync(FILE, 'utf8')) as Fixture

test.each(cases)('$template', async ({ template, result, results = values.map(() => result!) }) => {
  const made = await Promise.all(values.map((receiver) => rendered(template, { ...EMPTY, receiver }, { kind: 'html' })))
  expect(made).toEqual(results)
})
