import type { PageAsk } from '../page/ask.ts'
import type { Html } from '../page/html.ts'
import { tabs } from '../parts/controls.ts'

/** The tabs of the recipients. */
export function recipientTabs({ text, base }: PageAsk, now: 'users' | 'groups' | 'duty'): Html {
  const words = text.recipients.tabs
  return tabs(text.places.recipients, [
    { href: `${base}/users`, words: words.users, now: now === 'users' },
    { href: `${base}/user-groups`, words: words.groups, now: now === 'groups' },
    { href: `${base}/calendars`, words: text.duty.tab, now: now === 'duty' },
  ])
}
