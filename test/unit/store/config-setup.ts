import type { Clock, Millis } from '../../../shared/base/time.ts'
import { defaultConfig, type Sections, sectionsOf } from '../../../shared/config/sections.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import * as store from '../../../shared/store/whole-config.ts'
import type { Table } from '../../../shared/table/port.ts'
import { memoryTable } from '../../sim/table.ts'

/** The sections of an account that nobody has configured. */
export const nothing = sectionsOf(defaultConfig())

let sealed = 0
/** Never seals alike. */
export const secrets = createSecretBox(Buffer.alloc(32, 7), (size) => Buffer.alloc(size, ++sealed))

type Rest<F extends (deps: store.ConfigDeps, ...rest: never[]) => unknown> =
  Parameters<F> extends [unknown, ...infer Others] ? Others : never
export const readConfig = (table: Table, ...rest: Rest<typeof store.readConfig>) =>
  store.readConfig({ table, secrets }, ...rest)
export const saveConfig = (table: Table, ...rest: Rest<typeof store.saveConfig>) =>
  store.saveConfig({ table, secrets }, ...rest)
export const reloadConfig = (table: Table, ...rest: Rest<typeof store.reloadConfig>) =>
  store.reloadConfig({ table, secrets }, ...rest)

function clockAt(start: Millis): Clock & { set(now: Millis): void } {
  let now = start
  return { now: () => now, elapsed: () => 0, after: () => () => {}, set: (to) => (now = to) }
}

/** A table that counts its calls. */
export function counted(table: Table) {
  const calls = { gets: 0, puts: 0 }
  const get: Table['get'] = (key) => {
    calls.gets++
    return table.get(key)
  }
  const put: Table['put'] = (item, when) => {
    calls.puts++
    return table.put(item, when)
  }
  return { calls, table: { ...table, get, put } }
}

export function withIntervals(...names: string[]): Sections {
  return { ...nothing, timeIntervals: names.map((name) => ({ name, intervals: [] })) }
}

export function fresh() {
  const clock = clockAt(1000)
  return { clock, table: memoryTable(clock) }
}
