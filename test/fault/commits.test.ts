import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, test } from 'vitest'
import { type Edit, planted, removeCopies } from '../sim/plant.ts'
import { brokenByFailedCommits } from './commits.ts'

const FAILURES = Number(process.env.FAILURES ?? 5)
const SEED = Number(process.env.SEED ?? 1)
const ROOT = `${import.meta.dirname}/../..`
const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0
if (!hasPrlimit) console.warn('prlimit is not installed: commits that fail are NOT tested with a real process here')

test.runIf(hasPrlimit)(
  `${FAILURES} times a disk that takes no writes: what was answered 2xx is told, what was refused is not, and the process goes on`,
  { timeout: 60_000 + FAILURES * 20_000 },
  async () => {
    expect(await brokenByFailedCommits(ROOT, FAILURES, SEED)).toEqual([])
  },
)

/** Of the tree, for a copy with a bug. */
const COPIED = ['shared', 'functions', 'infra']
const FILE = 'shared/sqlite/file.ts'
const HTTP = 'infra/machine/write-answer.ts'
const BUGS: Record<string, Edit[]> = {
  'an answer before its state is durable': [
    { file: HTTP, find: '    if (piece !== undefined) await durable()\n', replace: '' },
    { file: HTTP, find: '  if (body === undefined) await durable()\n', replace: '' },
  ],
  'a send before its claim is durable': [
    { file: 'shared/sending/deliver.ts', find: '      await table.durable()\n', replace: '' },
  ],
  'a generation that survives its failed commit': [
    { file: FILE, find: '    failed = new CommitFailed(error)\n    refused = failed\n', replace: '' },
    { file: FILE, find: '    ending?.reject(failed)\n    told(error)\n', replace: '    ending?.reject(error)\n' },
  ],
  'a file that is never opened again': [{ file: FILE, find: '    told(error)\n', replace: '' }],
}

afterAll(removeCopies, 60_000)

// Most of the time of such a run is waiting: two runs go side by side.
describe.runIf(hasPrlimit)('the run notices', { timeout: 200_000 }, () => {
  test.concurrent.for(Object.entries(BUGS))('%s', async ([name, edits]) => {
    const found = await planted(name, edits, (copy) => brokenByFailedCommits(copy, 3, SEED), COPIED)
    expect(found).not.toEqual([])
  })
})
