/**
 * The names of a group's targets. A channel that is notified goes by its id; the same channel may be told
 * life-cycle events besides, and that is another target. The account's forwarding is one more. Ids of
 * channels hold no colon and begin with no underscore alone, so the three never meet.
 */
const LIFECYCLE = 'lifecycle:'

export const FORWARD_TARGET = 'forward:'

export function lifecycleTarget(channel: string): string {
  return LIFECYCLE + channel
}

/** The channel that a target is sent through. */
export function channelOf(target: string): string {
  return target.startsWith(LIFECYCLE) ? target.slice(LIFECYCLE.length) : target
}
