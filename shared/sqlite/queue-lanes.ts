/** The messages of an account that wait for each other: those to one channel. A message without a lane has the lane ''. */
export interface Lane {
  account: string
  lane: string
}

/**
 * Whether one message more of a lane may be taken; the answer `free` counts the message as taken. An account that is
 * full has no room in any lane.
 */
export type Room = (lane: Lane) => 'free' | 'lane full' | 'account full'
