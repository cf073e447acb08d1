import type { Millis } from '../base/time.ts'
import type { EventSettings } from '../delivery/delivery.ts'
import type { User } from '../people/user.ts'
import type { Problem } from '../problem/problem.ts'
import type { Rate } from '../rate/rate.ts'
import type { Fields, Settings, SettingsOf } from '../settings/field.ts'
import { type ReadSettings, settingsReader } from '../settings/read.ts'
import type { ContentForm } from './content-form.ts'

/**
 * What a kind needs of a user to send to the user: `user` the id alone. `none`: messages go to the channel itself, and
 * no policy names users for it.
 */
export type Recipients = 'none' | 'phone' | 'email' | 'user'

/** A kind of channel as data. Shared code asks these answers, and never asks which kind a channel is of. */
export interface ChannelDescription {
  /** `type` of the channels in the document. */
  type: string
  /** Type of the kind that this kind is another name of. */
  sameAs?: string
  /** Name in forms and in the OpenAPI document. */
  label: string
  fields: Fields
  /**
   * A channel with these settings is sent life-cycle events and no notifications. Settings of a document may be of any
   * form. Absent: no channel of the kind is.
   */
  lifecycle?(settings: Settings): boolean
  recipients: Recipients
  /** For `phone`: what the user has to agree to. */
  consent?: 'sms' | 'voice'
  /** Whether a channel reaches somebody when a policy names no user for it. */
  reachesAlone(settings: Settings): boolean
  /**
   * Alerts in a notification at most, by the settings; the notification says the number of further alerts, and those
   * count as told. For kinds that people read, and for a limit that a user set. Absent, or undefined: a machine reads,
   * so every alert that counts as told is in a body, in several bodies where one would be too large.
   */
  mostAlerts?(settings: Settings): number | undefined
  /** Bytes of alerts in a message at most, where targets of the kind take less than a body may have. */
  bodyBytes?(settings: Settings): number | undefined
  /** Alerts in a delivery at most, where a target is told of each alert by itself (`Channel` in `config/config.ts`). */
  partAlerts?(settings: Settings): number | undefined
  /** The form of content templates. Absent: the kind has none. */
  content?: ContentForm
  /** The limit that the provider sets, by settings in plain text and the user whom a message is for. Absent: none. */
  rate?(settings: Settings, recipient: User | undefined): Rate | undefined
  /** Readers for a message to call by name: single people, or every reader of the chat too. Absent: nobody. */
  mentions?: 'users' | 'all'
  /** Targets with the settings keep an incident of their own for each incident (`Channel` in `config/config.ts`). */
  keepsIncidents?(settings: Settings): boolean
  /** Absent: Alertmanager has no such receiver, and the kind is left out of a rendered alertmanager.yml. */
  alertmanager?: AlertmanagerReceiver
  /** Settings in plain text, with defaults, or the problems with the path of each. */
  parse(given: unknown): ReadSettings
}

/** A channel as an entry in a receiver of alertmanager.yml. */
export interface AlertmanagerReceiver {
  /** List in the receiver: `webhook_configs`. */
  list: string
  /** The entry without `send_resolved`; `masked` has every secret as `<secret>`. */
  render(masked: Settings): Settings
}

/** A kind whose settings have a type, as the kind's sender and `channelType` need the kind. */
export interface ChannelKind<S extends Settings> extends ChannelDescription {
  parse(given: unknown): ReadSettings<S>
  reachesAlone(settings: S): boolean
  keepsIncidents?(settings: S): boolean
  mostAlerts?(settings: S): number | undefined
  bodyBytes?(settings: S): number | undefined
  partAlerts?(settings: S): number | undefined
  rate?(settings: S, recipient: User | undefined): Rate | undefined
  /** Longest time of a single send. */
  timeoutMs: (settings: S) => Millis
  /** Settings of written events. Every attempt keeps a copy, so no secret is among the values. Present with `lifecycle`. */
  eventSettings?: (settings: S) => EventSettings
}

export interface KindDeclaration<F extends Fields>
  extends Pick<
    ChannelKind<SettingsOf<F>>,
    | 'type'
    | 'sameAs'
    | 'label'
    | 'lifecycle'
    | 'content'
    | 'mentions'
    | 'keepsIncidents'
    | 'alertmanager'
    | 'consent'
    | 'mostAlerts'
    | 'bodyBytes'
    | 'partAlerts'
    | 'rate'
    | 'timeoutMs'
    | 'eventSettings'
  > {
  fields: F
  /** Absent: `none`. */
  recipients?: Recipients
  /** Absent: a channel with recipients reaches nobody alone. */
  reachesAlone?: (settings: SettingsOf<F>) => boolean
  /** Problems between fields, from the settings as they were given. */
  check?: (given: Settings) => Problem[]
}

/** Schema and flags of a kind follow from the declaration, so a schema or a flag cannot be forgotten. */
export function channelKind<const F extends Fields>(declared: KindDeclaration<F>): ChannelKind<SettingsOf<F>> {
  const { check, recipients = 'none', reachesAlone = () => recipients === 'none', ...kind } = declared
  return { ...kind, recipients, reachesAlone, parse: settingsReader(kind.fields, check) }
}
