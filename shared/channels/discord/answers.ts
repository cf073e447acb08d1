import { SECOND } from '../../base/time.ts'
import { bodyOf, numberIn } from '../http/body.ts'
import type { Meaning, ProviderAnswers } from '../http/provider-answer.ts'

const WRONG: Meaning = { kind: 'dead', reason: 'clientError' }
const LIMITED: Meaning = { kind: 'refused', reason: 'rateLimited' }

/**
 * With `wait=true` Discord answers with the message that it saved; without, 204 before the message is saved
 * (https://discord.com/developers/docs/resources/webhook#execute-webhook). An error has a `code`, or, above the rate,
 * `retry_after` in seconds.
 */
export const discordAnswers: ProviderAnswers = {
  read({ status, body }) {
    const { id, code, retry_after } = bodyOf(body)
    if (status === 204 || (typeof id === 'string' && id !== '')) return { taken: true }
    const known = status === 429 ? '429' : numberIn(code)
    if (known === undefined) return undefined
    const waitMs = typeof retry_after === 'number' && retry_after >= 0 ? Math.ceil(retry_after * SECOND) : undefined
    return { code: known, ...(waitMs !== undefined && { waitMs }) }
  },
  codes: {
    429: LIMITED,
    20028: LIMITED,
    40062: LIMITED,
    130000: { kind: 'refused', reason: 'serverError' },
    // The webhook was removed.
    10015: { kind: 'dead', reason: 'gone' },
    50027: { kind: 'dead', reason: 'authError' },
    // A forum, which takes messages into threads only.
    220001: { kind: 'dead', reason: 'misconfigured' },
    40005: WRONG,
    50006: WRONG,
    50035: WRONG,
    50109: WRONG,
  },
}
