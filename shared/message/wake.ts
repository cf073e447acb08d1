import type { OutMessage } from '../queue/port.ts'
import { type GroupWake, MESSAGE_VERSION } from './message.ts'

/** A look at a group. Without a moment the look changes nothing when it comes twice. */
export function wakeMessage(about: Pick<GroupWake, 'account' | 'group' | 'at'>): OutMessage {
  const wake: GroupWake = { v: MESSAGE_VERSION, kind: 'wake', ...about }
  return { account: about.account, body: JSON.stringify(wake) }
}
