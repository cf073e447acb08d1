import type { Millis } from '../base/time.ts'

/** Total order of alerts of one account, whatever order the queue brings: when received, then message and place. */
export interface Stamp {
  readonly at: Millis
  readonly tie: string
}

export function compareStamps(a: Stamp, b: Stamp): number {
  if (a.at !== b.at) return a.at - b.at
  return a.tie < b.tie ? -1 : a.tie > b.tie ? 1 : 0
}
