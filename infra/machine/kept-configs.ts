import type { CurrentConfig, createConfigs } from '../../shared/store/configs.ts'
import { keys } from '../../shared/table/keys.ts'
import type { Table } from '../../shared/table/port.ts'

type Configs = ReturnType<typeof createConfigs>

/**
 * Beyond this number every kept configuration is forgotten: an account that no longer posts does not take memory for
 * ever.
 */
const KEPT = 500

/**
 * Keeps configurations until a configuration changes. Only this process can change a configuration, so the accept path
 * reads no table. Changes have to go through the returned table.
 */
export function keepConfigs<T extends Table>(table: T, configs: Configs): { table: T; configs: Configs } {
  const kept = new Map<string, Promise<CurrentConfig>>()
  const pointer = keys.account('', 'config').sort
  return {
    table: {
      ...table,
      async put(item, when) {
        if (item.sort !== pointer) return await table.put(item, when)
        // A configuration that was read during the change may be the old configuration, or a configuration that is
        // taken back.
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
