import { HOUR, MINUTE, type Millis } from '../../base/time.ts'
import { bodyOf, codeIn } from '../http/body.ts'
import type { Meaning, ProviderAnswers } from '../http/provider-answer.ts'

const BUSY: Meaning = { kind: 'refused', reason: 'rateLimited', waitMs: MINUTE }
const BROKEN: Meaning = { kind: 'refused', reason: 'serverError' }
const NO_RIGHT: Meaning = { kind: 'dead', reason: 'authError' }
const WRONG: Meaning = { kind: 'dead', reason: 'clientError' }

/**
 * Alibaba Cloud's services of text messages and of calls say yes by the code `OK`
 * (https://help.aliyun.com/zh/sms/developer-reference/api-error-codes). A code of `isv.` is the customer's affair, one of
 * `isp.` the provider's; an unknown code is a no for good.
 */
export const phoneAnswers: ProviderAnswers = {
  read({ body }) {
    const { Code, Message } = bodyOf(body)
    const code = codeIn(Code)
    if (code === 'OK') return { taken: true }
    if (code === undefined) return undefined
    if (code === 'isv.BUSINESS_LIMIT_CONTROL') return { code, waitMs: windowOf(String(Message)) }
    return { code: code.startsWith('Throttling') ? 'Throttling' : code }
  },
  codes: {
    'isv.BUSINESS_LIMIT_CONTROL': BUSY,
    Throttling: BUSY,
    'isp.SYSTEM_ERROR': BROKEN,
    'isp.UNKNOWN': BROKEN,
    InternalError: BROKEN,
    ServiceUnavailable: BROKEN,
    // The limit of a day that the customer set.
    'isv.DAY_LIMIT_CONTROL': { kind: 'dead', reason: 'rateLimited' },
    'isv.MONTH_LIMIT_CONTROL': { kind: 'dead', reason: 'rateLimited' },
    'isp.RAM_PERMISSION_DENY': NO_RIGHT,
    'InvalidAccessKeyId.NotFound': NO_RIGHT,
    'InvalidAccessKeyId.Inactive': NO_RIGHT,
    'InvalidSecurityToken.Expired': NO_RIGHT,
    'InvalidSecurityToken.Malformed': NO_RIGHT,
    'InvalidSecurityToken.MismatchWithAccessKey': NO_RIGHT,
    SignatureDoesNotMatch: NO_RIGHT,
    IncompleteSignature: NO_RIGHT,
    'isv.MOBILE_NUMBER_ILLEGAL': WRONG,
    'isv.TEMPLATE_MISSING_PARAMETERS': WRONG,
    'isv.PARAM_LENGTH_LIMIT': WRONG,
    'isv.PARAM_NOT_SUPPORT_URL': WRONG,
    'isv.BLACK_KEY_CONTROL_LIMIT': WRONG,
  },
}

/** The limits of a number hold for a minute, an hour or a day; the text of the answer names the one. */
function windowOf(message: string): Millis {
  if (message.includes('天级')) return 6 * HOUR
  return message.includes('小时级') ? HOUR : MINUTE
}
