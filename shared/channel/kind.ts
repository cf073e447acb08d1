import type { EventSettings } from '../delivery/delivery.ts'
import type { ChannelField } from '../settings/field.ts'

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
