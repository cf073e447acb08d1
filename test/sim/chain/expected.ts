import type { Labels } from '../../../shared/alert/labels.ts'
import type { TimelineEntry } from '../../../shared/group/group.ts'
import { plainly } from './rules.ts'
import type { ChainRun } from './run.ts'
import { type Site, siteLabel } from './story.ts'
import { timelineOf } from './timeline.ts'

/** What the rules of a site raise. */
export function expectedAt({ accepted, story }: ChainRun, site: Site): Map<string, Labels> {
  const records = accepted.flatMap((post) => (post.site === site && 'records' in post ? post.records : []))
  return plainly(siteLabel(story, site), records, story.burst)
}

/**
 * Somebody heard of it, or may have, or the timeline says why not. As its end, too: what is received again only
 * after its recovery time is told as over, if it is told at all.
 */
export function isExplained(run: ChainRun, site: Site, print: string): boolean {
  const heard = run.hooks.get(site)!.some(({ alerts }) => alerts.some((alert) => alert.fingerprint === print))
  return heard || timelineExplains(timelineOf(run, site, 'all'), print)
}

/** It was over before anybody could be told, or an attempt is out of which nobody knows. */
export function timelineExplains(timeline: readonly TimelineEntry[], print: string): boolean {
  const count = (id: string | undefined, ...kinds: TimelineEntry['kind'][]): number =>
    timeline.filter(({ delivery, kind }) => delivery === id && kinds.includes(kind)).length
  return timeline.some(({ kind, reason, alerts, delivery }) => {
    if (alerts?.includes(print) !== true) return false
    if (kind === 'not-told') return reason === 'resolved before anybody was told'
    return kind === 'telling' && count(delivery, 'ambiguous') > 0 && count(delivery, 'told') === 0
  })
}
