import type { Millis } from '../base/time.ts'

/**
 * Total order of the alerts of an account, independent of the order in the queue: by time of receipt, then by message
 * and place in the message.
 */
export interface Stamp {
  readonly at: Millis
  readonly tie: string
}

export function compareStamps(a: Stamp, b: Stamp): number {
  if (a.at !== b.at) return a.at - b.at
  return a.tie < b.tie ? -1 : a.tie > b.tie ? 1 : 0
}
