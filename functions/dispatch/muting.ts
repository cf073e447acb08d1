import type { Alert, Fingerprint } from '../../shared/alert/alert.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { Policy } from '../../shared/config/config.ts'
import type { Arrival } from '../../shared/group/fold.ts'
import { inhibitedBy } from '../../shared/inhibition/inhibition.ts'
import { compileMatchers } from '../../shared/matcher/compile.ts'
import type { LabelTest } from '../../shared/matcher/matcher.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import { silenceState } from '../../shared/silence/silence.ts'
import { noteSources, readSources } from '../../shared/store/inhibition.ts'
import { readSilences } from '../../shared/store/silences.ts'
import type { Table } from '../../shared/table/port.ts'

/** What holds an alert back at this moment, as the timeline says it. */
export type Muted = (fingerprint: Fingerprint, alert: Alert) => string | undefined

/** An account's active silences, read once a batch. */
export type ActiveSilences = { id: string; matches: LabelTest }[]

export async function activeSilences(table: Table, account: string, now: Millis): Promise<ActiveSilences> {
  const { silences } = await readSilences(table, account)
  return silences
    .filter((silence) => silenceState(silence, now) === 'active')
    .map((silence) => ({ id: silence.id, matches: compileMatchers(silence.matchers) }))
}

/**
 * Writes down which of these alerts inhibit others, before any group advances: a target that is flushed
 * in this very batch must find its source. Sources are folded by stamp, so writing them twice is one.
 */
export async function noteInhibitors(
  table: Table,
  account: string,
  config: CompiledConfig,
  arrivals: readonly Arrival[],
  now: Millis,
): Promise<void> {
  const entries = arrivals.flatMap(({ fingerprint, alert, stamp }) =>
    config.inhibition.sources(alert.labels).map(({ key, twoSided }) => ({
      key,
      entry: { fingerprint, startsAt: alert.startsAt, endsAt: alert.endsAt, timeout: alert.timeout, stamp, twoSided },
    })),
  )
  const byKey = Map.groupBy(entries, ({ key }) => key)
  await Promise.all(
    [...byKey].map(([key, list]) =>
      noteSources(
        table,
        account,
        key,
        list.map(({ entry }) => entry),
        now,
      ),
    ),
  )
}

/** What mutes the alerts of one group; inhibition sources are read for just the keys they could have. */
export async function mutedIn(
  table: Table,
  account: string,
  config: CompiledConfig,
  policy: Policy,
  alerts: Iterable<Alert>,
  silences: ActiveSilences,
  now: Millis,
): Promise<Muted> {
  const byTime = config.mutedBy(policy, now)
  const wanted = new Set<string>()
  for (const alert of alerts) for (const { key } of config.inhibition.targets(alert.labels)) wanted.add(key)
  const sources = wanted.size === 0 ? new Map() : await readSources(table, account, [...wanted])
  return (fingerprint, alert) => {
    for (const { key, twoSided } of config.inhibition.targets(alert.labels)) {
      const source = inhibitedBy(sources.get(key) ?? [], { fingerprint, twoSided }, now)
      if (source !== undefined) return `inhibited by ${source}`
    }
    if (byTime !== undefined) return byTime
    const silence = silences.find(({ matches }) => matches(alert.labels))
    return silence === undefined ? undefined : `silenced by ${silence.id}`
  }
}
