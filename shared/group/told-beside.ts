import { CLOCKS_DIFFER_MS } from '../base/time.ts'
import { type NotifiedIncident, saysAllIsOver } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { parseTargetKey } from '../delivery/target.ts'
import { without } from './alert-sets.ts'
import type { Context, Draft, OpenGroup } from './context.ts'
import { mayThinkFiring } from './heard.ts'
import { keepsIncidents } from './kept-incidents.ts'
import type { OpenDelivery } from './target-state.ts'

/*
 * An end under an earlier key, while the group of the key goes on to tell under the key. Both groups speak to the target at
 * the same time, in no certain order:
 * - The end leaves the ticket open while the target surely knows of alerts of the other group, which owes their ends then.
 *   If the target knows of none when the end has arrived, the other group may have closed the ticket before the end opened
 *   the ticket again: the end is told once more, and closes the ticket.
 * - Any other end closes the ticket. If the other group has an open incident when the end has arrived, the beginning of the
 *   incident may have come first: the other group is told, and tells its alerts anew.
 */

/** Whether the other group owes the target an end under the key, and no message is out that tells the end. */
export function goesOnUnder(
  under: string,
  key: string,
  incident: NotifiedIncident | undefined,
  ctx: Pick<Context, 'openGroups' | 'channel'>,
): boolean {
  const group = ctx.openGroups.get(under)
  if (group === undefined || !isSameTicket(group, key, incident, ctx)) return false
  const state = group.targets.get(key)
  if (state === undefined) return false
  const { open, earlier } = state
  const mine = open?.under === undefined ? open : undefined
  if (mine !== undefined && saysAllIsOver(mine)) return false
  return without(without(mayThinkFiring(state), earlier?.only), mine?.resolved).length > 0
}

/** A target that keeps incidents has the alerts of another incident under another id. */
function isSameTicket(
  group: OpenGroup,
  key: string,
  incident: NotifiedIncident | undefined,
  ctx: Pick<Context, 'channel'>,
): boolean {
  return !keepsIncidents(parseTargetKey(key), ctx) || group.incident.id === incident?.id
}

/** Whether the message that arrived left a ticket open that the other group may have closed before. */
export function leavesTicketOpen(
  { group }: Draft,
  key: string,
  { under, goesOn }: OpenDelivery,
  ctx: Context,
): boolean {
  if (under === undefined || goesOn !== true) return false
  return !goesOnUnder(under, key, group.tellers?.[under]?.incident, ctx)
}

/**
 * A message under an earlier key said that every alert is over, and the group of the key has an incident open now. The
 * receiver may have heard the beginning of the incident first, and then closed the ticket of the key.
 */
export function noteClosedKey(draft: Draft, key: string, open: OpenDelivery, { at }: Outcome, ctx: Context): void {
  const { under } = open
  const group = under === undefined ? undefined : ctx.openGroups.get(under)
  if (group === undefined || !saysAllIsOver(open) || !isSameTicket(group, key, open.incident, ctx)) return
  // The clock of the group may differ.
  const until = at + CLOCKS_DIFFER_MS
  draft.closedKeys.set(group.id, [...(draft.closedKeys.get(group.id) ?? []), [key, until]])
}
