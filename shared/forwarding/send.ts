import { toRfc3339 } from '../base/time.ts'
import type { Send } from '../channel/send.ts'
import { post } from '../channels/http/send.ts'
import type { Notification, NotifiedAlert } from '../delivery/delivery.ts'
import { hopOf } from './hop.ts'
import { type ForwardSettings, tokenOf } from './kind.ts'
import { forwardSecret } from './signature.ts'

/**
 * Posts the newest state of a group's alerts to another account (`integrations/forward.ts` reads it there),
 * naming the accounts it came through, this one last. What fires carries the end that its sender gave and
 * never one that we computed: recovery is then the receiver's. For the same reason what ended by our own
 * recovery time is left out, and when nothing is left nothing is sent.
 */
export const sendForward: Send<ForwardSettings> = async ({ url }, content, deps) => {
  const alerts = content.notification.alerts.flatMap(forwarded)
  if (alerts.length === 0) return { kind: 'arrived', at: deps.clock.now() }
  const hops = [...cameThrough(content.notification), hopOf(deps.secrets, content.account)]
  const body = JSON.stringify({ v: 1, type: 'tocsin.forward', hops, alerts })
  const headers = { 'content-type': 'application/json' }
  return await post({ url, secret: forwardSecret(tokenOf(url) ?? '') }, { headers, body }, content, deps)
}

/** The same for all alerts of a group: what came by different ways is grouped apart. */
function cameThrough({ alerts }: Notification): readonly string[] {
  return alerts[0]?.origin?.via ?? []
}

function forwarded({ labels, annotations, startsAt, endsAt, generatorURL, ...about }: NotifiedAlert): object[] {
  const { origin, until, timeout } = about
  if (origin === undefined || (endsAt !== undefined && timeout)) return []
  const end = endsAt ?? (timeout ? undefined : until)
  const { account, integration, rule } = origin
  return [
    {
      labels,
      annotations,
      startsAt: toRfc3339(startsAt),
      ...(end === undefined ? {} : { endsAt: toRfc3339(end) }),
      ...(generatorURL === undefined ? {} : { generatorURL }),
      status: endsAt === undefined ? 'firing' : 'resolved',
      origin: { account, integration, ...(rule === undefined ? {} : { rule }) },
    },
  ]
}
