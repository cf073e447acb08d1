import { expect, test } from 'vitest'
import manifest from '../../../package.json' with { type: 'json' }
import { VERSION } from '../../../shared/base/version.ts'

test('the version that requests carry is the one of package.json', () => {
  expect(VERSION).toBe(manifest.version)
})
