import { never } from '../base/never.ts'
import type { MuteReason } from './reason.ts'

/** The English text of a reason. Only this file builds such texts, and no code parses a text. */
export function renderReason(reason: MuteReason): string {
  switch (reason.code) {
    case 'inhibited':
      return `inhibited by ${reason.source}`
    case 'outsideActiveIntervals':
      return `outside active interval ${reason.intervals.join(', ')}`
    case 'mutedByInterval':
      return `muted by interval ${reason.interval}`
    case 'silenced':
      return `silenced by ${reason.silence}`
    default:
      return never(reason)
  }
}
