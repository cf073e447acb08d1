import { SECOND } from '../../base/time.ts'
import { isObject } from '../../base/value.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { bodyOf, numberIn } from '../http/body.ts'
import type { ProviderAnswers } from '../http/provider-answer.ts'

/** Telegram answers `ok`, or `error_code` and `description` (https://core.telegram.org/bots/api#making-requests). */
export const telegramAnswers: ProviderAnswers = {
  read({ body }) {
    const { ok, error_code, description, parameters } = bodyOf(body)
    if (ok === true) return { taken: true }
    const code = ok === false ? numberIn(error_code) : undefined
    if (code === undefined) return undefined
    const wait = isObject(parameters) ? numberIn(parameters.retry_after) : undefined
    return { code: codeOf(code, String(description)), ...(wait !== undefined && { waitMs: Number(wait) * SECOND }) }
  },
  codes: {
    'chat not found': { kind: 'dead', reason: 'misconfigured' },
    'not a member': { kind: 'dead', reason: 'gone' },
    400: { kind: 'dead', reason: 'clientError' },
    401: { kind: 'dead', reason: 'authError' },
    403: { kind: 'dead', reason: 'gone' },
    // A token of no form that a bot has.
    404: { kind: 'dead', reason: 'authError' },
    429: { kind: 'refused', reason: 'rateLimited' },
    500: { kind: 'refused', reason: 'serverError' },
    502: { kind: 'refused', reason: 'serverError' },
  },
}

/** The problems of a chat have a code in common with every wrong request. */
function codeOf(code: string, description: string): string {
  if (/chat not found/i.test(description)) return 'chat not found'
  return /bot was (?:blocked|kicked)|bot is not a member|group chat was deleted/i.test(description)
    ? 'not a member'
    : code
}

/** The id of the supergroup that the group has become; undefined: the answer is another. */
export function movedTo(result: OutboundResult): number | undefined {
  if (result.kind !== 'answer') return undefined
  const { ok, parameters } = bodyOf(result.body)
  const id = ok === false && isObject(parameters) ? parameters.migrate_to_chat_id : undefined
  return Number.isSafeInteger(id) ? Number(id) : undefined
}
