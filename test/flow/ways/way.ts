import type { Clock } from '../../../shared/base/time.ts'

/** One message as a way out brought the message. */
export interface Told {
  /** Ids of the users who got the message, or whom the message calls by name. */
  to: string[]
  /** Everything that a reader sees, or the body that a machine gets. */
  text: string
}

/** A channel of the walk, its fake provider, and the messages that the provider took. */
export interface Way {
  /** The channel as the API takes the channel. */
  channel: { id: string; type: string } & Record<string, unknown>
  /** The people of an action: people who get a message each, people who are called by one message, or nobody. */
  names: 'people' | 'called' | 'nobody'
  /** Of the channel; absent: each reader has a language of their own, or a machine reads. */
  language?: 'en' | 'zh'
  /** Sent life-cycle events instead of notifications. */
  lifecycle?: true
  told(): Told[]
  /** Codes of what the provider refused. */
  refused(): string[]
  stop(): Promise<void>
}

export const LANGUAGES = ['en', 'zh'] as const

/** The users of the walk, by the names under which each way knows them. */
export interface Person {
  id: string
  mailbox: string
  number: string
  chats: Record<'dingtalk' | 'wecom' | 'lark' | 'slack' | 'discord' | 'telegram' | 'teams', string>
}

export type OpenWays = (clock: Clock, people: readonly Person[]) => Promise<Way[]>

export function idsOf(people: readonly Person[], known: (person: Person) => boolean): string[] {
  return people.filter(known).map(({ id }) => id)
}

export function refusedBy({ attempts }: { attempts: readonly { came: string }[] }): string[] {
  return attempts.flatMap(({ came }) => (came === 'taken' ? [] : [came]))
}
