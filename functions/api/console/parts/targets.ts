import type { Channel } from '../../../../shared/config/config.ts'
import { parseTargetKey } from '../../../../shared/delivery/target.ts'
import type { CompiledConfig } from '../../../../shared/routing/compile.ts'

/** The words for a target or a channel, by the key of the target. */
export type NameTarget = (key: string) => string

/** A channel by its name, with the id that the API, the log and messages have. */
export function channelWords({ id, name = id }: Pick<Channel, 'id' | 'name'>): string {
  return name === id ? id : `${name} (${id})`
}

/** A channel that is gone, and the forwarding of the account, keep the id. */
export function targetNames({ channel }: Pick<CompiledConfig, 'channel'>): NameTarget {
  return (key) => {
    const { channel: id, user } = parseTargetKey(key)
    const words = channelWords(channel(id) ?? { id })
    return user === undefined ? words : `${words} · ${user}`
  }
}
