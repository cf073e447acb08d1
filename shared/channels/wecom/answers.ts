import { MINUTE } from '../../base/time.ts'
import { bodyOf, numberIn } from '../http/body.ts'
import type { Meaning, ProviderAnswers } from '../http/provider-answer.ts'

/** More than 20 messages in a minute. */
const LIMITED: Meaning = { kind: 'refused', reason: 'rateLimited', waitMs: MINUTE }

/** WeCom answers 200 with `errcode` (https://developer.work.weixin.qq.com/document/path/90313). */
export const weComAnswers: ProviderAnswers = {
  read({ body }) {
    const code = numberIn(bodyOf(body).errcode)
    return code === undefined ? undefined : code === '0' ? { taken: true } : { code }
  },
  codes: {
    '-1': { kind: 'refused', reason: 'serverError' },
    45009: LIMITED,
    45033: LIMITED,
    93000: { kind: 'dead', reason: 'authError' },
    // Type of message, empty content, too long.
    40008: { kind: 'dead', reason: 'clientError' },
    44004: { kind: 'dead', reason: 'clientError' },
    45002: { kind: 'dead', reason: 'clientError' },
  },
}
