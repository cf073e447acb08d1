import type { OutMessage } from '../queue/port.ts'
import { type GroupWake, type GroupWakes, MESSAGE_VERSION, WAKES_VERSION } from './message.ts'

type About = Pick<GroupWake, 'account' | 'group' | 'at' | 'closed'>
type Look = Pick<GroupWake, 'account' | 'group' | 'at'>

/** A look at a group, or at several of an account. Without a moment a look changes nothing when it comes twice. */
export function wakeMessage(first: Look, ...more: Look[]): OutMessage {
  const { account } = first
  if (more.length === 0) return { account, body: JSON.stringify(wakeOf(first)) }
  const wakes = [first, ...more].map(({ account: _, ...look }) => look)
  const shared: GroupWakes = { v: WAKES_VERSION, kind: 'wakes', account, wakes }
  return { account, body: JSON.stringify(shared) }
}

export function wakeOf(about: About): GroupWake {
  return { v: MESSAGE_VERSION, kind: 'wake', ...about }
}
