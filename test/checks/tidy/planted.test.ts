import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AWS_MUTANTS } from '../../chaos/mutants.ts'
import { CHAIN_MUTANTS } from '../../sim/chain/mutants.ts'
import { MUTANTS } from '../../sim/mutants.ts'
import { type Edit, edited } from '../../sim/plant.ts'
import { ROOT } from './sources.ts'

interface Planted extends Edit {
  name: string
  also?: Edit[]
}

// The suites that plant the bugs take minutes; that a change moved the place of a bug is known here at once.
test('every planted bug has its place in the source, once', () => {
  expect([...MUTANTS, ...CHAIN_MUTANTS, ...AWS_MUTANTS].flatMap(misplaced)).toEqual([])
})

function misplaced(mutant: Planted): string[] {
  const texts = new Map<string, string>()
  try {
    for (const edit of [mutant, ...(mutant.also ?? [])]) {
      const text = texts.get(edit.file) ?? readFileSync(join(ROOT, edit.file), 'utf8')
      texts.set(edit.file, edited(mutant.name, edit, text))
    }
    return []
  } catch (error) {
    return [`${error}`]
  }
}
