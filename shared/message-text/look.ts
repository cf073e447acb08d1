import type { Level } from '../alert/level.ts'
import type { Status } from '../message-view/view.ts'

/** The colour of a message, `#RRGGBB`, and a coloured sign for places without colours. */
export interface Look {
  color: string
  icon: string
}

/** The colours of firing and resolved alerts are those of Log Service's own messages. */
const FIRING: Readonly<Record<Level, Look>> = {
  P1: { color: '#E03C39', icon: '🔴' },
  P2: { color: '#F08300', icon: '🟠' },
  P3: { color: '#E6B800', icon: '🟡' },
  P4: { color: '#3B82F6', icon: '🔵' },
}
const RESOLVED: Look = { color: '#72C140', icon: '✅' }

export function lookOf({ status, level }: { status: Status; level: Level }): Look {
  return status === 'firing' ? FIRING[level] : RESOLVED
}
