import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { OwnMemory } from './rest.ts'

export const ownMemory: OwnMemory = {
  usage() {
    const { user, system } = process.cpuUsage()
    return { cpuMs: (user + system) / 1000, bytes: process.memoryUsage.rss() }
  },
  collect() {
    // V8 hands its collector out to a context that is made while the flag is set, and to no other.
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('globalThis.gc') as (() => void) | undefined
    setFlagsFromString('--no-expose-gc')
    collect?.()
  },
}
