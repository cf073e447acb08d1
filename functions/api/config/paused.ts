import type { Sections } from '../../../shared/config/sections.ts'
import { FORWARD_TARGET } from '../../../shared/delivery/target.ts'
import { sendAll } from '../../../shared/queue/port.ts'
import { forgetPaused, listPaused } from '../../../shared/store/paused.ts'
import { pausedAlert } from '../../../shared/store/paused-alert.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask } from '../http/route.ts'

/**
 * Ends the alerts about paused channels and users after their removal: no delivery will arrive there. A failure here
 * is made up for by the next change: the channel is still noted.
 */
export async function endPausesOfRemoved(
  { table, dispatchQueue, metrics, orderOf }: ApiDeps,
  { account, now }: Ask,
  next: Sections,
): Promise<void> {
  const known = new Set(next.channels.map(({ id }) => id))
  const users = new Set(next.users.map(({ id }) => id))
  if (next.forwarding !== undefined) known.add(FORWARD_TARGET.channel)
  try {
    for (const paused of await listPaused(table, account)) {
      if (known.has(paused.channel) && (paused.user === undefined || users.has(paused.user))) continue
      const { failed } = await sendAll(
        dispatchQueue,
        pausedAlert(account, paused, { now, ...orderOf?.(now), over: true }),
      )
      if (failed.length === 0) await forgetPaused(table, account, paused, paused.places, now)
    }
  } catch {
    metrics.add('tocsin_errors_total', { function: 'api' })
  }
}
