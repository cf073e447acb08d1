import type { Fingerprint } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import { inhibitedBy } from '../inhibition/inhibition.ts'
import type { SourceEntry } from '../inhibition/source.ts'
import type { MuteReason } from '../reason/reason.ts'
import type { CompiledConfig } from '../routing/compile.ts'
import type { ActiveSilence } from '../silence/active.ts'
import { intervalsMuting } from './intervals.ts'

/** The facts on which muting depends at a moment. `load.ts` reads the stored part. */
export interface MutingFacts {
  silences: readonly ActiveSilence[]
  /** Inhibition sources by key, at least under every key that an alert in question has as a target. */
  sources: ReadonlyMap<string, readonly SourceEntry[]>
  config: Pick<CompiledConfig, 'inhibition' | 'inInterval'>
  now: Millis
}

/**
 * Silences, inhibition, mute and active time intervals at a moment, as answers about alerts and policies.
 * The lists are complete, as in `status` of the Alertmanager API; `reasonsOf` names a single reason.
 */
export interface Muting {
  /** Ids of every active silence that matches the labels. */
  silencedBy(labels: Labels): string[]
  /** The alert that inhibits: a single one at most, as Alertmanager reports. */
  inhibitedBy(fingerprint: Fingerprint, labels: Labels): Fingerprint[]
  /** Names of every time interval that mutes the policy: the active intervals, or else the mute intervals. */
  mutedBy(policy: MutedPolicy): string[]
  /**
   * The reason why an alert of the policy is held back, `undefined` for an alert that may be told. The first
   * of several reasons, in the order of Alertmanager's pipeline: inhibition, active intervals, mute
   * intervals, silences.
   */
  reasonsOf(policy: MutedPolicy): AlertMuting
}

export type MutedPolicy = Pick<Policy, 'activeTimes' | 'muteTimes'>

export type AlertMuting = (fingerprint: Fingerprint, labels: Labels) => MuteReason | undefined

export function createMuting({ silences, sources, config, now }: MutingFacts): Muting {
  const inhibition = (fingerprint: Fingerprint, labels: Labels) => {
    for (const { key, rule, twoSided } of config.inhibition.targets(labels)) {
      const source = inhibitedBy(sources.get(key) ?? [], { fingerprint, twoSided }, now)
      if (source !== undefined) return { code: 'inhibited' as const, source, rule }
    }
    return undefined
  }
  return {
    silencedBy: (labels) => silences.filter(({ matches }) => matches(labels)).map(({ id }) => id),
    inhibitedBy: (fingerprint, labels) => {
      const inhibited = inhibition(fingerprint, labels)
      return inhibited === undefined ? [] : [inhibited.source]
    },
    mutedBy: (policy) => intervalsMuting(policy, config.inInterval, now)?.names ?? [],
    reasonsOf: (policy) => {
      const byInterval = intervalsMuting(policy, config.inInterval, now)?.reason
      return (fingerprint, labels) => {
        const reason = inhibition(fingerprint, labels) ?? byInterval
        if (reason !== undefined) return reason
        const silence = silences.find(({ matches }) => matches(labels))
        return silence === undefined ? undefined : { code: 'silenced', silence: silence.id }
      }
    },
  }
}
