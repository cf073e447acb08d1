import type { Millis } from '../base/time.ts'
import type { EventSettings } from '../delivery/delivery.ts'
import type { User } from '../people/user.ts'
import type { Problem } from '../problem/problem.ts'
import type { Rate } from '../rate/rate.ts'
import type { Settings } from '../settings/field.ts'
import type { ChannelDescription, ChannelKind } from './kind.ts'
import type { Send, SendDeps, Sent, ToSend } from './send.ts'

/** An entry of the registry: a kind of channel, and the way to the kind's sender. */
export interface ChannelType {
  kind: ChannelDescription
  /** Loads the sender's module. The promise rejects when the module is not there. */
  load(): Promise<ChannelSender>
}

export interface ChannelSender {
  /** `settings`: in plain text. */
  prepare(settings: Settings): PreparedSend | { ok: false; problems: Problem[] }
}

/** A sender together with settings that were read. */
export interface PreparedSend {
  ok: true
  timeoutMs: Millis
  /** In plain text, with defaults. */
  settings: Settings
  /** Present for channels that are sent life-cycle events. */
  events?: EventSettings
  /** The limit that the provider sets to the messages for the user, or for the channel itself. */
  rate(recipient: User | undefined): Rate | undefined
  send(content: ToSend, deps: SendDeps): Promise<Sent>
}

/**
 * Ties a kind to the sender that takes the settings of this very kind: another sender is an error of types. Here
 * the type of the settings ends; callers pass plain settings and get a function that sends.
 */
export function channelType<S extends Settings>(
  kind: ChannelKind<S>,
  load: () => Promise<Send<NoInfer<S>>>,
): ChannelType {
  return {
    kind,
    async load() {
      const send = await load()
      return {
        prepare(settings) {
          const parsed = kind.parse(settings)
          if (!parsed.ok) return parsed
          return {
            ok: true,
            timeoutMs: kind.timeoutMs(parsed.settings),
            settings: parsed.settings,
            events: kind.lifecycle?.(parsed.settings) ? kind.eventSettings?.(parsed.settings) : undefined,
            rate: (recipient) => kind.rate?.(parsed.settings, recipient),
            send: (content, deps) => send(parsed.settings, content, deps),
          }
        },
      }
    },
  }
}
