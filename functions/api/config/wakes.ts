import type { Metrics } from '../../../shared/base/metrics.ts'
import { MINUTE } from '../../../shared/base/time.ts'
import { Unavailable } from '../../../shared/base/unavailable.ts'
import { type ConfigChanged, MESSAGE_VERSION } from '../../../shared/message/message.ts'
import { type Queue, sendAll } from '../../../shared/queue/port.ts'

/** A worker that began before a change, or remembers what was before it, is done by then. */
const LATEST_LOOK_MS = 2 * MINUTE

/**
 * Sent before a configuration is saved, so that none is that the groups would not hear of: they look at it
 * some time later, those included that were still made under the old one. If nothing is saved in the end
 * they look for nothing.
 */
export async function announceChange({ dispatchQueue }: { dispatchQueue: Queue }, account: string): Promise<void> {
  const { failed } = await sendAll(dispatchQueue, [{ ...message(account), delayMs: LATEST_LOOK_MS }])
  if (failed.length > 0) throw new Unavailable('queue', 'send', 'the announcement of a change was not taken')
}

/** Has them look at once. One that is lost is made up for by what was announced, so sending it is enough. */
export async function wakeGroups(
  { dispatchQueue, metrics }: { dispatchQueue: Queue; metrics: Metrics },
  account: string,
): Promise<void> {
  const { failed } = await sendAll(dispatchQueue, [message(account)]).catch(() => ({ failed: [0] }))
  if (failed.length > 0) metrics.add('tocsin_api_wakes_failed_total')
}

function message(account: string): { account: string; body: string } {
  const changed: ConfigChanged = { v: MESSAGE_VERSION, kind: 'reconfigured', account }
  return { account, body: JSON.stringify(changed) }
}
