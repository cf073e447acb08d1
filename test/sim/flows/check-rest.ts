import { resolvedAt } from '../../../shared/alert/alert.ts'
import { DAY, type Millis } from '../../../shared/base/time.ts'
import { over } from '../../../shared/group/closed-by-hand.ts'
import type { Group, TimelineEntry } from '../../../shared/group/group.ts'
import { listGroups } from '../../../shared/group-store/heads.ts'
import { wholeTimeline } from '../check.ts'
import type { Outcome } from '../stage.ts'
import { storedTimelines } from '../timelines.ts'
import { EPOCH } from '../world.ts'
import { knownBy } from './known.ts'
import { momentOf } from './oracle.ts'
import { SECRET } from './story.ts'

/** A group at rest wakes only for what is due: ends of alerts, moments of stages, repeats, and the next day's shifts. */
export async function idleWakes(run: Outcome, account: string): Promise<string[]> {
  const { groups } = await listGroups(run.table, account, { limit: 500 })
  const now = run.world.now()
  return groups.flatMap((group) => {
    const { wakeAt, id, muted } = group
    const members = [...group.members.values()]
    const waits = members.length === 0 || muted || members.some((member) => over(member, now))
    if (waits || wakeAt === undefined || [...group.targets.values()].some(isBusy)) return []
    const due = Math.min(...dueIn(run, group, now))
    return wakeAt >= due ? [] : [`idle: ${account}/${id} wakes at ${at(wakeAt)}, and nothing is due before ${at(due)}`]
  })
}

function isBusy({ open, retry, recheck, paused }: Parameters<Group['targets']['set']>[1]): boolean {
  return open !== undefined || retry !== undefined || recheck === true || paused !== undefined
}

function dueIn(run: Outcome, group: Group, now: Millis): Millis[] {
  const { flow, people } = knownBy(run, group) ?? {}
  const shifts = (people?.userGroups ?? []).flatMap(({ rotation }) => rotation?.overrides ?? [])
  const handovers = shifts.flatMap(({ from, until }) => [from, until].map((text) => Date.parse(`${text}Z`)))
  const stages = (flow?.stages ?? []).flatMap((stage) => momentOf(stage, group.incident) ?? [])
  const repeats = [...group.targets.values()].flatMap(({ told, out }) => {
    return told === undefined || out === true ? [] : [told.at + repeatOf(run, group)]
  })
  const ends = [...group.members.values()].map(({ alert }) => (resolvedAt(alert, now) ? now : alert.endsAt))
  const tomorrow = EPOCH + Math.ceil((now - EPOCH) / DAY) * DAY
  return [...ends, ...repeats, ...[...stages, ...handovers].filter((moment) => moment > now), tomorrow]
}

function repeatOf({ known }: Outcome, { account, revision, policy }: Group): number {
  const { sections } = known.find((one) => one.account === account && one.revision === revision)!
  return sections.policies.find(({ id }) => id === policy)!.repeatIntervalMs
}

/** That nobody is told is said once an incident. */
export function nobodyTwice({ everything }: Outcome): string[] {
  return [...storedTimelines(everything())].flatMap(([partition, entries]) => {
    const said = entries.filter(({ reason }) => reason.code === 'nobody').map(({ incident }) => incident)
    return new Set(said).size === said.length
      ? []
      : [`nobody: ${partition} says ${said.length} times that nobody is told`]
  })
}

/** A target never took a delivery whose every attempt was reported as refused. */
export function refusedAndTaken(run: Outcome, account: string): string[] {
  const about = wholeTimeline(run, account).filter(
    ({ delivery, target }) => delivery !== undefined && target !== undefined,
  )
  return [...Map.groupBy(about, ({ target, delivery }) => `${target} ${delivery}`)].flatMap(([name, entries]) => {
    if (!onlyRefused(entries)) return []
    const [target, delivery] = name.split(' ')
    const seen = run.sinks.get(`${account}/${target}`)?.seen ?? []
    return seen.some(({ id }) => id === delivery) ? [`refused: ${account}/${target} took ${delivery}`] : []
  })
}

/** Every attempt has its outcome, and each is `refused`. */
function onlyRefused(entries: readonly TimelineEntry[]): boolean {
  const attempts = entries.filter(({ kind }) => kind === 'telling').length
  const refused = entries.filter(({ kind }) => kind === 'refused').length
  return (
    attempts > 0 && attempts === refused && entries.every(({ kind }) => !['told', 'ambiguous', 'dead'].includes(kind))
  )
}

/** Addresses of people lie in the partitions of people alone, which few functions may read. */
export function addressesElsewhere({ everything }: Outcome): string[] {
  return everything().flatMap(({ partition, sort, body }) =>
    partition.startsWith('p#') || !body.includes(SECRET)
      ? []
      : [`address: ${partition} ${sort} has an address of a user`],
  )
}

function at(moment: Millis): string {
  return ((moment - EPOCH) / 1000).toFixed(3)
}
