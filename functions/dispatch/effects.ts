import type { Millis } from '../../shared/base/time.ts'
import { parseTargetKey } from '../../shared/delivery/target.ts'
import type { Decision } from '../../shared/group/context.ts'
import { type DeliveryDue, type GroupWake, MESSAGE_VERSION } from '../../shared/message/message.ts'
import { MAX_DELAY_MS, type OutMessage, sendAll } from '../../shared/queue/port.ts'
import type { DispatchDeps } from './deps.ts'

/** What became of one group in this invocation. */
export interface Decided {
  decision: Decision | 'nothing' | undefined
  /** Whether a message that led here was received before. */
  again: boolean
}

/**
 * Deliveries and wakes of decisions that are saved. A message that is lost here is found: an open delivery
 * by its deadline, a wake by sweep. Sooner than that, when a message that led to it comes again: whoever
 * held it first may have ended between the save and this, so all that is open is sent once more. A
 * delivery's second message finds its attempt taken, and a second wake is told by its moment.
 */
export async function sendEffects(deps: DispatchDeps, account: string, decided: readonly Decided[]): Promise<void> {
  const due: OutMessage[] = []
  const forwards: OutMessage[] = []
  const wakes: OutMessage[] = []
  const now = deps.clock.now()
  for (const { decision, again } of decided) {
    if (decision === undefined || decision === 'nothing') continue
    for (const message of again ? stillOpen(decision, account, now) : opened(decision, account)) {
      const list = parseTargetKey(message.target).kind === 'forward' ? forwards : due
      list.push({ account, body: JSON.stringify(message) })
    }
    const at = decision.arm ?? (again ? decision.group.armedAt : undefined)
    if (at !== undefined && at - now <= MAX_DELAY_MS) {
      const message: GroupWake = { v: MESSAGE_VERSION, kind: 'wake', account, group: decision.group.id, at }
      wakes.push({ account, body: JSON.stringify(message), delayMs: Math.max(0, at - now) })
    }
  }
  await Promise.all([
    sendAll(deps.deliveries, due),
    sendAll(deps.forwards, forwards),
    sendAll(deps.dispatchQueue, wakes),
  ])
}

function opened({ group, open }: Decision, account: string): DeliveryDue[] {
  return open.map(({ target, ...due }) => message(account, group.id, target, due))
}

/** What this decision opened is among it. */
function stillOpen({ group }: Decision, account: string, now: Millis): DeliveryDue[] {
  return [...group.targets].flatMap(([target, { open }]) =>
    open === undefined || open.deadline <= now ? [] : [message(account, group.id, target, open)],
  )
}

function message(
  account: string,
  group: string,
  target: string,
  { delivery, attempt, deadline }: Pick<DeliveryDue, 'delivery' | 'attempt' | 'deadline'>,
): DeliveryDue {
  return { v: MESSAGE_VERSION, kind: 'delivery', account, group, target, delivery, attempt, deadline }
}
