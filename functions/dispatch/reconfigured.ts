import { type ConfigChanged, MESSAGE_VERSION } from '../../shared/message/message.ts'
import { wakeMessage } from '../../shared/message/wake.ts'
import { type OutMessage, sendAll } from '../../shared/queue/port.ts'
import { keys, parseGroupPartition } from '../../shared/table/keys.ts'
import type { DispatchDeps } from './deps.ts'

const GROUPS_AT_ONCE = 500

/**
 * Has every group of an account look at the current configuration. Returns whether every group was asked: if not, the
 * message comes again. A wake without a moment only asks a group to look, so sending a wake twice is safe.
 */
export async function wakeGroups(
  { table, dispatchQueue }: Pick<DispatchDeps, 'table' | 'dispatchQueue'>,
  { account, after }: Pick<ConfigChanged, 'account' | 'after'>,
): Promise<boolean> {
  const page = { limit: GROUPS_AT_ONCE, ...(after === undefined ? {} : { after }) }
  const { keys: found, next } = await table.list(keys.list(account, 'groups'), page)
  const wakes = found.flatMap(({ partition }): OutMessage[] => {
    const group = parseGroupPartition(partition)?.group
    return group === undefined ? [] : [wakeMessage({ account, group })]
  })
  if (next !== undefined) {
    const goOn: ConfigChanged = { v: MESSAGE_VERSION, kind: 'reconfigured', account, after: next }
    wakes.push({ account, body: JSON.stringify(goOn) })
  }
  return (await sendAll(dispatchQueue, wakes)).failed.length === 0
}
