import { clip } from '../../base/clip.ts'
import type { Send, SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { phoneAnswers } from '../alibaba/answers.ts'
import { callAlibaba } from '../alibaba/call.ts'
import { alibabaOrigin } from '../alibaba/keys.ts'
import { providerOutcome } from '../http/provider-answer.ts'
import { type PhoneNumber, phoneOf } from '../phone/number.ts'
import { parametersOf } from '../phone/settings.ts'
import { type PhoneWords, phoneWords, shortWords } from '../phone/words.ts'
import { publish } from '../sns/publish.ts'
import { AWS_CHARS, type SmsSettings, valueChars } from './kind.ts'

/** Sends a text message to the phone of a user, in the user's language and time zone. */
export const sendSms: Send<SmsSettings> = async (settings, content, deps) => {
  const { provider, countries = provider === 'alibaba' ? ['86'] : undefined } = settings
  const reached = phoneOf(content.recipient, countries, deps.clock.now())
  if (!reached.ok) return reached.outcome
  const words = phoneWords(content, reached.reader)
  return provider === 'alibaba'
    ? await sendByAlibaba(settings, reached.phone, words, content, deps)
    : await sendByAws(settings, reached.phone, words, content, deps)
}

/** https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms */
async function sendByAlibaba(
  settings: SmsSettings,
  { country, number }: PhoneNumber,
  words: PhoneWords,
  content: ToSend,
  deps: SendDeps,
): Promise<Outcome> {
  const { accessKeyId = '', accessKeySecret = '', securityToken, signName = '', templateCode = '' } = settings
  const query = {
    PhoneNumbers: country === '86' ? number : `${country}${number}`,
    SignName: signName,
    TemplateCode: templateCode,
    TemplateParam: parametersOf(shortWords(words, valueChars(settings)), settings.params),
    OutId: content.id,
  }
  const origin = settings.endpoint ?? alibabaOrigin('dysmsapi', settings.region)
  const call = { origin, action: 'SendSms', version: '2017-05-25', query }
  const { host, result } = await callAlibaba({ accessKeyId, accessKeySecret, securityToken }, call, content, deps)
  return providerOutcome(result, host, deps.clock.now(), phoneAnswers)
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
async function sendByAws(
  settings: SmsSettings,
  { country, number }: PhoneNumber,
  { content: words }: PhoneWords,
  { giveUpAt }: ToSend,
  deps: SendDeps,
): Promise<Outcome> {
  const attribute = 'MessageAttributes.entry.1'
  const message = {
    PhoneNumber: `+${country}${number}`,
    Message: clip(words, { chars: AWS_CHARS }),
    [`${attribute}.Name`]: 'AWS.SNS.SMS.SMSType',
    [`${attribute}.Value.DataType`]: 'String',
    [`${attribute}.Value.StringValue`]: 'Transactional',
  }
  return await publish(settings, settings.region ?? '', message, giveUpAt, deps)
}
