import type { Chance, Clock, Millis } from '../base/time.ts'
import type { Notification } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Outbound } from '../outbound/request.ts'
import type { SecretBox } from '../secret/seal.ts'

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
