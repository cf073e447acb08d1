import { toRfc3339 } from '../../shared/base/time.ts'
import type { BodyRefused } from '../../shared/message/message.ts'
import { parseMessage } from '../../shared/message/parse.ts'
import { type InMessage, type QueueHandler, sendAll } from '../../shared/queue/port.ts'
import { createHeads, type Heads } from '../../shared/store/heads.ts'
import { keepRefused } from '../../shared/store/refused.ts'
import { type Decider, decide } from './decide.ts'
import type { DispatchDeps } from './deps.ts'
import { sendEffects } from './effects.ts'
import { intake, type Parsed } from './intake.ts'
import { activeSilences, noteInhibitors } from './muting.ts'

export type { DispatchDeps } from './deps.ts'

/**
 * Routes alerts to groups and advances every group that the batch touches, once, with all that the batch
 * holds for it. A message is acknowledged when all its groups are saved: until then it comes again, and
 * groups know what they have seen.
 */
export function createDispatch(deps: DispatchDeps): QueueHandler {
  const heads = createHeads(deps.table)
  return async (messages) => {
    const failed = new Set<string>()
    const byAccount = new Map<string, Parsed[]>()
    for (const message of messages) {
      const parsed = parseMessage(message.body)
      if (!parsed.ok || parsed.body.kind === 'delivery') {
        deps.metrics.add('tocsin_messages_unreadable_total', { queue: 'alerts' })
        failed.add(message.id)
      } else if (parsed.body.kind === 'refused') {
        if (!(await keep(deps, message, parsed.body))) failed.add(message.id)
      } else {
        const list = byAccount.get(parsed.body.account) ?? []
        byAccount.set(parsed.body.account, list)
        list.push({ message, body: parsed.body })
      }
    }
    await Promise.all([...byAccount].map(([account, parsed]) => dispatchAccount(deps, heads, account, parsed, failed)))
    return { failed: [...failed] }
  }
}

async function keep(deps: DispatchDeps, message: InMessage, body: BodyRefused): Promise<boolean> {
  // Keyed by the message, so that a second copy writes the same item.
  await keepRefused(deps.table, body, message.id)
  deps.metrics.add('tocsin_bodies_refused_total')
  return true
}

/** One account's part of the batch. What it lost to an error fails its own messages and nobody else's. */
async function dispatchAccount(
  deps: DispatchDeps,
  heads: Heads,
  account: string,
  parsed: Parsed[],
  failed: Set<string>,
): Promise<void> {
  const now = deps.clock.now()
  try {
    const config = await deps.configs.current(account)
    const works = intake(parsed, config, now)
    const arrivals = [...works.values()].flatMap((work) =>
      work.inputs.flatMap((input) => (input.kind === 'alert' ? [input.arrival] : [])),
    )
    await noteInhibitors(deps.table, account, config, arrivals, now)
    const silences = await activeSilences(deps.table, account, now)
    const decider: Decider = { deps, heads, config, silences, sendMoved: (moved) => sendJson(deps, account, moved) }
    const decisions = await Promise.all(
      [...works.values()].map(async (work) => {
        const decision = await decide(work, decider).catch((error: unknown) => report(deps, work.id, error))
        if (decision === undefined) for (const id of work.messages) failed.add(id)
        return { decision, again: work.again }
      }),
    )
    await sendEffects(deps, account, decisions)
  } catch (error) {
    report(deps, account, error)
    for (const { message } of parsed) failed.add(message.id)
  }
}

function report(deps: DispatchDeps, what: string, error: unknown): undefined {
  deps.metrics.add('tocsin_errors_total', { function: 'dispatch' })
  deps.log?.({ at: toRfc3339(deps.clock.now()), function: 'dispatch', what, error: String(error) })
}

async function sendJson(deps: DispatchDeps, account: string, messages: unknown[]): Promise<boolean> {
  const sent = await sendAll(
    deps.alerts,
    messages.map((message) => ({ account, body: JSON.stringify(message) })),
  )
  return sent.failed.length === 0
}
