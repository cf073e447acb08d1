import { fingerprint } from '../../shared/alert/fingerprint.ts'
import { groupId } from '../../shared/group/identity.ts'
import { CALLED } from './cloud.ts'
import type { Run } from './run.ts'
import { SLOW_NAME } from './slow.ts'
import { SLOW } from './story.ts'

/*
 * Promises, checked when a run has come to rest:
 * - The last message about an accepted alert, as the receiver heard the alert, is true. For an alert the receiver
 *   never heard of, the timeline says: ended before a target was told. The receiver that an escalation calls knows of
 *   every alert that fires, and of no alert that it was told of and that ended does it think that it fires.
 * - A copy of a notification has the same id and the same content, and an attempt of unknown fate explains the copy.
 * - Content told last is not told again under another id, unless a delivery in between was in doubt.
 * - Without faults, no notification arrives twice.
 * - All of that holds beside an account whose targets hang and whose names are not found, and for that account when its
 *   targets and names answer at last. No other account is told of its names.
 * - Nothing of an account reaches another account; no message is stuck, and no message is a dead letter.
 */
export function brokenPromises(run: Run): string[] {
  return [
    ...run.kept.unreadable,
    ...run.stuck.map((what) => `stuck: ${what}`),
    ...untrue(run),
    ...extras(run),
    ...blamed(run),
  ]
}

/** Limit on the alerts that a timeline entry names, however many alerts the entry is about. */
const MOST_NAMED = 20

/** The account with slow targets met both kinds, and no other account was told of a name that was not found. */
function blamed({ slow, kept, clean }: Run): string[] {
  const found: string[] = []
  if (slow.hung === 0) found.push('no attempt hung')
  if (slow.unfound === 0) found.push('no name was without an answer')
  const named = kept.timeline.filter((entry) => JSON.stringify(entry).includes(SLOW_NAME))
  if (clean && named.length === 0) found.push('no timeline says that the name was not found')
  if (named.some(({ account }) => account !== SLOW)) found.push('blame: another account is told of the slow name')
  return found
}

interface Told {
  alerts: { labels: Record<string, string>; status: string; fingerprint: string; startsAt: string; endsAt: string }[]
}

function untrue(run: Run): string[] {
  const heard = new Map<string, string>()
  const called = new Map<string, string>()
  const found: string[] = []
  for (const { path, body } of run.told) {
    for (const { labels, status, fingerprint: print } of (body as Told).alerts) {
      const hears = path === `/${labels.account}${CALLED}` ? called : heard
      hears.set(print, status)
      if (hears === heard && `/${labels.account}` !== path)
        found.push(`leak: ${path} heard of an alert of ${labels.account}`)
    }
  }
  const last = new Map(run.accepted.map((change) => [change.name, change]))
  for (const { name, group, account, endsAt } of last.values()) {
    const print = fingerprint({ alertname: name, service: group, account })
    const knows = heard.get(print)
    if (endsAt === undefined && knows !== 'firing') {
      found.push(`lost: ${account}/${group}/${name} fires, but was heard as ${knows ?? 'nothing'}`)
    }
    if (endsAt !== undefined && knows === 'firing')
      found.push(`stale: ${account}/${group}/${name} ended, nobody was told`)
    const late = called.get(print)
    if ((late === 'firing') !== (endsAt === undefined))
      found.push(`escalation: ${account}/${group}/${name} was heard as ${late ?? 'nothing'}`)
    if (
      endsAt !== undefined &&
      knows === undefined &&
      // A call comes between two ticks: the other webhook may hear of an alert that ends before the next tick.
      late === undefined &&
      !explained(run, print, groupId(account, 'everything', { service: group }))
    ) {
      found.push(`silent: ${account}/${group}/${name} ended untold, and nothing says why`)
    }
  }
  return found
}

function explained({ kept }: Run, print: string, group: string): boolean {
  return kept.timeline.some(({ kind, reason, alerts = [], group: of }) => {
    if (kind !== 'not-told' || reason.code !== 'resolved-before-told') return false
    return alerts.includes(print) || (of === group && alerts.length === MOST_NAMED)
  })
}

function extras(run: Run): string[] {
  const doubts = run.kept.timeline.filter(({ kind }) => kind === 'ambiguous')
  const others = doubts.filter(({ account }) => account !== SLOW)
  const found: string[] = []
  const told = run.told.map(({ path, headers, body }) => {
    return { path, id: headers['webhook-id'] ?? '', words: wordsOf(body as Told) }
  })
  for (const [id, copies] of Map.groupBy(told, (one) => one.id)) {
    const allowed = 1 + doubts.filter(({ delivery }) => delivery === id).length
    if (copies.length > allowed) found.push(`extra: ${id} was told ${copies.length} times, ${allowed} can be explained`)
    if (new Set(copies.map(({ words }) => words)).size > 1) found.push(`changed: ${id} was told with other words`)
  }
  for (const [group, list] of Map.groupBy(told, ({ path, id }) => `${path} ${id.slice(0, id.indexOf('-'))}`)) {
    const of = group.split(' ')[1]!
    for (const [index, { id, words }] of list.entries()) {
      const before = list[index - 1]
      if (before === undefined || before.id === id || before.words !== words) continue
      const doubtful = doubts.some(({ delivery }) => delivery?.startsWith(`${of}-`))
      if (!doubtful) found.push(`extra: the same was told as ${before.id} and as ${id}`)
    }
  }
  if (run.clean && others.length > 0)
    found.push(`doubt: nothing failed, but ${others.length} attempts are of unknown fate`)
  return found
}

function wordsOf({ alerts }: Told): string {
  return alerts.map((one) => `${one.fingerprint} ${one.status} ${one.startsAt} ${one.endsAt}`).join()
}
