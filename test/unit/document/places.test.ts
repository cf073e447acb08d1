import { describe, expect, test } from 'vitest'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'
import { joinPath, splitPath } from '../../../shared/problem/problem.ts'

const TEXT = `# a comment
channels:
  - id: ops
    type: webhook
    headers: { "X Y": a, X-Z: b }

policies: [{ id: shop, notify: [{ channel: ops }] }]
base: &base
  notify:
  - channel: ops
other:
  <<: *base
  again: *base
"quoted.key[0]": 1
`

describe('the place of a path in a YAML text', () => {
  const rows: [path: string, line: number, column: number][] = [
    ['channels', 2, 1],
    ['channels[0]', 3, 5],
    ['channels[0].type', 4, 5],
    ['channels[0].headers["X Y"]', 5, 16],
    ['channels[0].headers.X-Z', 5, 26],
    ['policies[0].notify[0].channel', 7, 35],
    ['base.notify[0].channel', 10, 5],
    // A key that is missing: the last part that is there.
    ['channels[0].url', 3, 5],
    ['channels[7].url', 2, 1],
    ['nothing.at.all', 2, 1],
    // Behind an alias: the entry that the alias stands at.
    ['other.again.notify[0].channel', 13, 3],
    ['["quoted.key[0]"]', 14, 1],
  ]
  test.each(rows)('%s: line %i, column %i', (path, line, column) => {
    const read = readYamlAtOnce(TEXT)
    expect(read.ok && read.placeOf(path)).toEqual({ line, column })
  })

  test('is found in a large document, which is read in parts', () => {
    const entries = Array.from({ length: 3_000 }, (_, index) => `  - { id: c${index}, type: webhook }`)
    const read = readYamlAtOnce(`channels:\n${entries.join('\n')}\n`)
    expect(read.ok && read.placeOf('channels[2500].type')).toEqual({ line: 2_502, column: 18 })
  })

  test('is none in an empty document', () => {
    const read = readYamlAtOnce('# nothing')
    expect(read.ok && read.placeOf('channels')).toBe(undefined)
  })
})

test('a path is split into the parts that it was joined of', () => {
  for (const parts of [['policies', 0, 'flow', 12, 'if'], ['headers', 'X Y', 'a.b'], ['a"b\\', 'c[0]', 3], []]) {
    expect(splitPath(joinPath('', ...parts))).toEqual(parts)
  }
})
