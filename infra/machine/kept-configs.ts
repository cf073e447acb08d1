import type { CompiledConfig } from '../../shared/routing/compile.ts'
import { keys } from '../../shared/table/keys.ts'
import type { Table } from '../../shared/table/port.ts'

interface Configs {
  current(account: string): Promise<CompiledConfig>
}

/** All configurations are forgotten beyond so many: an account that posts no more takes no memory for ever. */
const KEPT = 500

/**
 * Configurations are kept until one is changed, and nobody but this process can change one: the
 * accept path reads no table. Changes have to go through the table that is returned.
 */
export function keepConfigs<T extends Table>(table: T, configs: Configs): { table: T; configs: Configs } {
  const kept = new Map<string, Promise<CompiledConfig>>()
  const pointer = keys.account('', 'config').sort
  return {
    table: {
      ...table,
      async put(item, when) {
        if (item.sort !== pointer) return await table.put(item, when)
        // What was read while the change was being made may be the old one, or one that is taken back.
        return await table.put(item, when).finally(() => kept.clear())
      },
    },
    configs: {
      current(account) {
        let config = kept.get(account)
        if (config === undefined) {
          if (kept.size >= KEPT) kept.clear()
          config = configs.current(account)
          kept.set(account, config)
          config.catch(() => kept.delete(account))
        }
        return config
      },
    },
  }
}
