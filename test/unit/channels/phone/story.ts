import type { Send } from '../../../../shared/channel/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import type { User } from '../../../../shared/people/user.ts'
import { sendTo } from '../events/bus-send.ts'

export const ANN: User = {
  ...{ id: 'ann', name: 'Ann', enabled: true, phone: '86-13800000001', sms: true, voice: true },
  ...{ emails: [], language: 'en', timeZone: 'Asia/Shanghai' },
}

export const KEY = { accessKeyId: 'LTAI5tExample', accessKeySecret: 's3cret' }

/** One attempt at a message to the user. */
export async function sendToUser<Settings>(
  send: Send<Settings>,
  settings: Settings,
  told: Notification,
  recipient: User | undefined = ANN,
  words?: string,
): Promise<Outcome> {
  const rendered = words === undefined ? {} : { rendered: { content: words } }
  return await sendTo(
    (given, content, deps) => send(given, { ...content, ...rendered, ...(recipient && { recipient }) }, deps),
    settings,
    told,
  )
}
