import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tocsin } from './command.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-check-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const check = (...paths: string[]) => tocsin(['check', '--rules', ...(paths.length === 0 ? [folder] : paths)])

const rule = (id: string, more = 'logsource: {product: aws}') =>
  `title: ${id}\nid: ${id}\n${more}\ndetection:\n  s: {eventName: ${id}}\n  condition: s\n`
const WORKFLOW = 'name: Test\non: [push]\njobs:\n  test: {runs-on: ubuntu-latest}\n'

describe('tocsin check', () => {
  test('over a whole checkout leaves out what is no rule, and counts it', async () => {
    write({
      'rules/a.yml': rule('a'),
      '.github/workflows/test.yml': WORKFLOW,
      '.github/ISSUE_TEMPLATE/x.yml': 'title: "[FP]"\nbody: []\n',
      'chart/values.yaml': 'a: {{ .Values.x }}\n',
      'empty.yml': '',
    })
    const { code, out, err } = await check()
    expect([code, out]).toEqual([0, '1 rules, 0 correlations, 0 problems\n'])
    expect(err).toMatch(/^4 files without a Sigma rule were left out: .*\n$/)
  })

  test('takes a file that is named for a rule', async () => {
    write({ 'test.yml': WORKFLOW })
    expect(await check(join(folder, 'test.yml'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('detection: is required'),
    })
  })

  test.each([
    ['that is no YAML', 'title: t\ndetection:\n  s: {a: [}\n', 'is not YAML'],
    [
      'that is a correlation without its key',
      'title: t\ntype: event_count\nrules: [a]\ntimespan: 1h\n',
      'belong under "correlation:"',
    ],
    ['that has a title and an id only', 'title: t\nid: t\n', 'detection: is required'],
    ['that lacks a detection', 'title: t\nlogsource: {product: aws}\n', 'detection: is required'],
  ])('names a broken rule %s', async (_, text, message) => {
    write({ 'a.yml': text })
    expect(await check()).toMatchObject({ code: 1, err: expect.stringContaining(message) })
  })

  test('warns of a rule that is never asked, and its exit code is 0', async () => {
    write({ 'a.yml': rule('a', 'logsource: {product: aws, service: cloud-trail}') })
    expect(await check()).toEqual({
      code: 0,
      out: '1 rules, 0 correlations, 0 problems\n',
      err: `warning: ${folder}/a.yml:3:1: a: logsource: never asked: no trail of aws is "cloud-trail" (cloudtrail); did you mean cloudtrail?\n`,
    })
  })

  test('says a reason of many rules once', async () => {
    const windows = Array.from({ length: 30 }, (_, n) => [`w${n}.yml`, rule(`w${n}`, 'logsource: {product: windows}')])
    write({ ...Object.fromEntries(windows), 'z.yml': rule('z').replace('  condition', '  f: {a: 1}\n  condition') })
    const { code, err } = await check()
    expect(code).toBe(0)
    expect(err.trim().split('\n')).toEqual([
      expect.stringContaining('z: detection.f: no condition uses it'),
      expect.stringMatching(/never asked: no trail is "windows" .* \(and 29 more rules\)$/),
    ])
  })

  test('names both places of an id', async () => {
    write({ 'a.yml': rule('a'), 'b.yml': `${rule('b')}---\n${rule('a')}` })
    expect(await check()).toMatchObject({
      code: 1,
      err: `${folder}/b.yml:8:1: a: there is a rule of this id already: ${folder}/a.yml:1:1\n`,
    })
  })

  test('names the place of a reference that leads nowhere', async () => {
    const correlation =
      'title: c\nid: c\ncorrelation:\n  type: event_count\n  rules: [bas]\n  timespan: 1h\n  condition: {gte: 2}\n'
    write({ 'a.yml': rule('base'), 'c.yml': correlation })
    expect(await check()).toMatchObject({
      code: 1,
      err: `${folder}/c.yml:5:11: c: correlation.rules: no rule has the id or name "bas"; did you mean base?\n`,
    })
  })

  test('applies filters of other files, and counts them', async () => {
    const filter = 'title: f\nid: f\nfilter:\n  rules: [a]\n  s: {user: job}\n  condition: not s\n'
    write({
      'a.yml': rule('a'),
      'f.yml': filter,
      'records.ndjson': '{"eventName":"a","user":"job"}\n{"eventName":"a"}\n',
    })
    expect(await check()).toMatchObject({ code: 0, out: '1 rules, 0 correlations, 1 filters, 0 problems\n' })
    const found = await tocsin(['backfill', '--rules', folder, '--json', join(folder, 'records.ndjson')])
    expect(found.out.trim().split('\n')).toHaveLength(1)
  })
})
