import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ownMemory } from '../../../infra/machine/own-memory.ts'

test('garbage is collected, and no program gets the collector by that', async () => {
  const garbage = new WeakRef({ text: 'x'.repeat(1000) })
  // V8 keeps the target of a new WeakRef until the turn of the event loop ends.
  await setImmediate()
  const before = ownMemory.usage()
  ownMemory.collect()
  expect(garbage.deref()).toBeUndefined()
  expect('gc' in globalThis).toBe(false)
  expect(before.bytes).toBeGreaterThan(10_000_000)
  expect(ownMemory.usage().cpuMs).toBeGreaterThan(before.cpuMs)
})
