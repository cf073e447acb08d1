import type { LifecycleType } from '../../../../shared/delivery/delivery.ts'
import type { Reason } from '../../../../shared/reason/reason.ts'
import { renderReason } from '../../../../shared/reason/render.ts'
import { failureText, sentTexts } from './sent.ts'

/** A reason of the timeline in English: the text of the API, with words in the place of its codes. */
export function reasonInEnglish(reason: Reason): string {
  if (reason.code === 'failed') return failureText(sentTexts.en.failures, reason)
  if (reason.code === 'event') return EVENTS[reason.event]
  return WORDS[reason.code] ?? renderReason(reason)
}

const EVENTS: Record<LifecycleType, string> = {
  create: 'triggered',
  claim: 'claimed',
  comment: 'commented on',
  close: 'cleared',
}

const WORDS: Partial<Record<Reason['code'], string>> = {
  first: 'first message',
  'new-alerts': 'new alerts',
  'all-resolved': 'all resolved',
  'some-resolved': 'some resolved',
}
