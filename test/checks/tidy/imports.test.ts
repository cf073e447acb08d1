import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { circles, forbidden, layerOf, parseLayers, tableProblems } from './layers.ts'
import { importsOf, ROOT, read, sources } from './sources.ts'

const layers = parseLayers(read('shared/README.md')[0]?.text ?? '')
const ours = sources.filter(({ path }) => !path.startsWith('test/') && path.endsWith('.ts'))
const edges = ours.flatMap((source) =>
  importsOf(source).flatMap(({ file }) => (file === undefined ? [] : [[source.path, file] as const])),
)

describe('the table of shared/README.md', () => {
  test('is read', () => {
    expect(layers.length).toBeGreaterThan(30)
  })

  test('has one row a folder, and each imports only rows above it', () => {
    expect(tableProblems(layers)).toEqual([])
  })

  test.each([
    ['a file', ['shared/a/a.ts'], 'is not one folder'],
    ['a glob', ['functions/*/'], 'is not one folder'],
    ['two folders', ['shared/a/ shared/b/'], 'is not one folder'],
    ['a folder twice', ['shared/a/', 'shared/a/'], 'has two rows'],
  ])('refuses %s', (_what, folders, problem) => {
    const table = folders.map((folder) => ({ folder, imports: [], packages: [] }))
    expect(tableProblems(table).join()).toContain(problem)
  })

  test('refuses an import of a row below', () => {
    const table = [
      { folder: 'shared/a/', imports: ['shared/b/'], packages: [] },
      { folder: 'shared/b/', imports: [], packages: [] },
    ]
    expect(tableProblems(table)).toEqual(['shared/a/ imports shared/b/, which is not above it'])
  })

  test('names only folders that exist, every folder of shared and every function', () => {
    expect(layers.filter(({ folder }) => !existsSync(join(ROOT, folder)))).toEqual([])
    const folders = new Set(ours.flatMap(({ path }) => /^(?:shared|functions)\/[^/]+\//.exec(path) ?? []))
    expect([...folders].filter((folder) => !layers.some((layer) => layer.folder === folder))).toEqual([])
  })

  test('allows no import that nobody uses', () => {
    const used = new Set(
      edges.map(([from, to]) => `${layerOf(layers, from)?.folder} imports ${layerOf(layers, to)?.folder}`),
    )
    const allowed = layers.flatMap(({ folder, imports }) => imports.map((name) => `${folder} imports ${name}`))
    expect(allowed.filter((one) => !used.has(one))).toEqual([])
  })
})

describe('circles', () => {
  test('are between no folders, subfolders included', () => {
    const inside = edges.filter(([from]) => !from.endsWith('/lambda.ts'))
    expect(circles(inside, dirname)).toEqual([])
  })

  test('are between no rows of the table', () => {
    const inside = edges.filter(([from]) => !from.endsWith('/lambda.ts'))
    expect(circles(inside, (path) => layerOf(layers, path)?.folder ?? path)).toEqual([])
  })

  test('are between no files', () => {
    expect(circles(edges, (path) => path)).toEqual([])
  })

  test('would be found', () => {
    const planted = [['a/1', 'b/1'] as const, ['b/2', 'c/1'] as const, ['c/2', 'a/2'] as const, ['d/1', 'a/1'] as const]
    expect(circles(planted, dirname)).toEqual([['a', 'b', 'c']])
  })
})

describe('what is refused', () => {
  test.each([
    ['functions/notify/handler.ts', 'shared/sqlite/table.ts'],
    ['functions/notify/handler.ts', 'functions/ingest/handler.ts'],
    ['functions/notify/lambda.ts', 'functions/ingest/handler.ts'],
    ['functions/notify/lambda.ts', 'shared/sqlite/table.ts'],
    ['functions/notify/handler.ts', 'infra/aws/env.ts'],
    ['shared/group/advance.ts', 'shared/table/port.ts'],
    ['shared/base/time.ts', 'shared/alert/alert.ts'],
    ['shared/nowhere/x.ts', 'shared/base/time.ts'],
  ])('%s importing %s', (path, to) => {
    expect(forbidden(layers, { path, text: '' }, to)).toContain(path)
  })

  test.each([
    ['functions/notify/handler.ts', 'shared/queue/port.ts'],
    ['functions/notify/lambda.ts', 'functions/notify/handler.ts'],
    ['functions/notify/lambda.ts', 'infra/aws/env.ts'],
    ['shared/group-store/heads.ts', 'shared/group/group.ts'],
  ])('not %s importing %s', (path, to) => {
    expect(forbidden(layers, { path, text: '' }, to)).toBeUndefined()
  })
})

describe('imports', () => {
  test('go the way the table says', () => {
    const wrong = ours.flatMap((source) =>
      importsOf(source).flatMap(({ file }) => (file && forbidden(layers, source, file)) || []),
    )
    expect(wrong).toEqual([])
  })

  test('name only packages that the row allows', () => {
    const wrong = ours.flatMap((source) =>
      importsOf(source)
        .filter((imported) => imported.package && !layerOf(layers, source.path)?.packages.includes(imported.package))
        .map(({ specifier }) => `${source.path} imports ${specifier}`),
    )
    expect(wrong).toEqual([])
  })

  test('of node:sqlite stay in the embedded adapters and the one-machine host', () => {
    const wrong = ours.filter((source) => importsOf(source).some(({ specifier }) => specifier === 'node:sqlite'))
    const allowed = /^(shared\/sqlite|infra\/machine)\/[\w-]+\.ts$/
    expect(wrong.map(({ path }) => path).filter((path) => !allowed.test(path))).toEqual([])
  })

  test('of zod take the whole namespace: a named import is 350 KB more', () => {
    const wrong = sources.filter(({ text }) => /import\s*\{[^}]*\}\s*from 'zod'/.test(text))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  test('without a name are found too', () => {
    const text =
      "import './a.ts'\nexport * from './b.ts'\nconst c = await import('./c.ts')\nimport type {\n  D,\n} from './d.ts'\n"
    expect(importsOf({ path: 'x/y.ts', text }).map(({ file }) => file)).toEqual([
      'x/a.ts',
      'x/b.ts',
      'x/c.ts',
      'x/d.ts',
    ])
  })
})
