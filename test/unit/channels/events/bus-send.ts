import type { Send, SendDeps } from '../../../../shared/channel/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import { createOutbound } from '../../../../shared/outbound/outbound.ts'
import { createSecretBox } from '../../../../shared/secret/seal.ts'
import { moment, PUBLIC_URL, PUBLISHED, told } from './story.ts'

/** In these tests nothing happens without a call. */
export const clock = { now: () => PUBLISHED, elapsed: () => 0, after: () => () => undefined }

let attempts = 0

/** One attempt through the real way out, which is opened for this machine. */
export async function sendTo<Settings>(
  send: Send<Settings>,
  settings: Settings,
  notification: Notification = told(moment('create')),
  more: Partial<SendDeps> = {},
): Promise<Outcome> {
  const what = { id: `delivery-${++attempts}`, account: 'acme', notification, giveUpAt: PUBLISHED + 5_000 }
  return await send(
    settings,
    { ...what, begunAt: PUBLISHED },
    {
      clock,
      chance: () => 0.5,
      publicUrl: PUBLIC_URL,
      secrets: createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size)),
      request: createOutbound({ clock, allow: ['127.0.0.0/8'] }),
      ...more,
    },
  )
}
