import { expect, test } from 'vitest'
import { LOOK_MS, startRest } from '../../../infra/machine/rest.ts'
import { handClock } from '../../contract/hand-clock.ts'

const MIB = 2 ** 20

/** A host of so many MiB, of which 80 are left after a rest. */
function resting(mib: number) {
  const clock = handClock()
  const world = { cpuMs: 0, bytes: mib * MIB, posts: 0, idle: true, away: false }
  const done: string[] = []
  const rest = startRest({
    clock,
    memory: {
      usage: () => ({ cpuMs: world.cpuMs, bytes: world.bytes }),
      collect() {
        done.push('collected')
        world.bytes = 80 * MIB
      },
    },
    posts: () => world.posts,
    isIdle() {
      if (world.away) throw new Error('the file is closed')
      return world.idle
    },
    kept: [{ forget: () => void done.push('forgot') }],
    log: ({ what }) => void done.push(what ?? ''),
  })
  const looks = (count: number, cpuMsEach = 0): void => {
    for (let n = 0; n < count; n++) {
      world.cpuMs += cpuMsEach
      clock.advance(LOOK_MS)
    }
  }
  return { ...{ rest, world, done, looks } }
}

test('after two quiet minutes the host forgets, then collects once', () => {
  const { done, looks } = resting(600)
  looks(3)
  expect(done).toEqual([])
  looks(1)
  expect(done).toEqual(['forgot', 'collected'])
  looks(100, 100)
  expect(done).toEqual(['forgot', 'collected'])
})

test('a host that works does not rest, nor one with work under way', () => {
  const { world, done, looks } = resting(600)
  looks(20, 0.03 * LOOK_MS)
  expect(done).toEqual([])
  for (let n = 0; n < 20; n++) {
    // What refreshes only is kept in memory, at next to no cost.
    world.posts++
    looks(1)
  }
  world.idle = false
  looks(20)
  expect(done).toEqual([])
  world.idle = true
  looks(1)
  expect(done).toEqual(['forgot', 'collected'])
})

test('a host that grew since its last rest rests again', () => {
  const { world, done, looks } = resting(600)
  looks(5)
  expect(done.splice(0)).toHaveLength(2)
  world.bytes = 99 * MIB
  looks(10)
  expect(done).toEqual([])
  world.bytes = 101 * MIB
  looks(1)
  expect(done).toHaveLength(2)
})

test('an error is in the log, and the host lives on', () => {
  const { world, done, looks } = resting(600)
  world.away = true
  looks(4)
  expect(done.splice(0)).toEqual(['giving memory back'])
  world.away = false
  looks(1)
  world.bytes = 900 * MIB
  looks(3)
  expect(done).toEqual(['forgot', 'collected'])
})

test('a host that stops does not rest any more', () => {
  const { rest, done, looks } = resting(600)
  looks(3)
  rest.stop()
  looks(10)
  expect(done).toEqual([])
})
