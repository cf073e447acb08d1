import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', 'json'],
    // `.ci/run` counts from this file.
    outputFile: { json: 'test-report/vitest.json' },
    testTimeout: 20_000,
    // What runs concurrently here is whole processes; the smallest machine has two cores.
    maxConcurrency: 2,
  },
})
