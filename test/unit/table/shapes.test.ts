import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')

test('no body is read or written but through its shape', () => {
  const folders = ['shared/store', 'shared/group-store', 'shared/forwarding']
  const found = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((name) => {
      const text = readFileSync(join(ROOT, folder, name), 'utf8')
      return (text.match(/JSON\.parse\([^)]*body|\bbody: JSON\.stringify\(/g) ?? []).map((hit) => `${name}: ${hit}`)
    }),
  )
  expect(found).toEqual([])
})
