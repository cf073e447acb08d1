import { DAY } from '../../shared/base/time.ts'
import type { Decision } from '../../shared/group/context.ts'
import { sendAll } from '../../shared/queue/port.ts'
import { ownAlert } from '../../shared/store/own-alert.ts'
import type { DispatchDeps } from './deps.ts'

const ALERT_NAME = 'TocsinNobodyTold'

const DESCRIPTION =
  'Alerts fire, and no step of the policy names anybody who can be told now. The incident has the alerts; add a step without `if`, or people.'

/** An incident of which nobody is told, from the decision that noted the lack until the close of the incident. */
interface NobodyTold {
  policy: string
  incident: string
  over: boolean
}

/** The incidents of a decision of which nobody is told. */
export function nobodyTold({ group, nobody, closed }: Pick<Decision, 'group' | 'nobody' | 'closed'>): NobodyTold[] {
  const { policy } = group
  const over = closed.filter((incident) => incident.nobodyTold === true)
  return [
    ...(nobody === undefined ? [] : [{ policy, incident: nobody, over: false }]),
    ...over.map(({ id }) => ({ policy, incident: id, over: true })),
  ]
}

/**
 * Raises and ends the account's own alerts of incidents that nobody is told of, before the head that says so is saved: a
 * crash in between raises the alert twice, which is one alert. An alert of a decision that lost its race is over after a
 * day. Throws when the queue did not take an alert.
 */
export async function tellOfNobody(
  { dispatchQueue, clock, orderOf }: Pick<DispatchDeps, 'dispatchQueue' | 'clock' | 'orderOf'>,
  account: string,
  incidents: readonly NobodyTold[],
): Promise<void> {
  const now = clock.now()
  const messages = incidents.flatMap(({ policy, incident, over }) => {
    const alert = {
      labels: { alertname: ALERT_NAME, policy, incident, severity: 'warning' },
      annotations: { summary: `Nobody is told of an incident of policy ${policy}`, description: DESCRIPTION },
      startsAt: now,
      ...(over ? { endsAt: now } : {}),
    }
    return ownAlert(account, alert, { now, ...orderOf?.(now), recoverAfterMs: DAY })
  })
  if (messages.length === 0) return
  const { failed } = await sendAll(dispatchQueue, messages)
  if (failed.length > 0) throw new Error('the queue did not take the alert of an incident that nobody is told of')
}
