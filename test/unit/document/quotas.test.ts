import { expect, test } from 'vitest'
import { quotaOf } from '../../../shared/config/quota.ts'
import { asCurrent, nothing, parsed, problems } from './setup.ts'

test.each([
  [{ sms: 0 }, [['quotas.sms', 'must be 1 or more: to send nothing, leave the channel out of the policies']]],
  [{ voice: 10_000 }, [['quotas.voice', 'limit: at most 9999']]],
  [{ email: 1.5 }, [['quotas.email', expect.any(String)]]],
  [{ fax: 3 }, [['quotas.fax', expect.any(String)]]],
])('quotas of %j are refused', (quotas, expected) => {
  expect(problems({ quotas }).map(({ path, message }) => [path, message])).toEqual(expected)
})

test('quotas that nobody gives are those of the product, and no quotas take them back', () => {
  const given = parsed({ quotas: { sms: 3 } }, nothing)
  expect(given.quotas).toEqual({ sms: 3 })
  expect(parsed({ quotas: null }, asCurrent(given)).quotas).toBeUndefined()
  const of = (type: string) => [quotaOf(undefined, type), quotaOf(given.quotas, type)]
  expect(['sms', 'voice', 'email', 'webhook'].map(of)).toEqual([
    [50, 3],
    [20, 20],
    [undefined, undefined],
    [undefined, undefined],
  ])
})
