import * as z from 'zod'
import type { Labels } from '../../../shared/alert/labels.ts'
import { compareLabels } from '../../../shared/alert/sort.ts'
import { jsonList } from '../../../shared/base/answers.ts'
import { flatMapSteps, inSlices } from '../../../shared/base/steps.ts'
import { createTimeTexts, type TimeText } from '../../../shared/base/time.ts'
import { FORWARD_POLICY } from '../../../shared/config/config.ts'
import { compileRegex } from '../../../shared/matcher/compile.ts'
import type { CompiledConfig } from '../../../shared/routing/compile.ts'
import { alertFields, showAlertFields } from '../groups/alert-view.ts'
import type { ApiDeps } from '../http/deps.ts'
import { filterParameter, readFilter } from '../http/filter.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { labels, time } from '../http/schemas.ts'
import { heldBack, mapLazily, policiesOf, readStandings, type Standing } from '../incidents/standing.ts'
import { receiverLabels, receiverMatchers, receiverMatchersError } from './receivers.ts'
import { alertmanagerRoute, badRequest, flag, flagParameter } from './route.ts'

/*
 * GET /api/v2/alerts and /api/v2/alerts/groups, as Alertmanager answers (facts from prometheus/alertmanager,
 * Apache-2.0). Silences, inhibitions and mute times of an alert are computed at the moment of the request.
 */

const gettableAlert = z
  .object({
    ...alertFields,
    updatedAt: time,
    generatorURL: z.string().optional(),
    receivers: z.array(z.object({ name: z.string() })),
    status: z.object({
      state: z.enum(['active', 'suppressed', 'unprocessed']),
      silencedBy: z.array(z.string()),
      inhibitedBy: z.array(z.string()),
      mutedBy: z.array(z.string()),
    }),
  })
  .meta({ id: 'GettableAlert' })

const alertGroup = z
  .object({
    labels,
    routeLabels: labels,
    receiver: z.object({ name: z.string() }),
    alerts: z.array(gettableAlert),
  })
  .meta({ id: 'AlertGroup' })

const query = {
  filter: filterParameter('A matcher; repeated: every matcher matches'),
  receiver: z.string().describe('A regular expression over the whole name of a receiver'),
  receiver_matchers: receiverMatchers,
  active: flagParameter('Show alerts that are neither silenced nor inhibited'),
  silenced: flagParameter('Show silenced alerts'),
  inhibited: flagParameter('Show inhibited alerts'),
}

export function alertmanagerAlertRoutes(deps: ApiDeps): Route[] {
  return [
    ...alertmanagerRoute(
      'GET',
      '/alerts',
      'viewer',
      {
        summary: 'Alerts that have not ended',
        query: { ...query, unprocessed: flagParameter('No alert is unprocessed here') },
        answers: { 200: { text: 'Alerts', schema: z.array(gettableAlert) } },
      },
      (ask) => listAlerts(deps, ask),
    ),
    ...alertmanagerRoute(
      'GET',
      '/alerts/groups',
      'viewer',
      {
        summary: 'Groups with their alerts that have not ended',
        query: { ...query, muted: flagParameter('Show groups that a time interval mutes') },
        answers: { 200: { text: 'Groups', schema: z.array(alertGroup) } },
      },
      (ask) => listGroups(deps, ask),
    ),
  ]
}

async function listAlerts(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const wanted = readQuery(ask)
  if (!wanted.ok) return badRequest(wanted.error)
  const { config, alerts } = await readStandings(deps, ask.account, ask.now)
  const labelsOf = receiverLabels(config.config)
  const timeText = createTimeTexts()
  const show = (standing: Standing) => {
    if (!wanted.alert(standing)) return undefined
    const receivers = receiversOf(config, standing)
    const named = receivers.some(wanted.receiver) && receivers.some((name) => wanted.labels(labelsOf.get(name) ?? {}))
    return named ? showGettable(standing, receivers, [], timeText) : undefined
  }
  return jsonList(200, mapLazily(alerts, show))
}

