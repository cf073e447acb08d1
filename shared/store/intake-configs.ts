import type { Clock, Millis } from '../base/time.ts'
import type { Config, Integration } from '../config/config.ts'
import { defaultConfig } from '../config/sections.ts'
import type { Table } from '../table/port.ts'
import { readSections } from './config-parts.ts'
import { keepAccounts } from './kept-accounts.ts'

/** The part of a configuration by which alerts are taken in. */
export interface IntakeConfig {
  config: Pick<Config, 'resolveTimeoutMs'>
  integration(id: string): Integration | undefined
}

const SECTIONS: ReadonlySet<string> = new Set(['integrations', 'resolveTimeoutMs'])

/**
 * The source of the configuration for a function that only takes alerts in: policies and rules of an account may be
 * megabytes, and are neither read nor compiled. A change of sections that are not read here is no change.
 */
export function createIntakeConfigs(options: { table: Table; clock: Pick<Clock, 'now'>; cacheMs?: Millis }): {
  current(account: string): Promise<IntakeConfig>
} {
  const current = keepAccounts<{ names: string; config: IntakeConfig }>(options, async (account, pointer, known) => {
    const parts =
      pointer === undefined ? [] : Object.entries(pointer.parts).filter(([section]) => SECTIONS.has(section))
    const names = pointer === undefined ? '' : JSON.stringify(parts)
    if (known?.names === names) return known
    const read =
      pointer === undefined ? defaultConfig() : await readSections(options.table, account, pointer.parts, isRead)
    const { integrations, resolveTimeoutMs } = read
    const byId = new Map(integrations.map((integration) => [integration.id, integration]))
    return { names, config: { config: { resolveTimeoutMs }, integration: (id) => byId.get(id) } }
  })
  return { current: async (account) => (await current(account)).config }
}

function isRead(section: string): boolean {
  return SECTIONS.has(section)
}
