/** A part of the host that works by itself, as the watch sees it. */
export interface WatchedPart {
  name: string
  /** Work is under way or waits. */
  hasWork(): boolean
  /** A number that grows whenever work begins or ends. */
  progress(): number
}

/** The same function, and its part for the watch. `waits`: there is work that did not begin. */
export function watched<Args extends unknown[], Result>(
  name: string,
  run: (...args: Args) => Promise<Result>,
  waits: () => boolean,
): { run: (...args: Args) => Promise<Result>; part: WatchedPart } {
  let [begun, ended] = [0, 0]
  return {
    async run(...args) {
      begun++
      try {
        return await run(...args)
      } finally {
        ended++
      }
    },
    part: { name, hasWork: () => begun > ended || waits(), progress: () => begun + ended },
  }
}
