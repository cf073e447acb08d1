import { digest } from '../../base/hash.ts'
import type { Send } from '../../channel/send.ts'
import { phoneAnswers } from '../alibaba/answers.ts'
import { callAlibaba } from '../alibaba/call.ts'
import { alibabaOrigin } from '../alibaba/keys.ts'
import { providerOutcome } from '../http/provider-answer.ts'
import { phoneOf } from '../phone/number.ts'
import { parametersOf } from '../phone/settings.ts'
import { type PhoneWords, phoneWords, shortWords } from '../phone/words.ts'
import { PARAM_CHARS, type VoiceSettings } from './kind.ts'

const OUT_ID_CHARS = 15
/** Characters of a single variable, from the most to the least. */
const LENGTHS = [200, 100, 60, 40, 25, 15, 10]

/**
 * Calls the phone of a user and reads a text out three times
 * (https://help.aliyun.com/zh/vms/developer-reference/api-dyvmsapi-2017-05-25-singlecallbytts). The service answers as
 * soon as the call is placed.
 */
export const callByVoice: Send<VoiceSettings> = async (settings, content, deps) => {
  const { accessKeyId, accessKeySecret, securityToken, ttsCode, showNumber, params } = settings
  const reached = phoneOf(content.recipient, ['86'], deps.clock.now())
  if (!reached.ok) return reached.outcome
  const query = {
    CalledNumber: reached.phone.number,
    ...(showNumber !== undefined && { CalledShowNumber: showNumber }),
    TtsCode: ttsCode,
    TtsParam: fittingParameters(phoneWords(content, reached.reader), params),
    PlayTimes: '3',
    OutId: digest([content.id], OUT_ID_CHARS),
  }
  const origin = settings.endpoint ?? alibabaOrigin('dyvmsapi', settings.region)
  const call = { origin, action: 'SingleCallByTts', version: '2017-05-25', query }
  const { host, result } = await callAlibaba({ accessKeyId, accessKeySecret, securityToken }, call, content, deps)
  const outcome = providerOutcome(result, host, deps.clock.now(), phoneAnswers)
  return outcome.kind === 'arrived' ? { ...outcome, note: 'the call is placed, nobody knows who answers' } : outcome
}

function fittingParameters(words: PhoneWords, params: VoiceSettings['params']): string {
  const forms = LENGTHS.map((chars) => parametersOf(shortWords(words, chars), params))
  return forms.find((form) => form.length <= PARAM_CHARS) ?? forms.at(-1)!
}
