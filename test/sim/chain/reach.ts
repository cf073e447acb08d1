import type { Link, Site } from './story.ts'

/**
 * Accounts whose alerts may be known at each site: the site itself, and every site that forwards to it, directly or
 * not.
 */
export function knowable(sites: readonly Site[], links: readonly Link[]): Map<Site, Set<Site>> {
  const known = new Map(sites.map((site) => [site, new Set([site])]))
  for (let grown = true; grown; ) {
    grown = false
    for (const { from, to, sources } of links) {
      const there = known.get(to)!
      for (const site of sources === 'all' ? known.get(from)! : [from]) {
        grown ||= !there.has(site)
        there.add(site)
      }
    }
  }
  return known
}
