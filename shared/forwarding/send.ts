import { toRfc3339 } from '../base/time.ts'
import type { Send } from '../channel/send.ts'
import { post } from '../channels/http/send.ts'
import type { Notification, NotifiedAlert } from '../delivery/delivery.ts'
import { hopOf } from './hop.ts'
import { type ForwardSettings, tokenOf } from './kind.ts'
import { forwardSecret } from './signature.ts'

/**
 * Posts the newest state of a group's alerts to another account (`integrations/forward.ts` reads the body there),
 * with the accounts that the alerts came through, the sending account last. A firing alert carries the end that its
 * sender gave, and never an end that Tocsin computed: recovery is the receiver's. For the same reason an alert that
 * ended by Tocsin's own recovery time is left out, and a forward without an alert is not sent.
 */
export const sendForward: Send<ForwardSettings> = async ({ url }, content, deps) => {
  const alerts = content.notification.alerts.flatMap(forwarded)
  if (alerts.length === 0) return { kind: 'arrived', at: deps.clock.now() }
  const hops = [...cameThrough(content.notification), hopOf(deps.secrets, content.account)]
  const body = JSON.stringify({ v: 1, type: 'tocsin.forward', hops, alerts })
  const headers = { 'content-type': 'application/json' }
  return await post({ url, secret: forwardSecret(tokenOf(url) ?? '') }, { headers, body }, content, deps)
}

/** The hops are the same for every alert of a group: alerts that came by different ways are grouped apart. */
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
