import type { OutMessage } from '../queue/port.ts'
import { type GroupWake, MESSAGE_VERSION } from './message.ts'

type About = Pick<GroupWake, 'account' | 'group' | 'at' | 'closed'>

/** A look at a group. Without a moment the look changes nothing when it comes twice. */
export function wakeMessage(about: About): OutMessage {
  return { account: about.account, body: JSON.stringify(wakeOf(about)) }
}

export function wakeOf(about: About): GroupWake {
  return { v: MESSAGE_VERSION, kind: 'wake', ...about }
}
