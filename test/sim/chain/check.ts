import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import type { TimelineEntry } from '../../../shared/group/group.ts'
import { brokenEvents } from './check-events.ts'
import { brokenForwards } from './check-forwards.ts'
import { expectedAt, isExplained } from './expected.ts'
import { knowable } from './reach.ts'
import type { ChainRun } from './run.ts'
import { accountOf, installationOf } from './stage.ts'
import { SITES, type Site } from './story.ts'
import { timelineOf } from './timeline.ts'

/**
 * The promises of the chain, checked when the run has come to rest:
 * - An alert for each match, by a plain evaluation of all accepted records, was told in its account, or the timeline
 *   says why not; no further alert of rules was told.
 * - The count raised exactly the groups for which a sorted count over all accepted records says so.
 * - Nothing of an account is known in another account, neither in messages nor in the table, except forwarded alerts.
 * - An alert that is over is over everywhere.
 * - Forwarding and the bus: `check-forwards.ts` and `check-events.ts`.
 */
export function brokenPromises(run: ChainRun): string[] {
  const found = run.errors.map((error) => `error: ${error}`)
  if (!run.rest) found.push('stuck: it never came to rest')
  for (const site of SITES) found.push(...raised(run, site), ...leaks(run, site), ...unended(run, site))
  return [...found, ...brokenForwards(run), ...brokenEvents(run)]
}

function raised(run: ChainRun, site: Site): string[] {
  const expected = expectedAt(run, site)
  const found: string[] = []
  for (const [print, labels] of expected) {
    if (!isExplained(run, site, print)) found.push(`lost: ${site} was not told of ${JSON.stringify(labels)}`)
  }
  const known = knowable(SITES, run.story.links).get(site)!
  const anywhere = [...known].map((one) => expectedAt(run, one))
  for (const { alerts } of run.hooks.get(site)!) {
    for (const { labels, fingerprint: print } of alerts) {
      if (labels.rule !== undefined && !anywhere.some((one) => one.has(print))) {
        found.push(`invented: ${site} was told of ${JSON.stringify(labels)}`)
      }
    }
  }
  return [...new Set(found)]
}

function leaks(run: ChainRun, site: Site): string[] {
  const known = knowable(SITES, run.story.links).get(site)!
  const found = new Set<string>()
  for (const { alerts } of run.hooks.get(site)!) {
    for (const { labels, annotations } of alerts) {
      if (!known.has(annotations.place as Site)) {
        found.add(`leak: ${site} was told of an alert of ${annotations.place}`)
      }
      if (!run.story.alike && annotations.place !== labels.site) {
        found.add(`mixed up: ${site} was told of an alert of ${labels.site} with words of ${annotations.place}`)
      }
    }
  }
  const others = SITES.filter((other) => !known.has(other))
  for (const { partition, sort, body } of installationOf(run, site).table.everything()) {
    if (!partition.startsWith(`a#${accountOf(site)}#`)) continue
    const other = others.find((one) => body.includes(`"${one}"`))
    if (other !== undefined) found.add(`leak: ${site} has ${other} in ${sort}`)
  }
  return [...found]
}

/** At rest, every alert has ended, and every target told of the alert knows the end. */
function unended(run: ChainRun, site: Site): string[] {
  const last = new Map<string, { status: string; labels: Labels }>()
  for (const { alerts } of run.hooks.get(site)!) for (const alert of alerts) last.set(alert.fingerprint, alert)
  return [...last.values()].flatMap(({ status, labels }) => {
    const over = status === 'resolved' || timelineOf(run, site, 'all').some(excuses(fingerprint(labels)))
    return over ? [] : [`stale: ${site} still thinks that ${JSON.stringify(labels)} fires`]
  })
}

/** A firing of unknown arrival that was over before a sure arrival. */
function excuses(print: string): (entry: TimelineEntry) => boolean {
  return ({ kind, reason, alerts }) =>
    kind === 'not-told' && reason.code === 'resolved-before-told' && alerts?.includes(print) === true
}
