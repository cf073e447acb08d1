import { defineConfig } from 'vitest/config'

/** `npm run e2e:aws`: the stack on an emulator, apart from `npm test` because it takes minutes and needs pip. */
export default defineConfig({
  test: {
    include: ['test/e2e/aws/*.e2e.ts'],
    reporters: ['verbose', 'json'],
    // `.ci/run` counts from this file.
    outputFile: { json: 'test-report/vitest-aws.json' },
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // Each test goes on from where the one before it ended.
    bail: 1,
    fileParallelism: false,
  },
})
