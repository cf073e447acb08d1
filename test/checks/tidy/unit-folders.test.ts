import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, read } from './sources.ts'

const folders = globSync('{shared,functions,infra}/*/', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'))
const tested = globSync('test/unit/*/', { cwd: ROOT }).map((path) => basename(path))

test('every folder of unit tests has the name of a folder of the product', () => {
  const names = new Set(folders.map((path) => basename(path)))
  expect(tested.filter((name) => !names.has(name))).toEqual([])
})

test('test/README.md says of every folder without unit tests which tests cover it, and of no other', () => {
  const page = read('test/README.md')[0]?.text ?? ''
  const [, table = ''] = page.split('## Folders without unit tests of their own')
  const listed = [...table.split('\n## ')[0]!.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)\/`/g)].map(([, path]) => path),
  )
  expect(listed.sort()).toEqual(folders.filter((path) => !tested.includes(basename(path))).sort())
})