/** A group is listed from its first alert on, before its first notification. */
async function listGroups(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const wanted = readQuery(ask)
  if (!wanted.ok) return badRequest(wanted.error)
  const standings = await readStandings(deps, ask.account, ask.now)
  const labelsOf = receiverLabels(standings.config.config)
  const receiversOfWanted = (standing: Standing) => {
    if (!wanted.alert(standing)) return []
    return [[standing.fingerprint, { standing, receivers: receiversOf(standings.config, standing).sort() }] as const]
  }
  const byFingerprint = new Map(await inSlices(flatMapSteps(standings.alerts, UNITS_PER_ALERT, receiversOfWanted)))
  const timeText = createTimeTexts()
  const groups = standings.groups.flatMap((group): z.output<typeof alertGroup>[] => {
    const policy = standings.config.policy(group.policy)
    if (policy === undefined || policy.id === FORWARD_POLICY) return []
    const { receiver } = policy
    if (!wanted.receiver(receiver) || !wanted.labels(labelsOf.get(receiver) ?? {})) return []
    const mutedBy = standings.muting.mutedBy(policy)
    if (mutedBy.length > 0 && !wanted.muted) return []
    const alerts = [...group.members.keys()].sort().flatMap((fingerprint) => {
      const found = byFingerprint.get(fingerprint)
      return found === undefined ? [] : [showGettable(found.standing, found.receivers, mutedBy, timeText)]
    })
    return alerts.length === 0
      ? []
      : [{ labels: group.labels, routeLabels: policy.routeLabels ?? {}, receiver: { name: receiver }, alerts }]
  })
  groups.sort((a, b) => compareLabels(a.labels, b.labels) || (a.receiver.name < b.receiver.name ? -1 : 1))
  return jsonList(200, groups)
}

/** An alert is compared with the filters, and with every route of the account. */
const UNITS_PER_ALERT = 100

/** The query of a request, read. */
interface AlertQuery {
  alert(standing: Standing): boolean
  receiver(name: string): boolean
  /** Whether the labels of a receiver match. */
  labels(labels: Labels): boolean
  muted: boolean
}

function readQuery({ query }: Ask): ({ ok: true } & AlertQuery) | { ok: false; error: string } {
  const filter = readFilter(query)
  if (!filter.ok) return filter
  const labelled = readFilter(query, 'receiver_matchers')
  if (!labelled.ok) return { ok: false, error: receiverMatchersError(labelled.error) }
  const text = query.getAll('receiver').at(-1) ?? ''
  const regex = compileRegex(text)
  if (!regex.ok) return { ok: false, error: `failed to parse receiver param: ${regex.error}` }
  const active = flag(query, 'active')
  const silenced = flag(query, 'silenced')
  const inhibited = flag(query, 'inhibited')
  const alert = (standing: Standing): boolean =>
    !standing.resolved &&
    (active || heldBack(standing)) &&
    (silenced || standing.silencedBy.length === 0) &&
    (inhibited || standing.inhibitedBy.length === 0) &&
    filter.matches(standing.alert.labels)
  return {
    ...{ ok: true, alert, muted: flag(query, 'muted') },
    receiver: (name) => text === '' || regex.test(name),
    labels: labelled.matches,
  }
}

/** Receivers that would be notified of the alert now, in the order of the routes. */
function receiversOf(config: CompiledConfig, { alert }: Standing): string[] {
  return [...new Set(policiesOf(config, alert).map(({ receiver }) => receiver))]
}

/** Alertmanager fills `mutedBy` in groups only: a time interval mutes a route, not an alert. */
function showGettable(
  standing: Standing,
  receivers: string[],
  mutedBy: string[],
  timeText: TimeText,
): z.output<typeof gettableAlert> {
  const { fingerprint, alert, updatedAt, silencedBy, inhibitedBy } = standing
  const suppressed = heldBack(standing) || mutedBy.length > 0
  return {
    ...showAlertFields(fingerprint, alert, timeText),
    receivers: receivers.map((name) => ({ name })),
    status: { inhibitedBy, mutedBy, silencedBy, state: suppressed ? 'suppressed' : 'active' },
    updatedAt: timeText(updatedAt),
    generatorURL: alert.generatorURL || undefined,
  }
}
