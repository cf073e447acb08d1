import type { Alert, Fingerprint } from '../../shared/alert/alert.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { Policy } from '../../shared/config/config.ts'
import { loadSources } from '../../shared/muting/load.ts'
import { createMuting } from '../../shared/muting/muting.ts'
import type { MuteReason } from '../../shared/reason/reason.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import type { ActiveSilence } from '../../shared/silence/active.ts'
import { noteSources, reachSources } from '../../shared/store/inhibition.ts'
import type { Table } from '../../shared/table/port.ts'
import type { RoutedArrival } from './by-group.ts'

/**
 * Records which of the arrived alerts inhibit further alerts, before a group advances: targets of a flush in the
 * very same batch must find the source. Sources are folded by stamp, so recording a source twice is safe.
 */
export async function noteInhibitors(
  table: Table,
  account: string,
  config: CompiledConfig,
  arrivals: readonly RoutedArrival[],
  now: Millis,
): Promise<void> {
  if (config.inhibition.isEmpty) return
  const entries = arrivals.flatMap(({ arrival: { fingerprint, alert, stamp } }) =>
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

/**
 * The mute reason of an alert of a group. Inhibition sources are read only for the target keys of the alerts; the
 * silences were read once for the batch.
 */
export async function mutedIn(
  table: Table,
  account: string,
  config: CompiledConfig,
  policy: Policy,
  alerts: Iterable<Alert>,
  silences: readonly ActiveSilence[],
  now: Millis,
): Promise<(fingerprint: Fingerprint, alert: Alert) => MuteReason | undefined> {
  const sources = await loadSources(table, account, config, alerts)
  await reachSources(table, account, sources, now)
  const reasonOf = createMuting({ silences, sources, config, now }).reasonsOf(policy)
  return (fingerprint, { labels }) => reasonOf(fingerprint, labels)
}
