import { expect, test } from 'vitest'
import { DAY, MINUTE, SECOND } from '../../../shared/base/time.ts'
import { putSignIn, readSignIn, SIGN_IN_MS, takeSignIn } from '../../../shared/store/sign-ins.ts'
import { fresh } from './config-setup.ts'

const NOW = Date.UTC(2026, 10, 21)

test.each([
  ['a minute later', MINUTE, true],
  ['by a clock that is a second behind', -SECOND, true],
  ['ten minutes later', SIGN_IN_MS, false],
  ['after a clock that was a day ahead is set back', -DAY, false],
])('a code %s signs in: %j', async (_when, after, signsIn) => {
  const { table } = fresh()
  await putSignIn(table, 'hash', { account: 'a', key: 'k', until: NOW + SIGN_IN_MS })
  const now = NOW + after
  expect((await readSignIn(table, 'hash', now)) !== undefined).toBe(signsIn)
  expect((await takeSignIn(table, 'hash', now)) !== undefined).toBe(signsIn)
})
