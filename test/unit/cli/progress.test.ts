import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createProgress, type ProgressState, progressLine } from '../../../infra/cli/progress.ts'

const state = (more: Partial<ProgressState> = {}): ProgressState => ({
  bytes: 250,
  records: 403_918,
  matches: 15_215,
  input: { name: 'trail/02.json.gz', number: 2, of: 20 },
  ...more,
})

test.each<[what: string, total: number | undefined, elapsedMs: number, more: Partial<ProgressState>, line: RegExp]>([
  [
    'at the beginning without a rate',
    1000,
    500,
    {},
    /^█{8}░{22} {2}25 % {2}403,918 records, 15,215 matches, 2 of 20: trail/,
  ],
  [
    'with the rate, the time left and the file',
    1000,
    10_000,
    {},
    /matches, 40,392\/s, 30 s left, 2 of 20: trail\/02.json.gz$/,
  ],
  ['with the time in larger units', 1000, 60_000, {}, /, 3 min left,/],
  ['with the time in hours', 1000, 2_400_000, {}, /, 2 h 0 min left,/],
  [
    'without a number for a single file',
    1000,
    500,
    { input: { name: 'a.json', number: 1, of: 1 } },
    /matches, a.json$/,
  ],
  [
    'without bar and time left where nobody knows the end',
    undefined,
    10_000,
    {},
    /^403,918 records, 15,215 matches, 40,392\/s, 2 of/,
  ],
  ['at the end', 1000, 10_000, { bytes: 1001 }, /^█{30} 100 % .* 0 s left/],
  ['before anything was read', 0, 2000, { bytes: 0, records: 0 }, /^0 records, 15,215 matches, 0\/s, 2 of 20/],
])('the line of progress is %s', (_what, total, elapsedMs, more, line) => {
  expect(progressLine(state(more), total, elapsedMs)).toMatch(line)
})

test('a line is never wider than the terminal, and is drawn at most ten times a second', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 40 })
  let now = 0
  const progress = createProgress(terminal, 1000, () => now)
  for (; now < 1000; now += 10) progress.show(state())
  progress.hide()
  const drawn = String(terminal.read()).split('\r\u001b[K').slice(1)
  expect(drawn).toHaveLength(11)
  expect(drawn.at(-1)).toBe('')
  for (const line of drawn) expect(line.length).toBeLessThan(40)
})
