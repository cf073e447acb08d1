import { createHmac } from 'node:crypto'
import { MINUTE } from '../../shared/base/time.ts'
import {
  type Provider,
  type ProviderAnswer,
  type ProviderOptions,
  type ProviderRequest,
  parseJson,
  startProvider,
} from './provider.ts'

/*
 * Alibaba Cloud's EventBridge, limited to `PutEvents`, as the documentation and the official clients describe the
 * protocol (https://www.alibabacloud.com/help/en/eventbridge/error-codes). Neither source names the codes for a
 * skewed clock, for an unknown bus and for a request of too large a size: here these codes are a guess.
 */

/** As consumers get the event: with the attributes written by the bus. */
export interface AlibabaEvent extends Record<string, unknown> {
  id: string
  type: string
  data: unknown
}

export interface AlibabaOptions extends Omit<ProviderOptions<AlibabaEvent>, 'answer' | 'errorBody'> {
  accessKeyId: string
  accessKeySecret: string
  /** Of temporary keys, which are refused without it. */
  securityToken?: string
  /** Buses, each with its event sources. */
  buses: Record<string, string[]>
}

const REGION = 'cn-hangzhou'
const ACCOUNT = '1100000000000001'
const MOST_EVENTS = 16
const EVENT_BYTES = 64 * 1024
const REQUEST_BYTES = 256 * 1024
const MOST_SKEW_MS = 15 * MINUTE

export async function startAlibabaEventBridge(options: AlibabaOptions): Promise<Provider<AlibabaEvent>> {
  const nonces = new Set<string>()
  return await startProvider({
    ...options,
    errorBody: (status) => ({
      code: status === 429 ? 'TooManyRequests' : 'InternalError',
      message: '',
      requestId: 'R',
    }),
    answer: (request) => {
      const wrong = refusal(request, options, nonces) ?? bodyRefusal(request.text)
      return wrong === undefined ? put(request, options) : refuse(...wrong)
    },
  })
}

type Wrong = [status: number, code: string]

function refuse(status: number, code: string): ProviderAnswer<AlibabaEvent> {
  return { status, refused: code, body: { code, message: `the text of ${code}`, requestId: 'R' } }
}

function refusal(request: ProviderRequest, options: AlibabaOptions, nonces: Set<string>): Wrong | undefined {
  const { method, path, headers, now } = request
  if (method !== 'POST' || path !== '/openapi/putEvents') return [404, 'InvalidAction.NotFound']
  const [, id, signature] = /^acs:([^:]+):(.+)$/.exec(headers.authorization ?? '') ?? []
  if (id !== options.accessKeyId) return [403, 'InvalidAccessKeyId']
  if (signature !== signatureOf(request, options.accessKeySecret)) return [403, 'SignatureDoesNotMatch']
  const skewMs = Math.abs(Date.parse(headers.date ?? '') - now)
  if (!(skewMs <= MOST_SKEW_MS)) return [403, 'InvalidTimeStamp.Expired']
  const token = headers['x-acs-security-token']
  if (token !== options.securityToken) return [403, token === undefined ? 'InvalidAccessKeyId' : 'InvalidSecurityToken']
  if (token !== undefined && headers['x-acs-accesskey-id'] !== id) return [403, 'InvalidAccessKeyId']
  const nonce = headers['x-acs-signature-nonce'] ?? ''
  if (nonce === '' || nonces.has(nonce)) return [403, 'SignatureNonceUsed']
  nonces.add(nonce)
  if (headers['x-eventbridge-version'] !== '2015-06-06') return [400, 'InvalidVersion']
  if (headers['content-type'] !== 'application/cloudevents-batch+json; charset=utf-8')
    return [400, 'InvalidContentType']
  return undefined
}

/** A second implementation of the signature, written from the protocol and apart from the code under test. */
function signatureOf({ method, path, headers }: ProviderRequest, secret: string): string {
  const lines = [method, headers['content-md5'] ?? '', headers['content-type'] ?? '', headers.date ?? '']
  for (const name of Object.keys(headers).sort()) {
    if (name.startsWith('x-acs-')) lines.push(`${name}:${headers[name]?.trim()}`)
  }
  return createHmac('sha1', secret)
    .update([...lines, path].join('\n'))
    .digest('base64')
}

function bodyRefusal(text: string): Wrong | undefined {
  if (Buffer.byteLength(text) > REQUEST_BYTES) return [400, 'EventBodyTooLarge']
  const events = parseJson(text)
  if (!Array.isArray(events) || events.length === 0) return [400, 'InvalidEvents']
  if (events.length > MOST_EVENTS) return [400, 'TooManyEvents']
  if (events.some((event) => Buffer.byteLength(JSON.stringify(event)) > EVENT_BYTES)) return [400, 'EventBodyTooLarge']
  return events.every(isEvent) ? undefined : [400, 'InvalidEvents']
}

/** Checks that the official clients make before a send. */
function isEvent(event: Record<string, unknown> | null): boolean {
  const { specversion, id, source, type } = event ?? {}
  if (specversion !== '1.0' || typeof id !== 'string' || id === '') return false
  return typeof source === 'string' && /^.{1,128}$/.test(source) && typeof type === 'string' && /^.{1,64}$/.test(type)
}

function put({ text, now, failing }: ProviderRequest, { buses }: AlibabaOptions): ProviderAnswer<AlibabaEvent> {
  const events = JSON.parse(text) as AlibabaEvent[]
  const codes = events.map(({ source, aliyuneventbusname }) => {
    const sources = buses[String(aliyuneventbusname ?? 'default')]
    if (sources === undefined) return 'EventBusNotExist'
    return sources.includes(String(source)) ? failing : 'EventSourceNotExist'
  })
  return {
    status: 200,
    ...(codes[0] === undefined ? {} : { refused: codes[0] }),
    kept: events.filter((_, index) => codes[index] === undefined).map((event) => ({ ...event, ...stamps(now) })),
    body: {
      RequestId: 'R',
      ResourceOwnerAccountId: ACCOUNT,
      FailedEntryCount: codes.filter((code) => code !== undefined).length,
      EntryList: events.map(({ id }, index) => ({
        EventId: id,
        TraceId: `T-${id}`,
        ErrorCode: codes[index] ?? null,
        ErrorMessage: codes[index] === undefined ? null : `the text of ${codes[index]}`,
      })),
    },
  }
}

function stamps(now: number): object {
  return {
    aliyunregionid: REGION,
    aliyunaccountid: ACCOUNT,
    aliyunoriginalaccountid: ACCOUNT,
    aliyunpublishtime: new Date(now).toISOString(),
    aliyunpublishaddr: '127.0.0.1',
  }
}
