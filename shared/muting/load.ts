import type { Labels } from '../alert/labels.ts'
import type { Millis } from '../base/time.ts'
import type { SourceEntry } from '../inhibition/inhibition.ts'
import type { CompiledConfig } from '../routing/compile.ts'
import { activeSilences } from '../silence/active.ts'
import type { Silence } from '../silence/silence.ts'
import { readSources } from '../store/inhibition.ts'
import { readSilences } from '../store/silences.ts'
import type { Table } from '../table/port.ts'
import { createMuting, type Muting } from './muting.ts'

/** Inhibition sources that could hold the alerts back, with a strongly consistent read for every key. */
export async function loadSources(
  table: Table,
  account: string,
  { inhibition }: Pick<CompiledConfig, 'inhibition'>,
  alerts: Iterable<{ labels: Labels }>,
): Promise<Map<string, SourceEntry[]>> {
  const targetKeys = new Set<string>()
  if (!inhibition.isEmpty) {
    for (const { labels } of alerts) for (const { key } of inhibition.targets(labels)) targetKeys.add(key)
  }
  return readSources(table, account, [...targetKeys])
}

/** Muting of the alerts at the moment, with the silences of the account; silences and sources are read afresh. */
export async function loadMuting(
  table: Table,
  account: string,
  config: CompiledConfig,
  alerts: Iterable<{ labels: Labels }>,
  now: Millis,
): Promise<{ muting: Muting; silences: readonly Silence[] }> {
  const [silences, sources] = await Promise.all([
    readSilences(table, account),
    loadSources(table, account, config, alerts),
  ])
  const muting = createMuting({ silences: activeSilences(silences, now), sources, config, now })
  return { muting, silences }
}
