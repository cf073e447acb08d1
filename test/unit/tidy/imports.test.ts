import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { forbidden, layerOf, parseLayers } from './layers.ts'
import { importsOf, ROOT, read, sources } from './sources.ts'

const layers = parseLayers(read('shared/README.md')[0]?.text ?? '')
const ours = sources.filter(({ path }) => !path.startsWith('test/') && path.endsWith('.ts'))

describe('the table of shared/README.md', () => {
  test('is read', () => {
    expect(layers.length).toBeGreaterThan(10)
  })

  test('runs one way: a row imports only rows above it', () => {
    const above = new Set<string>()
    for (const layer of layers) {
      expect([...above], layer.paths.join()).toEqual(expect.arrayContaining(layer.imports))
      for (const path of layer.paths) above.add(path)
    }
  })

  test('names only what is there', () => {
    const fixed = layers.flatMap(({ paths }) => paths).filter((path) => !path.includes('*'))
    expect(fixed.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

describe('what is refused', () => {
  test.each([
    ['functions/notify/handler.ts', 'shared/store/sqlite.ts'],
    ['functions/notify/handler.ts', 'functions/ingest/handler.ts'],
    ['functions/notify/lambda.ts', 'functions/ingest/handler.ts'],
    ['shared/group/advance.ts', 'shared/store/port.ts'],
    ['shared/base/time.ts', 'shared/alert/alert.ts'],
    ['shared/nowhere/x.ts', 'shared/base/time.ts'],
  ])('%s importing %s', (path, to) => {
    expect(forbidden(layers, { path, text: '' }, to)).toContain(path)
  })

  test.each([
    ['functions/notify/handler.ts', 'shared/store/port.ts'],
    ['functions/notify/lambda.ts', 'functions/notify/handler.ts'],
    ['shared/store/heads.ts', 'shared/group/group.ts'],
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
    const allowed = /^(shared\/(store|queue)\/sqlite[\w-]*\.ts|infra\/machine\/[\w-]+\.ts)$/
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
