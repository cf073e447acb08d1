import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeDirectory, tighten } from '../../../infra/machine/data-directory.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-dir-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

describe('making the directory', () => {
  test('makes missing parents, for the owner alone, and twice is once', () => {
    const path = join(root, 'a/b/c')
    makeDirectory(path)
    makeDirectory(path)
    expect(['a', 'a/b', 'a/b/c'].map((part) => modeOf(join(root, part)))).toEqual(['700', '700', '700'])
  })

  test.each<[what: string, path: () => string, code: string]>([
    ['below a file system that refuses directories', () => '/proc/tocsin-test', 'ENOENT'],
    ['deep below such a file system', () => '/proc/tocsin-test/a/b', 'ENOENT'],
    ['below a file', () => join(root, 'file/data'), 'ENOTDIR'],
    ['below a device', () => '/dev/null/data', 'ENOTDIR'],
    ['a link to nowhere', () => join(root, 'nowhere'), 'EEXIST'],
    ['below a link to nowhere', () => join(root, 'nowhere/data'), 'EEXIST'],
    ['a link to itself', () => join(root, 'loop'), 'ELOOP'],
    ['a name that is too long', () => join(root, 'x'.repeat(300)), 'ENAMETOOLONG'],
  ])('%s is refused at once', (_what, path, code) => {
    writeFileSync(join(root, 'file'), '')
    symlinkSync(join(root, 'gone'), join(root, 'nowhere'))
    symlinkSync(join(root, 'loop'), join(root, 'loop'))
    expect(() => makeDirectory(path())).toThrow(expect.objectContaining({ code }))
  })
})

describe('modes', () => {
  test('of a directory that was made by others are tightened, and each change is said', () => {
    const path = join(root, 'data')
    mkdirSync(path)
    for (const name of ['tocsin.db', 'tocsin.db-wal', 'tocsin.db.highwater', 'secrets.key', 'lock'])
      writeFileSync(join(path, name), '')
    chmodSync(path, 0o755)
    chmodSync(join(path, 'tocsin.db'), 0o644)
    chmodSync(join(path, 'tocsin.db-wal'), 0o664)
    chmodSync(join(path, 'tocsin.db.highwater'), 0o600)
    chmodSync(join(path, 'secrets.key'), 0o640)
    chmodSync(join(path, 'lock'), 0o604)
    const said = tighten(path).join('\n')
    for (const part of ['', 'tocsin.db', 'tocsin.db-wal', 'secrets.key', 'lock'])
      expect([part, said.includes(`of ${join(path, part)}`), modeOf(join(path, part))]).toEqual([
        part,
        true,
        part === '' ? '700' : '600',
      ])
    expect(tighten(path)).toEqual([])
  })

  test('a directory in which others work keeps its mode, and so do their files', () => {
    chmodSync(root, 0o755)
    for (const name of ['tocsin.db', 'letters.txt']) {
      writeFileSync(join(root, name), '')
      chmodSync(join(root, name), 0o644)
    }
    expect(tighten(root)).toHaveLength(1)
    expect([root, join(root, 'tocsin.db'), join(root, 'letters.txt')].map(modeOf)).toEqual(['755', '600', '644'])
  })

  test('a device in the place of a file is refused: reading it would never end', () => {
    symlinkSync('/dev/zero', join(root, 'lock'))
    expect(() => tighten(root)).toThrow('lock is not a file')
  })
})
