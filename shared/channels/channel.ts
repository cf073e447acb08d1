import type { Chance, Clock, Millis } from '../base/time.ts'
import type { EventSettings, Notification } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { SecretBox } from '../secret/seal.ts'

/** What a channel setting is: validation, masking in `GET /api/v1/config` and the console's form derive from it. */
export interface ChannelField {
  name: string
  /** Sealed at rest, shown as `<secret>`. */
  secret: boolean
  /** Says where it is sent to, as a URL or a name: elsewhere, no stored secret of this channel is used. */
  address?: true
}

/** What a kind of channel is, without what sends: `api` needs this and must not bundle the rest. */
export interface ChannelKind<Settings> {
  type: string
  /** It is told the life cycle of incidents, and nothing else. */
  events?: true
  fields: readonly ChannelField[]
  /** Settings as the user wrote them, or the problems with the path of each. */
  parse(
    settings: unknown,
  ): { ok: true; settings: Settings } | { ok: false; problems: { path: string; message: string }[] }
  /** How long one send may take. */
  timeoutMs(settings: Settings): number
  /** How it writes events; kept with each attempt, so it holds no secret. Every kind with `events` has it. */
  eventSettings?(settings: Settings): EventSettings
}

/** One attempt. It never throws for what a target does: every answer has an outcome. */
export type Send<Settings> = (settings: Settings, what: ToSend, by: SendDeps) => Promise<Outcome>

export interface ToSend {
  /** Same on every attempt of this content: `webhook-id`. */
  id: string
  account: string
  notification: Notification
  /** The send is given up at this moment of the clock and is then `ambiguous`. */
  giveUpAt: Millis
  /** When this attempt was claimed. */
  begunAt: Millis
}

/** What signs a request to AWS. */
export interface AwsKeys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** What a function on AWS runs as, and where it is told to find AWS, if not in the usual place. */
export interface AwsRole extends AwsKeys {
  endpoint?: string
}

export interface SendDeps {
  clock: Clock
  chance: Chance
  /** Names the account in the hops of what it passes on. */
  secrets: Pick<SecretBox, 'mac'>
  /** Base of links in messages (Alertmanager's externalURL). */
  publicUrl: string
  /** The only way out to the network: it refuses addresses that are not allowed. */
  request: Outbound
  /** The function's own, on AWS; elsewhere there is none. */
  role?: () => AwsRole | undefined
}

export interface OutboundRequest {
  url: string
  method: 'POST' | 'GET' | 'PUT'
  headers: Record<string, string>
  body: string
  giveUpAt: Millis
  /** Never in the clear, unless the operator opened the target. */
  secure?: true
}

export type OutboundResult =
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: string }
  /** Nothing was written to the target: it surely did not take it. */
  | { kind: 'unsent'; reason: 'connection' | 'forbiddenTarget'; detail: string }
  /** The request may have been taken: time-out or broken connection after it was written. */
  | { kind: 'unknown'; reason: 'timeout' | 'connection'; detail: string }

export type Outbound = (request: OutboundRequest) => Promise<OutboundResult>
