import { clip } from '../../base/clip.ts'
import { Unavailable } from '../../base/unavailable.ts'
import type { Send, ToSend } from '../../channel/send.ts'
import type { InboxMessage } from '../../delivery/inbox-message.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { fitText } from '../../message-text/fit.ts'
import { plainText } from '../../message-text/plain.ts'
import { messageText } from '../../message-text/text.ts'
import { viewOf } from '../../message-view/view.ts'
import type { User } from '../../people/user.ts'
import { MOST_ALERTS, TEXT_ROOM } from './kind.ts'

const TITLE_ROOM = { chars: 200 }

/** Keeps the message for the user, in the user's language and time zone. */
export const sendToInbox: Send<Record<string, never>> = async (_settings, content, { clock, inbox }) => {
  const { recipient, account } = content
  if (recipient === undefined || inbox === undefined) {
    const detail = recipient === undefined ? 'a message for the message centre needs a user' : 'no message centre here'
    return { kind: 'dead', at: clock.now(), reason: 'misconfigured', detail }
  }
  try {
    await inbox.put(account, recipient.id, inboxMessage(content, recipient))
    return { kind: 'arrived', at: clock.now() }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    // Whether the message was kept is unknown. The next attempt has the same id, so the message is there once.
    return ambiguous(clock.now())
  }
}

function ambiguous(at: number): Outcome {
  return { kind: 'ambiguous', at, reason: 'connection', detail: 'the message centre did not answer' }
}

function inboxMessage(content: ToSend, { language, timeZone }: User): InboxMessage {
  const { id, notification, begunAt, rendered, note } = content
  const view = viewOf(notification, { shown: MOST_ALERTS })
  const text = messageText(view, { language, timeZone, note })
  return {
    ...{ id, at: begunAt, status: view.status, level: view.level },
    title: clip(rendered?.title ?? text.subject, TITLE_ROOM),
    text: rendered === undefined ? fitText(text, TEXT_ROOM, plainText) : clip(rendered.content, TEXT_ROOM),
    ...(view.incident && { incident: view.incident.id }),
    ...(view.policy && { policy: view.policy.id }),
  }
}
