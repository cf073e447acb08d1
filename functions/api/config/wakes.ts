import type { Metrics } from '../../../shared/base/metrics.ts'
import { MINUTE } from '../../../shared/base/time.ts'
import { Unavailable } from '../../../shared/base/unavailable.ts'
import { type ConfigChanged, MESSAGE_VERSION } from '../../../shared/message/message.ts'
import { type Queue, sendAll } from '../../../shared/queue/port.ts'

/** By then, every worker that began before a change is done, or knows the change. */
const LATEST_LOOK_MS = 2 * MINUTE

/**
 * Announces a change before the configuration is saved, so that no saved change stays unknown to the groups. Groups
 * look at the configuration some time later, groups made under the old configuration included. If the change is not
 * saved in the end, the look finds no change.
 */
export async function announceChange({ dispatchQueue }: { dispatchQueue: Queue }, account: string): Promise<void> {
  const { failed } = await sendAll(dispatchQueue, [{ ...changedMessage(account), delayMs: LATEST_LOOK_MS }])
  if (failed.length > 0) throw new Unavailable('queue', 'send', 'the announcement of a change was not taken')
}

/** Makes the groups look at once. A lost wake is replaced by the announcement, so sending the wake is enough. */
export async function wakeGroups(
  { dispatchQueue, metrics }: { dispatchQueue: Queue; metrics: Metrics },
  account: string,
): Promise<void> {
  const { failed } = await sendAll(dispatchQueue, [changedMessage(account)]).catch(() => ({ failed: [0] }))
  if (failed.length > 0) metrics.add('tocsin_api_wakes_failed_total')
}

function changedMessage(account: string): { account: string; body: string } {
  const changed: ConfigChanged = { v: MESSAGE_VERSION, kind: 'reconfigured', account }
  return { account, body: JSON.stringify(changed) }
}
