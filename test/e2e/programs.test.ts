import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSION } from '../../shared/base/version.ts'
import { ROOT } from '../checks/tidy/sources.ts'

/** A copy of the project, as a fresh clone after `npm ci`. */
const clone = mkdtempSync(join(tmpdir(), 'tocsin-clone-'))
beforeAll(() => {
  for (const folder of ['functions', 'shared', 'infra', 'package.json'])
    cpSync(join(ROOT, folder), join(clone, folder), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'))
})
afterAll(() => rmSync(clone, { recursive: true, force: true }))

const CLI = 'infra/cli/start.mjs'
const HOST = 'infra/machine/start.mjs'

async function run(program: string, ...args: string[]): Promise<{ out: string; err: string }> {
  const child = spawn(process.execPath, [program, ...args], { cwd: clone, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { out, err }
}

const bundles = (): string[] => readdirSync(join(clone, 'dist/programs'))

function edit(path: string, from: string, to: string): void {
  const file = join(clone, path)
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
}

describe('programs of one machine', { timeout: 120_000 }, () => {
  test('run from one bundle, which the first of them makes, also when two begin at once', async () => {
    const both = await Promise.all([run(CLI, '--version'), run(HOST, '--version')])
    expect(both).toEqual([
      { out: `${VERSION}\n`, err: '' },
      { out: `tocsin ${VERSION}\n`, err: '' },
    ])
    const [bundle, ...others] = bundles()
    expect(others).toEqual([])
    const files = readdirSync(join(clone, 'dist/programs', bundle ?? ''))
    expect(files).toEqual(expect.arrayContaining(['host.mjs', 'tocsin.mjs', 'check-process.mjs', 'match-worker.mjs']))
  })

  test('never run code that is older than the sources', async () => {
    edit('shared/base/version.ts', VERSION, `${VERSION}-edited`)
    expect((await run(CLI, '--version')).out).toBe(`${VERSION}-edited\n`)
    edit('shared/base/version.ts', `${VERSION}-edited`, VERSION)
    expect((await run(CLI, '--version')).out).toBe(`${VERSION}\n`)
    expect(bundles()).toHaveLength(2)
  })

  test('name files and lines of the sources in stack traces', async () => {
    const path = 'infra/cli/commands.ts'
    edit(
      path,
      'const [word, ...rest] = args',
      "const [word, ...rest] = args; if (word === 'boom') throw new Error('boom')",
    )
    const line = readFileSync(join(clone, path), 'utf8')
      .split('\n')
      .findIndex((code) => code.includes("Error('boom')"))
    const { err } = await run(CLI, 'boom')
    expect(err).toContain(`${path}:${line + 1}:`)
    expect(bundles()).toHaveLength(3)
  })

  test('run from the sources where no bundle can be made', async () => {
    rmSync(join(clone, 'dist'), { recursive: true })
    writeFileSync(join(clone, 'dist'), 'no folder')
    expect((await run(HOST, '--version')).out).toBe(`tocsin ${VERSION}\n`)
    expect(readFileSync(join(clone, 'dist'), 'utf8')).toBe('no folder')
  })
})
