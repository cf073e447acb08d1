import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import { isObject } from '../../shared/base/value.ts'
import { type AlibabaKey, acs3Refusal, hashOf } from './acs3.ts'
import {
  type Provider,
  type ProviderAnswer,
  type ProviderOptions,
  type ProviderRequest,
  parseJson,
  startProvider,
} from './provider.ts'

/*
 * Alibaba Cloud's services of text messages (`SendSms`) and of calls (`SingleCallByTts`), as far as their documentation
 * goes: signature, nonce, required parameters, the variables of a template, and the limits of a number.
 */

export interface PhoneMessage {
  number: string
  values: Record<string, string>
  outId: string
  times?: string
  shown?: string
}

interface PhoneOptions extends Omit<ProviderOptions<PhoneMessage>, 'answer' | 'errorBody'> {
  service: 'sms' | 'voice'
  key: AlibabaKey
  /** Variables by the code of a template. */
  templates: Record<string, string[]>
  signName?: string
  /** Whether the limits of a number hold. */
  limits?: boolean
}

interface Service {
  action: string
  template: string
  parameters: string
  number: string
  /** [messages, window, word of the answer] */
  limits: [count: number, window: Millis, word: string][]
}

const SERVICES: Record<PhoneOptions['service'], Service> = {
  sms: {
    action: 'SendSms',
    template: 'TemplateCode',
    parameters: 'TemplateParam',
    number: 'PhoneNumbers',
    limits: [
      [1, MINUTE, '分钟级'],
      [5, HOUR, '小时级'],
      [10, DAY, '天级'],
    ],
  },
  voice: {
    action: 'SingleCallByTts',
    template: 'TtsCode',
    parameters: 'TtsParam',
    number: 'CalledNumber',
    limits: [
      [1, MINUTE, '分钟级'],
      [5, HOUR, '小时级'],
      [20, DAY, '天级'],
    ],
  },
}
const VALUE_CHARS = 35
const SPOKEN_CHARS = 250
const LINK = /:\/\/|\b[\w-]+\.[a-z]{2,}\b|\d+\.\d+\.\d+\.\d+/i

export async function startAlibabaPhone(options: PhoneOptions): Promise<Provider<PhoneMessage>> {
  const { service: kind, key, limits = true } = options
  const service = SERVICES[kind]
  const nonces = new Set<string>()
  const taken = new Map<string, Millis[]>()

  /** Failed requests count too. */
  const limited = (number: string, now: Millis): string | undefined => {
    const before = taken.get(number) ?? []
    taken.set(number, [...before, now])
    if (kind === 'voice' && before.some((at) => now - at < SECOND)) return '秒级'
    return service.limits.find(([count, window]) => before.filter((at) => at > now - window).length >= count)?.[2]
  }

  const answer = (request: ProviderRequest): ProviderAnswer<PhoneMessage> => {
    const { method, path, headers, now, text } = request
    const url = new URL(path, 'http://host')
    const wrong = acs3Refusal(request, key, hashOf(text))
    if (wrong !== undefined) return gateway(wrong === 'SignatureDoesNotMatch' ? 400 : 404, wrong)
    if (headers['x-acs-content-sha256'] !== hashOf(text)) return gateway(400, 'SignatureDoesNotMatch')
    const nonce = headers['x-acs-signature-nonce'] ?? ''
    if (nonce === '' || nonces.has(nonce)) return gateway(400, 'SignatureNonceUsed')
    nonces.add(nonce)
    if (headers['x-acs-version'] !== '2017-05-25') return gateway(400, 'InvalidVersion')
    if (method !== 'POST' || url.pathname !== '/' || headers['x-acs-action'] !== service.action) {
      return gateway(404, 'InvalidAction.NotFound')
    }
    const query = Object.fromEntries(url.searchParams)
    const problem = problemOf(options, service, query)
    if (problem !== undefined) return no(problem)
    const number = query[service.number] ?? ''
    const window = limits ? limited(number, now) : undefined
    if (window !== undefined) return no('isv.BUSINESS_LIMIT_CONTROL', `触发${window}流控Permits:1`)
    if (request.failing !== undefined) return no(request.failing)
    const kept = {
      number,
      values: parseJson(query[service.parameters] ?? '') as Record<string, string>,
      outId: query.OutId ?? '',
      ...(query.PlayTimes && { times: query.PlayTimes }),
      ...(query.CalledShowNumber && { shown: query.CalledShowNumber }),
    }
    return {
      status: 200,
      body: { Code: 'OK', Message: 'OK', BizId: '1^0', CallId: '1^2', RequestId: 'r' },
      kept: [kept],
    }
  }
  return await startProvider({ ...options, answer, errorBody: () => ({ Code: 'ServiceUnavailable', Message: 'x' }) })
}

function problemOf(
  { service: kind, templates, signName }: PhoneOptions,
  service: Service,
  query: Record<string, string>,
): string | undefined {
  const number = query[service.number] ?? ''
  const mainland = /^1[3-9]\d{9}$/.test(number)
  if (!mainland && (kind === 'voice' || !/^(?!86)[1-9]\d{6,14}$/.test(number))) return 'isv.MOBILE_NUMBER_ILLEGAL'
  if (kind === 'sms' && query.SignName !== signName) return 'isv.SMS_SIGNATURE_ILLEGAL'
  const variables = templates[query[service.template] ?? '']
  if (variables === undefined) return kind === 'sms' ? 'isv.SMS_TEMPLATE_ILLEGAL' : 'isv.TTS_TEMPLATE_ILLEGAL'
  const times = query.PlayTimes
  if (kind === 'voice' && times !== undefined && !/^[123]$/.test(times)) return 'isv.INVALID_PARAMETERS'
  const outId = query.OutId ?? ''
  if (Buffer.byteLength(outId) > (kind === 'voice' ? 15 : 256)) return 'isv.INVALID_PARAMETERS'
  const parameters = query[service.parameters] ?? ''
  const values = parseJson(parameters)
  if (!isObject(values) || !Object.values(values).every((value) => typeof value === 'string')) {
    return 'isv.INVALID_JSON_PARAM'
  }
  if (kind === 'voice' && parameters.length >= SPOKEN_CHARS) return 'isv.PARAM_LENGTH_LIMIT'
  for (const name of variables) {
    const value = String(values[name] ?? '')
    if (value === '') return 'isv.TEMPLATE_MISSING_PARAMETERS'
    if (kind === 'sms' && value.length > VALUE_CHARS) return 'isv.PARAM_LENGTH_LIMIT'
    if (LINK.test(value)) return 'isv.PARAM_NOT_SUPPORT_URL'
  }
  return undefined
}

/** The gateway in front of every service. */
function gateway(status: number, code: string): ProviderAnswer<PhoneMessage> {
  return { status, refused: code, body: { Code: code, Message: `the text of ${code}`, RequestId: 'r', HostId: 'h' } }
}

function no(code: string, message = `the text of ${code}`): ProviderAnswer<PhoneMessage> {
  return { status: 200, refused: code, body: { Code: code, Message: message, RequestId: 'r' } }
}
