import { configDefaults, defineConfig } from 'vitest/config'

const UNIT = 'test/unit/**/*.test.ts'
/** Tests that own their clock: on a busy machine such a test is slow, and never wrong. */
const OWN_CLOCK = ['test/contract/**/*.test.ts', 'test/flow/**/*.test.ts', 'test/sim/**/*.test.ts']
/** Files that replace a module or globals for themselves, or load other test files again. */
const REPLACING = ['test/unit/evaluate/failures.test.ts', 'test/unit/aws/light-ingest.test.ts']

const every = {
  testTimeout: 20_000,
  // What runs concurrently here is whole processes; the smallest machine has two cores.
  maxConcurrency: 2,
}

export default defineConfig({
  test: {
    reporters: ['default', 'json'],
    // `.ci/run` counts from this file.
    outputFile: { json: 'test-report/vitest.json' },
    projects: [
      // Unit tests leave nothing behind, so their files share the loaded modules of a worker: half of their time is loading.
      {
        test: {
          ...every,
          name: 'unit',
          include: [UNIT],
          exclude: [...configDefaults.exclude, ...REPLACING],
          isolate: false,
          // Unit tests wait for nothing: every core works, and only a test that hangs takes so long.
          testTimeout: 120_000,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...every,
          name: 'own clock',
          include: OWN_CLOCK,
          // Only a test that hangs ends so: the time of a test depends on how busy the machine is.
          testTimeout: 600_000,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...every,
          name: 'whole',
          include: ['test/!(unit|contract|flow|sim)/**/*.test.ts', ...REPLACING],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
