import type { Meaning, ProviderAnswers } from '../http/provider-answer.ts'

const LIMITED: Meaning = { kind: 'refused', reason: 'rateLimited' }
const WRONG: Meaning = { kind: 'dead', reason: 'clientError' }
const BUSY: Meaning = { kind: 'refused', reason: 'serverError' }

/**
 * A workflow answers 202 and nothing else. The connectors before workflows answered 200 with `1`, or 200 with a text
 * that names the status of Teams itself: "Webhook message delivery failed with error: … HTTP error 429 …".
 */
export const teamsAnswers: ProviderAnswers = {
  read({ status, body }) {
    const failed = /^Webhook message delivery failed\b.{0,200}?\bHTTP error (\d{3})\b/s.exec(body)
    if (failed !== null) return { code: `HTTP error ${failed[1]}` }
    if (/^Webhook message delivery failed\b/.test(body)) return { code: 'delivery failed' }
    const text = body.trim()
    return status === 202 || (status === 200 && text === '1') || (status < 300 && text === '')
      ? { taken: true }
      : undefined
  },
  codes: {
    'HTTP error 429': LIMITED,
    'HTTP error 412': LIMITED,
    'HTTP error 500': BUSY,
    'HTTP error 502': BUSY,
    'HTTP error 503': BUSY,
    'HTTP error 504': BUSY,
    'HTTP error 400': WRONG,
    'HTTP error 413': WRONG,
    'HTTP error 403': { kind: 'dead', reason: 'authError' },
    'HTTP error 404': { kind: 'dead', reason: 'gone' },
  },
}
