import { type GroupWake, MESSAGE_VERSION } from '../../shared/message/message.ts'
import { sendAll } from '../../shared/queue/port.ts'
import { keys } from '../../shared/store/keys.ts'
import type { ApiDeps } from './deps.ts'

const GROUPS_AT_ONCE = 500

/**
 * Has every group of the account look at the configuration that is now current. A wake that names no
 * moment only asks a group to look, so sending it twice is safe; one that is lost is sweep's to make up for.
 */
export async function wakeGroups({ table, alerts, metrics }: ApiDeps, account: string): Promise<void> {
  let after: string | undefined
  do {
    const found = await table.list(keys.list(account, 'groups'), { limit: GROUPS_AT_ONCE, ...(after ? { after } : {}) })
    const wakes = found.keys.map(({ partition }) => {
      const group = partition.slice(partition.lastIndexOf('#') + 1)
      const wake: GroupWake = { v: MESSAGE_VERSION, kind: 'wake', account, group }
      return { account, body: JSON.stringify(wake) }
    })
    const { failed } = await sendAll(alerts, wakes)
    if (failed.length > 0) metrics.add('tocsin_api_wakes_failed_total', {}, failed.length)
    after = found.next
  } while (after !== undefined)
}
