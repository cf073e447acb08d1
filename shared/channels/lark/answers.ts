import { bodyOf, numberIn } from '../http/body.ts'
import type { Meaning, ProviderAnswers } from '../http/provider-answer.ts'

const LIMITED: Meaning = { kind: 'refused', reason: 'rateLimited' }
/** Signature, address or keyword: the robot's protection and the channel do not agree. */
const PROTECTED: Meaning = { kind: 'dead', reason: 'misconfigured' }
const WRONG: Meaning = { kind: 'dead', reason: 'clientError' }

/** The code of every request with a wrong body, and of some that come too fast; the text tells the two apart. */
const BAD_REQUEST = '9499'
const TOO_FAST = '9499 frequency'

/**
 * Lark answers with `code`; older robots with `StatusCode` alone, and only to yes
 * (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot).
 */
export const larkAnswers: ProviderAnswers = {
  read(answer) {
    const { code, StatusCode, msg } = bodyOf(answer.body)
    const known = numberIn(code ?? StatusCode)
    if (known === undefined) return undefined
    if (known === '0') return { taken: true }
    return { code: known === BAD_REQUEST && /frequen/i.test(String(msg)) ? TOO_FAST : known }
  },
  codes: {
    11232: LIMITED,
    99991400: LIMITED,
    [TOO_FAST]: LIMITED,
    [BAD_REQUEST]: WRONG,
    19001: { kind: 'dead', reason: 'authError' },
    // The signature, or a clock that is an hour off: the next attempt is signed anew.
    19021: PROTECTED,
    19022: PROTECTED,
    19024: PROTECTED,
    19036: WRONG,
  },
}
