import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import type { Millis } from '../../../shared/base/time.ts'
import type { RuleEntry } from '../../../shared/config/config.ts'
import { EPOCH } from '../world.ts'

/*
 * The rules of every account, as Sigma for the product and as plain conditions for the check. The count groups by the
 * user alone, and users have the same names everywhere. An alert names its site in a label or, in runs with equal
 * alerts, only in an annotation.
 */

export interface RecordDraft {
  id: string
  /** Moment of the event, since the beginning of the world. */
  timeMs: number
  name: string
  user: string
  denied: boolean
}

/** Refusals of one user within the timespan that raise an alert. */
export interface Burst {
  count: number
  seconds: number
}

export function ruleEntries({ count, seconds }: Burst, alike: boolean): RuleEntry[] {
  const groupBy = { user: 'userIdentity.userName', ...(alike ? {} : { site: 'place' }) }
  const raising = { tocsin: { groupBy, annotations: ['place'] } }
  const logsource = {}
  const gone = { title: 'Gone', level: 'high', logsource, ...raising }
  const odd = { title: 'Odd', level: 'low', logsource, ...raising }
  const denied = { title: 'Denied', name: 'denied', logsource }
  const burst = { title: 'Burst', level: 'medium', ...raising }
  return [
    { ...gone, id: 'gone', detection: { it: { eventName: 'Delete*' }, condition: 'it' } },
    {
      ...{ ...odd, id: 'odd' },
      detection: {
        it: { 'eventName|startswith': 'Put' },
        known: { 'userIdentity.userName': 'robot' },
        condition: 'it and not known',
      },
    },
    [
      { ...denied, detection: { it: { errorCode: 'Denied' }, condition: 'it' } },
      {
        ...{ ...burst, id: 'burst' },
        correlation: {
          ...{ type: 'event_count', rules: ['denied'], 'group-by': ['userIdentity.userName'] },
          ...{ timespan: `${seconds}s`, condition: { gte: count } },
        },
      },
    ],
  ].map((documents, place): RuleEntry => {
    const id = ['gone', 'odd', 'burst'][place]!
    const sigma = Array.isArray(documents)
      ? documents.map((document) => JSON.stringify(document)).join('\n---\n')
      : (documents as Record<string, unknown>)
    return { id, enabled: true, sigma }
  })
}

/** The record in the format of its trail. */
export function recordOf(trail: string, site: string, { id, timeMs, name, user, denied }: RecordDraft): object {
  return {
    [trail === 'cloudtrail' ? 'eventID' : 'eventId']: id,
    eventTime: new Date(EPOCH + timeMs).toISOString(),
    eventName: name,
    place: site,
    userIdentity: { userName: user },
    ...(denied ? { errorCode: 'Denied' } : {}),
  }
}

/** The alerts of every match, computed plainly: each alert by its fingerprint. */
export function plainly(
  site: { site?: string },
  records: readonly RecordDraft[],
  { count, seconds }: Burst,
): Map<string, Labels> {
  const raised = new Map<string, Labels>()
  const raise = (rule: string, alertname: string, severity: string, user: string): void => {
    const labels = { alertname, rule, severity, user, ...site }
    raised.set(fingerprint(labels), labels)
  }
  for (const { name, user } of records) {
    if (name.startsWith('Delete')) raise('gone', 'Gone', 'high', user)
    if (name.startsWith('Put') && user !== 'robot') raise('odd', 'Odd', 'low', user)
  }
  const once = [...new Map(records.map((record) => [record.id, record])).values()]
  for (const [user, all] of Map.groupBy(
    once.filter(({ denied }) => denied),
    (record) => record.user,
  )) {
    const times = all.map(({ timeMs }) => timeMs).sort((a, b) => a - b)
    const enough = (time: Millis, first: number): boolean => {
      const last = times[first + count - 1]
      return last !== undefined && last - time <= seconds * 1000
    }
    if (times.some(enough)) raise('burst', 'Burst', 'medium', user)
  }
  return raised
}
