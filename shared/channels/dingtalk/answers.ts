import { MINUTE } from '../../base/time.ts'
import { bodyOf, numberIn } from '../http/body.ts'
import type { Meaning, ProviderAnswers } from '../http/provider-answer.ts'

/** A robot that was asked more than 20 times in a minute takes nothing for ten minutes. */
const LIMITED: Meaning = { kind: 'refused', reason: 'rateLimited', waitMs: 10 * MINUTE }
/** Keyword, signature or address of the sender: the robot's protection and the channel do not agree. */
const PROTECTED: Meaning = { kind: 'dead', reason: 'misconfigured' }
const WRONG: Meaning = { kind: 'dead', reason: 'clientError' }
const UNKNOWN_TOKEN: Meaning = { kind: 'dead', reason: 'authError' }
const GONE: Meaning = { kind: 'dead', reason: 'gone' }

/** DingTalk answers 200 with `errcode` (https://open.dingtalk.com/document/orgapp/custom-robot-access). */
export const dingTalkAnswers: ProviderAnswers = {
  read({ body }) {
    const code = numberIn(bodyOf(body).errcode)
    return code === undefined ? undefined : code === '0' ? { taken: true } : { code }
  },
  codes: {
    '-1': { kind: 'refused', reason: 'serverError' },
    130101: LIMITED,
    410100: LIMITED,
    // The month's number of messages is used up.
    90030: { kind: 'refused', reason: 'rateLimited', waitMs: 60 * MINUTE },
    310000: PROTECTED,
    300005: UNKNOWN_TOKEN,
    400101: UNKNOWN_TOKEN,
    400102: { kind: 'dead', reason: 'misconfigured' },
    // The robot was removed, or its group was.
    400106: GONE,
    400013: GONE,
    40035: WRONG,
    43002: WRONG,
    43004: WRONG,
    400105: WRONG,
    460101: WRONG,
  },
}
