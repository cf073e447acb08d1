import type { TemplateFile } from '../alertmanager-template/templates.ts'
import type { AwsKeys } from '../aws/signature.ts'
import type { Chance, Clock, Millis } from '../base/time.ts'
import type { Notification } from '../delivery/delivery.ts'
import type { DetailsPage } from '../delivery/details-page.ts'
import type { Inbox } from '../delivery/inbox-message.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { ShownMessage } from '../delivery/shown-message.ts'
import type { Connect } from '../outbound/mail.ts'
import type { Outbound } from '../outbound/request.ts'
import type { User } from '../people/user.ts'
import type { SecretBox } from '../secret/seal.ts'

/** Makes a single attempt. A sender never throws because of a target: every answer has an outcome. */
export type Send<Settings> = (settings: Settings, content: ToSend, deps: SendDeps) => Promise<Sent>

/** `restMs`: the provider says that it takes nothing more for so long. Only of kinds with a rate. */
export type Sent = Outcome & { restMs?: Millis }

export interface ToSend {
  /** The same on every attempt at this content: `webhook-id`. */
  id: string
  account: string
  notification: Notification
  /**
   * The deliveries of a digest, with the one of `notification` first: they waited for a slot in the rate of the provider,
   * and one message tells of all. Only for kinds whose rate has a `digest`. Absent: the message tells of `notification`.
   */
  digest?: readonly Pick<ToSend, 'id' | 'notification'>[]
  /** The user whom the message is for. Absent: the channel itself. */
  recipient?: User
  /** The moment at which the send is given up; the outcome is then `ambiguous`. */
  giveUpAt: Millis
  /** The moment at which this attempt was claimed. */
  begunAt: Millis
  /** The message in the words of a content template. Absent: the kind's built-in text. */
  rendered?: Rendered
  /** Messages of `rendered.single` that an earlier attempt at this content surely sent, from the first. */
  done?: number
  /** A line that the built-in text has to show: the reason why a content template was not used. */
  note?: string
  /** People for the message to call by name. Kinds without mentions leave the people out. */
  mention?: Mentioned
  /** The page of the incident that the action of the policy wants. Absent: the one of the channel's settings. */
  details?: DetailsPage
  /** The account's files of Alertmanager's templates, for kinds with such templates in their settings. */
  templateFiles?: readonly TemplateFile[]
}

export interface Mentioned {
  users: readonly User[]
  /** Every reader of the chat. */
  all: boolean
}

/** The words of a content template, as the kind sends the words: values of alerts are escaped, and the size fits. */
export interface Rendered {
  /** Title or subject, one line. Absent: the title of the built-in text. */
  title?: string
  content: string
  /**
   * Messages that are sent one by one in the place of `content`, each under an id of its own: the same id for the same
   * state of its alerts, in any delivery.
   */
  single?: readonly RenderedMessage[]
}

/** `title`: as of `Rendered`, where each message has a title of its own. */
export interface RenderedMessage {
  id: string
  title?: string
  content: string
}

/** Services of AWS that channels send to, by the first part of their host names. */
export type AwsService = 'events' | 'email' | 'sns' | 'lambda'

/** The role of a function on AWS, with the endpoints of services where an endpoint is not the usual one. */
export interface AwsRole extends AwsKeys {
  endpoints?: Partial<Record<AwsService, string | undefined>>
}

/** The message that the target shows for an incident, for chats that change a message. Both may throw `Unavailable`. */
export interface Shown {
  read(): Promise<ShownMessage | undefined>
  write(message: ShownMessage): Promise<void>
}

export interface SendDeps {
  clock: Clock
  chance: Chance
  /** Names the account in the hops of forwarded alerts, and signs links. */
  secrets: Pick<SecretBox, 'mac'>
  /** Base of links in messages (Alertmanager's externalURL). */
  publicUrl: string
  /** The address that this host has in its network; absent where the host knows none. */
  hostAddress?: string
  /** Absent: a host without a table, such as a test of a channel. */
  shown?: Shown
  /** The only way out to the network: addresses that are not allowed are refused. */
  request: Outbound
  /** The same for mail servers. Absent: this host sends no mail over SMTP. */
  connect?: Connect
  /** The message centre. Absent: this host keeps no messages for users. */
  inbox?: Inbox
  /** The role of the function itself, on AWS; absent elsewhere. */
  role?: () => AwsRole | undefined
}
