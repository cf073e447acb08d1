import { type StdioOptions, spawn } from 'node:child_process'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePort } from '../e2e/free-port.ts'
import { endHost, type HostProcess, hostsOfEachTest, integrationPath, until } from './host-process.ts'
import { post } from './load.ts'

const data = hostsOfEachTest()
const { start } = data

/** Code that runs in the process before Tocsin's own, as a library might. */
const withCode = (code: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
})

const WARNS = `setInterval(() => process.emitWarning('of the test ' + Math.random()), 5)`

/** Writes beyond so many KiB of a file fail. The signal would end the process, so the signal is ignored. */
const filesUpTo = (kib: number): string[] => ['bash', '-c', `trap '' XFSZ; ulimit -f ${kib}; exec "$@"`, 'bash']

function expectEntries(host: HostProcess): void {
  const entries = host.entries()
  expect(entries.length).toBeGreaterThan(0)
  for (const entry of entries) {
    expect(entry).toMatchObject({
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: expect.stringMatching(/^(info|warning|error)$/),
      function: expect.any(String),
      what: expect.any(String),
    })
  }
}

describe('every line of the log is an entry in JSON', () => {
  test.each<[what: string, more: () => Record<string, string>, error: RegExp]>([
    ['a setting without meaning', () => ({ PORT: 'eighty' }), /^PORT is "eighty"/],
    ['a host that is not here', () => ({ HOST: '203.0.113.1' }), /cannot listen on 203\.0\.113\.1/],
    ['a directory that cannot be', () => ({ TOCSIN_DATA: '/proc/x' }), /data directory \/proc\/x: ENOENT/],
    ['a directory that is a file', () => ({ TOCSIN_DATA: join(data.path, 'file') }), /data directory .*file: /],
    [
      'a file that is no database',
      () => ({ TOCSIN_DATA: join(data.path, 'noise') }),
      /tocsin\.db is damaged: file is not a database/,
    ],
  ])('when the start fails: %s', async (_what, more, error) => {
    writeFileSync(join(data.path, 'file'), '')
    mkdirSync(join(data.path, 'noise'))
    writeFileSync(join(data.path, 'noise', 'tocsin.db'), 'noise'.repeat(5000))
    const host = start([], more())
    expect((await host.ended).code).toBe(1)
    expect(host.entries()).toMatchObject([{ level: 'error', what: 'start', error: expect.stringMatching(error) }])
    expectEntries(host)
  })

  test('when Node warns, and when a library writes to the console', async () => {
    const code = `setInterval(() => {
      process.emitWarning('of the test', 'ExperimentalWarning')
      process.emitWarning('deprecated', 'DeprecationWarning', 'DEP0')
      console.error('two\\nlines', { a: 1 })
      console.log('one line')
    }, 100)`
    const host = start([], withCode(code))
    await host.url
    const count = (word: RegExp) => host.entries().filter(({ error = '' }) => word.test(error)).length
    await until(() => count(/^ExperimentalWarning: of the test/) > 0 && count(/^one line/) > 0, 10_000)
    expect(host.entries()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: 'warning', error: expect.stringMatching(/^DeprecationWarning: deprecated/) }),
        expect.objectContaining({ level: 'warning', error: 'two\nlines { a: 1 }' }),
      ]),
    )
    expectEntries(host)
  })

  test.each([
    ['an error', `throw new Error('of the test')`, /^Error: of the test\n/],
    ['a refused promise', `Promise.reject(new Error('of the test'))`, /^Error: of the test\n/],
    ['a text', `throw 'of the test'`, /^of the test$/],
    ['nothing', 'Promise.reject()', /^UnhandledPromiseRejection: /],
  ])('when nobody catches %s: the process ends', async (_what, act, error) => {
    // The signal comes after the start, so the process is in the midst of its work.
    const host = start([], withCode(`process.on('SIGUSR2', () => { ${act} })`))
    await host.url
    host.child.kill('SIGUSR2')
    expect((await host.ended).code).toBe(1)
    expect(host.entries().at(-1)).toMatchObject({ level: 'error', error: expect.stringMatching(error) })
    expectEntries(host)
  })

  test('when writes of the database fail', async () => {
    const host = start(filesUpTo(600))
    const url = await host.url
    const path = await integrationPath(url)
    let refused = 0
    for (let n = 0; refused < 20 && n < 5000; n++) if (!(await post(url + path, `a${n}`))) refused++
    expect(refused).toBe(20)
    const errors = () => host.entries().filter(({ level }) => level === 'error')
    // The line of the last failure may still be on its way.
    await until(() => errors().length >= 20, 10_000)
    const away = errors()
    expect(away).toEqual(expect.arrayContaining([expect.objectContaining({ function: 'ingest', dependency: 'queue' })]))
    await endHost(host, 'SIGTERM')
    expectEntries(host)
  })
})

test.each<[what: string, stdio: () => StdioOptions]>([
  ['whose disk is full', () => ['ignore', openSync('/dev/full', 'w'), openSync('/dev/full', 'w')]],
  ['that nobody reads any more', () => ['ignore', 'pipe', 'pipe']],
])('a log %s holds nothing up', async (_what, stdio) => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { PATH: process.env.PATH, PORT: String(port), TOCSIN_DATA: data.path, ...withCode(WARNS) }
  const child = spawn(process.execPath, ['infra/machine/main.ts'], { stdio: stdio(), env })
  child.stdout?.destroy()
  child.stderr?.destroy()
  const ended = new Promise((resolve) => child.on('exit', resolve))
  try {
    await until(async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.status === 200, 15_000)
    // Each answer comes after further warnings.
    for (let n = 0; n < 20; n++) expect((await fetch(`${url}/-/ready`)).status).toBe(200)
  } finally {
    child.kill('SIGTERM')
  }
  expect(await ended).toBe(0)
})

test('SIGUSR1 does not open a debugger', async () => {
  const host = start()
  const url = await host.url
  host.child.kill('SIGUSR1')
  for (let n = 0; n < 10; n++) expect((await fetch(`${url}/-/ready`)).status).toBe(200)
  expect(await endHost(host, 'SIGTERM')).toBe(0)
  expect(host.stderr()).toBe('')
})

test.each<[words: string, code: number, out: RegExp, err: RegExp]>([
  ['--help', 0, /^usage: npm start/, /^$/],
  ['--version', 0, /^tocsin \d+\.\d+\.\d+\n$/, /^$/],
  ['--bogus', 2, /^$/, /^unknown: "--bogus"\n\nusage: /],
  ['--accept-los', 2, /^$/, /^unknown: "--accept-los"\n\nusage: /],
  ['start', 2, /^$/, /^unknown: "start"\n\nusage: /],
])('npm start -- %s starts nothing', async (words, code, out, err) => {
  const host = start([], { TOCSIN_DATA: join(data.path, 'none') }, [words])
  expect((await host.ended).code).toBe(code)
  expect(host.stdout()).toMatch(out)
  expect(host.stderr()).toMatch(err)
  expect(() => mkdirSync(join(data.path, 'none'))).not.toThrow()
})
