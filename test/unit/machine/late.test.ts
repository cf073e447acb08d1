import { expect, test } from 'vitest'
import { late } from '../../../infra/machine/late.ts'

test('the code is loaded at the first call, once for calls at the same time', async () => {
  let loads = 0
  const double = late(async () => {
    loads++
    return async (given: number) => 2 * given
  })
  expect(loads).toBe(0)
  expect(await Promise.all([double.handle(1), double.handle(2)])).toEqual([2, 4])
  expect(await double.handle(3)).toBe(6)
  expect(loads).toBe(1)
})

test('a load that failed is an error of every call that waited; the next call loads again', async () => {
  let away = true
  const { handle } = late(async () => {
    if (away) throw new Error('cannot find the file')
    return async () => 'here'
  })
  const both = await Promise.allSettled([handle(0), handle(0)])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  away = false
  expect(await handle(0)).toBe('here')
})

test('an error of the handler is no reason to load again', async () => {
  let loads = 0
  const { handle } = late(async () => {
    loads++
    return async () => {
      throw new Error('a bug')
    }
  })
  await expect(handle(0)).rejects.toThrow('a bug')
  await expect(handle(0)).rejects.toThrow('a bug')
  expect(loads).toBe(1)
})

test('a handler that was forgotten is made anew, and a call that runs is not disturbed', async () => {
  let made = 0
  const release = Promise.withResolvers<void>()
  const one = late(async () => {
    const which = ++made
    return async (waits: boolean) => {
      if (waits) await release.promise
      return which
    }
  })
  const running = one.handle(true)
  expect(await one.handle(false)).toBe(1)
  one.forget()
  expect(await one.handle(false)).toBe(2)
  release.resolve()
  expect(await running).toBe(1)
})
