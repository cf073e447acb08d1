import type { Labels } from '../../../shared/alert/labels.ts'
import type { TimelineEntry } from '../../../shared/group/group.ts'
import { plainly } from './rules.ts'
import type { ChainRun } from './run.ts'
import { type Site, siteLabel } from './story.ts'
import { timelineOf } from './timeline.ts'

/** Alerts raised by the rules of a site. */
export function expectedAt({ accepted, story }: ChainRun, site: Site): Map<string, Labels> {
  const records = accepted.flatMap((post) => (post.site === site && 'records' in post ? post.records : []))
  return plainly(siteLabel(story, site), records, story.burst)
}

/**
 * A target heard of the alert, or may have heard, or the timeline says why not. The end of the alert counts too: an
 * alert received again only after its recovery time is told as over, if it is told at all.
 */
export function isExplained(run: ChainRun, site: Site, print: string): boolean {
  const heard = run.hooks.get(site)!.some(({ alerts }) => alerts.some((alert) => alert.fingerprint === print))
  return heard || timelineExplains(timelineOf(run, site, 'all'), print)
}

/** The alert was over before a target could be told, or an attempt of unknown fate is out. */
export function timelineExplains(timeline: readonly TimelineEntry[], print: string): boolean {
  const count = (id: string | undefined, ...kinds: TimelineEntry['kind'][]): number =>
    timeline.filter(({ delivery, kind }) => delivery === id && kinds.includes(kind)).length
  return timeline.some(({ kind, reason, alerts, delivery }) => {
    if (alerts?.includes(print) !== true) return false
    if (kind === 'not-told') return reason.code === 'resolved-before-told'
    return kind === 'telling' && count(delivery, 'ambiguous') > 0 && count(delivery, 'told') === 0
  })
}
