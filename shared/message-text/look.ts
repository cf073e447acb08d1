import type { Level } from '../alert/level.ts'
import type { Status } from '../message-view/view.ts'

/** How a message looks. A kind of channel that has colours of its own chooses by `name`. */
export interface Look {
  name: Level | 'resolved'
  /** `#RRGGBB` */
  color: string
  /** Colour of letters on a ground of the colour. */
  ink: string
  /** A coloured sign, for places without colours. */
  icon: string
}

/** The colours of firing and resolved alerts are those of Log Service's own messages. */
const FIRING: Readonly<Record<Level, Look>> = {
  P1: { name: 'P1', color: '#E03C39', ink: '#FFFFFF', icon: '🔴' },
  P2: { name: 'P2', color: '#F08300', ink: '#1D1D1D', icon: '🟠' },
  P3: { name: 'P3', color: '#D9A400', ink: '#1D1D1D', icon: '🟡' },
  P4: { name: 'P4', color: '#3B82F6', ink: '#FFFFFF', icon: '🔵' },
}
const RESOLVED: Look = { name: 'resolved', color: '#72C140', ink: '#1D1D1D', icon: '✅' }

export function lookOf({ status, level }: { status: Status; level: Level }): Look {
  return status === 'firing' ? FIRING[level] : RESOLVED
}
