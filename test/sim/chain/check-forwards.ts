import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import { FORWARD_POLICY } from '../../../shared/config/config.ts'
import { expectedAt, isExplained, timelineExplains } from './expected.ts'
import type { ChainRun } from './run.ts'
import { hop } from './stage.ts'
import { SITES, type Site } from './story.ts'
import { timelineOf } from './timeline.ts'

/**
 * Promises about forwards:
 * - An alert raised by the rules of an account arrives where the account forwards to, or the timeline of the account
 *   says why not; an alert that arrived was told in the receiving account.
 * - An account that forwards only the alerts of its own rules forwards no alerts of integrations.
 * - Without faults, an alert that still fires in its own account fires in the receiving account.
 * - An alert forwarded without an end recovers by the receiver's recovery time, not by the sender's.
 * - An alert ended by its sender is over in the receiving account since the same moment, not since its own recovery.
 * - A circle comes to rest: no account is offered an alert that passed through the account, unless the hops name the
 *   account, and no account passes such an alert on.
 * - An alert is repeated as long as it fires, and not more often than the interval of repeats.
 */
export function brokenForwards(run: ChainRun): string[] {
  const found = [...unknown(run), ...untold(run), ...unwanted(run), ...circling(run), ...flooding(run)]
  // With equal alerts at several sites, a site may end an alert while the alert still fires at a second site.
  if (run.story.alike) return found
  return [...found, ...cutShort(run), ...dragged(run), ...(run.story.clean ? lapsed(run) : [])]
}

function unknown(run: ChainRun): string[] {
  return run.story.links.flatMap(({ from, to }) => {
    const name = hop(run, from)
    const arrived = new Set(
      run.passed
        .filter((one) => one.to === to && one.accepted && one.hops.length === 1 && one.hops[0] === name)
        .flatMap(({ alerts }) => alerts.map(({ labels }) => fingerprint(labels))),
    )
    const timeline = timelineOf(run, from, FORWARD_POLICY)
    return [...expectedAt(run, from)].flatMap(([print, labels]) =>
      arrived.has(print) || timelineExplains(timeline, print)
        ? []
        : [`unknown: ${from} did not forward ${JSON.stringify(labels)} to ${to}`],
    )
  })
}

function untold(run: ChainRun): string[] {
  const found = run.passed.flatMap(({ to, accepted, alerts }) =>
    alerts.flatMap(({ labels, status }) =>
      !accepted || status !== 'firing' || isExplained(run, to, fingerprint(labels))
        ? []
        : [`untold: ${to} has ${JSON.stringify(labels)} by forwarding and nobody was told`],
    ),
  )
  return [...new Set(found)]
}

function unwanted(run: ChainRun): string[] {
  const own = run.story.links.filter(({ sources }) => sources === 'own')
  const from = new Map(own.map((link) => [hop(run, link.from), link.from]))
  const found = run.passed.flatMap(({ to, hops, alerts }) => {
    const sender = from.get(hops.at(-1) ?? '')
    if (sender === undefined) return []
    return alerts.flatMap(({ labels, annotations }) =>
      annotations.place === sender && labels.rule !== undefined
        ? []
        : [`unwanted: ${sender} forwarded ${JSON.stringify(labels)} to ${to}`],
    )
  })
  return [...new Set(found)]
}

function lapsed(run: ChainRun): string[] {
  const ends = (site: Site): Map<string, number> =>
    new Map(
      run.hooks
        .get(site)!
        .flatMap(({ alerts }) => alerts.flatMap((one) => (one.status === 'resolved' ? [one] : [])))
        .map(({ fingerprint: print, endsAt }) => [print, Date.parse(endsAt)]),
    )
  return run.story.links.flatMap(({ from, to }) => {
    const [here, there] = [ends(from), ends(to)]
    return [...expectedAt(run, from)].flatMap(([print, labels]) =>
      (there.get(print) ?? 0) >= (here.get(print) ?? 0)
        ? []
        : [`lapsed: ${to} was told that ${JSON.stringify(labels)} is over, which fires at ${from}`],
    )
  })
}

/** Largest error of a dispatcher's clock. */
const SLACK_MS = 3500

function cutShort(run: ChainRun): string[] {
  const first = new Map<string, number>()
  for (const { at, to, alerts } of run.passed) {
    for (const { labels, status } of alerts) {
      const key = `${to} ${fingerprint(labels)}`
      if (status === 'firing' && labels.rule !== undefined && !first.has(key)) first.set(key, at)
    }
  }
  const found = SITES.flatMap((site) =>
    run.hooks.get(site)!.flatMap(({ alerts }) =>
      alerts.flatMap(({ labels, status, endsAt, fingerprint: print }) => {
        const since = first.get(`${site} ${print}`)
        if (labels.site === site || status !== 'resolved' || since === undefined) return []
        const early = since + run.story.hubRecoverMs - SLACK_MS - Date.parse(endsAt)
        return early > 0 ? [`cut short: ${site} was told ${early} ms early that ${JSON.stringify(labels)} is over`] : []
      }),
    ),
  )
  return [...new Set(found)]
}

function dragged(run: ChainRun): string[] {
  const last = new Map<string, { site: Site; labels: Labels; endedBy: number }>()
  for (const post of run.accepted) {
    if (!('alert' in post)) continue
    const labels = { alertname: post.alert.name, site: post.site }
    const endedBy = post.alert.status === 'resolved' ? post.at : Number.POSITIVE_INFINITY
    last.set(fingerprint(labels), { site: post.site, labels, endedBy })
  }
  return [...last].flatMap(([print, { site, labels, endedBy }]) => {
    const links = run.story.links.filter(({ from, sources }) => from === site && sources === 'all')
    return [site, ...links.map(({ to }) => to)].flatMap((there) => {
      const words = run.hooks.get(there)!.flatMap(({ alerts }) => alerts.filter((alert) => alert.fingerprint === print))
      const heard = words.at(-1)
      if (heard?.status !== 'resolved' || Date.parse(heard.endsAt) <= endedBy) return []
      return [`dragged: ${there} was told that ${JSON.stringify(labels)} ended at ${heard.endsAt}, which is late`]
    })
  })
}

function circling(run: ChainRun): string[] {
  const found = run.passed.flatMap(({ to, hops, alerts }) => {
    const text = hops.join(' > ')
    const twice = new Set(hops).size < hops.length ? [`circle: ${to} was offered what came through ${text}`] : []
    const own = alerts.some(({ annotations }) => annotations.place === to) && !hops.includes(hop(run, to))
    return own ? [...twice, `circle: ${to} was offered its own alert as of ${text}`] : twice
  })
  return [...new Set(found)]
}

/** Forwards of one alert by one way: the account's own forwards, repeats, and copies of lost forwards. */
const MOST_FORWARDS = 40

function flooding(run: ChainRun): string[] {
  const counts = new Map<string, number>()
  for (const { to, hops, alerts } of run.passed) {
    for (const { labels } of alerts) {
      const key = `${JSON.stringify(labels)} by ${hops.join(' > ')} to ${to}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return [...counts].flatMap(([key, count]) => (count > MOST_FORWARDS ? [`flood: ${count} times ${key}`] : []))
}
