import { MINUTE, SECOND } from '../../shared/base/time.ts'
import { amzDate, expectedSignature, readClaim } from './aws-signature.ts'
import {
  type Provider,
  type ProviderAnswer,
  type ProviderOptions,
  type ProviderRequest,
  parseJson,
  startProvider,
} from './provider.ts'

/*
 * Amazon EventBridge, limited to `PutEvents`
 * (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html). Like the real service, this fake
 * answers for an unknown bus as if the event were accepted, and drops the event.
 */

/** As rules and targets get the event. */
export interface AwsEvent {
  bus: string
  source: string
  'detail-type': string
  /** Seconds since 1970. */
  time: number
  detail: Record<string, unknown>
}

export interface AwsKey {
  secretAccessKey: string
  sessionToken?: string
  /** Buses on which the key may put events. */
  buses: string[]
}

export interface AwsOptions extends Omit<ProviderOptions<AwsEvent>, 'answer' | 'errorBody'> {
  region: string
  /** By access key id. */
  keys: Record<string, AwsKey>
  /** Existing buses. */
  buses: string[]
}

const MOST_ENTRIES = 10
const REQUEST_BYTES = 256 * 1024
const MOST_SKEW_MS = 5 * MINUTE

interface Entry {
  Source?: string
  DetailType?: string
  Detail?: string
  EventBusName?: string
  Time?: number
}

export async function startAwsEventBridge(options: AwsOptions): Promise<Provider<AwsEvent>> {
  return await startProvider({
    ...options,
    errorBody: (status) => ({ __type: status < 500 ? 'ThrottlingException' : 'InternalException', message: '' }),
    answer: (request) => {
      const code = refusal(request, options) ?? bodyRefusal(request.text) ?? forbidden(request, options)
      return code === undefined ? put(request, options) : refuse(code)
    },
  })
}

/** The protocol, JSON 1.1, has one status for every fault of the client. */
function refuse(code: string): ProviderAnswer<AwsEvent> {
  return { status: 400, refused: code, body: { __type: code, message: `the text of ${code}` } }
}

function refusal(request: ProviderRequest, { keys, region }: AwsOptions): string | undefined {
  const { method, path, headers, now } = request
  if (method !== 'POST' || path !== '/') return 'UnknownOperationException'
  if (headers['x-amz-target'] !== 'AWSEvents.PutEvents') return 'UnknownOperationException'
  const claimed = readClaim(headers.authorization)
  if (claimed === undefined) return 'IncompleteSignatureException'
  const key = keys[claimed.accessKeyId]
  if (key === undefined || headers['x-amz-security-token'] !== key.sessionToken) return 'UnrecognizedClientException'
  if (claimed.region !== region || claimed.service !== 'events') return 'InvalidSignatureException'
  const needed = ['host', 'x-amz-date', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))]
  if (!needed.every((name) => claimed.signedHeaders.includes(name))) return 'InvalidSignatureException'
  if (claimed.signature !== expectedSignature(request, claimed, key.secretAccessKey)) return 'InvalidSignatureException'
  const date = headers['x-amz-date'] ?? ''
  if (!(Math.abs(amzDate(date) - now) <= MOST_SKEW_MS)) return 'InvalidSignatureException'
  if (!date.startsWith(claimed.date)) return 'InvalidSignatureException'
  return headers['content-type'] === 'application/x-amz-json-1.1' ? undefined : 'UnknownOperationException'
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html: the counted bytes of an entry. */
function entryBytes({ Source = '', DetailType = '', Detail = '', Time }: Entry): number {
  return Buffer.byteLength(Source + DetailType + Detail) + (Time === undefined ? 0 : 14)
}

function bodyRefusal(text: string): string | undefined {
  const { Entries: entries } = (parseJson(text) ?? {}) as { Entries?: Entry[] }
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > MOST_ENTRIES) return 'ValidationException'
  return entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > REQUEST_BYTES ? 'ValidationException' : undefined
}

function forbidden({ text, headers }: ProviderRequest, { keys }: AwsOptions): string | undefined {
  const { Entries } = JSON.parse(text) as { Entries: Entry[] }
  const may = keys[readClaim(headers.authorization)!.accessKeyId]!.buses
  return Entries.every((entry) => may.includes(busOf(entry))) ? undefined : 'AccessDeniedException'
}

function busOf({ EventBusName = 'default' }: Entry): string {
  return EventBusName.replace(/^arn:.*:event-bus\//, '')
}

function put({ text, now, failing }: ProviderRequest, { buses }: AwsOptions): ProviderAnswer<AwsEvent> {
  const { Entries } = JSON.parse(text) as { Entries: Entry[] }
  const codes = Entries.map((entry) => entryFault(entry) ?? failing)
  const kept = Entries.filter((entry, index) => codes[index] === undefined && buses.includes(busOf(entry)))
  return {
    status: 200,
    ...(codes[0] === undefined ? {} : { refused: codes[0] }),
    kept: kept.map((entry) => ({
      bus: busOf(entry),
      source: entry.Source!,
      'detail-type': entry.DetailType!,
      time: entry.Time ?? Math.floor(now / SECOND),
      detail: JSON.parse(entry.Detail!),
    })),
    body: {
      FailedEntryCount: codes.filter((code) => code !== undefined).length,
      Entries: codes.map((code, index) =>
        code === undefined ? { EventId: `event-${now}-${index}` } : { ErrorCode: code, ErrorMessage: `of ${code}` },
      ),
    },
  }
}

function entryFault({ Source, DetailType, Detail }: Entry): string | undefined {
  if (!Source || !DetailType || !Detail || DetailType.length > 128 || Source.length > 256) return 'InvalidArgument'
  if (Source.startsWith('aws.')) return 'NotAuthorizedForSourceException'
  const detail = parseJson(Detail)
  return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? undefined : 'MalformedDetail'
}
