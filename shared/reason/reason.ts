import type { Fingerprint } from '../alert/alert.ts'

/** The reason why an alert is held back at a moment: a closed code and the values of that code. */
export type MuteReason =
  /** `source`: the alert that inhibits; `rule`: the id of the inhibit rule. */
  | { code: 'inhibited'; source: Fingerprint; rule: string }
  /** `intervals`: every active interval of the policy; the moment lies outside of every interval. */
  | { code: 'outsideActiveIntervals'; intervals: string[] }
  /** `interval`: the first mute interval of the policy that contains the moment. */
  | { code: 'mutedByInterval'; interval: string }
  /** `silence`: the id of the first active silence that matches. */
  | { code: 'silenced'; silence: string }
