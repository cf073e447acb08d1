import type { Millis } from '../../../shared/base/time.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import type { Group } from '../../../shared/group/group.ts'
import { loadGroup } from '../../../shared/group-store/heads.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import { parseGroupPartition } from '../../../shared/table/keys.ts'
import type { Table } from '../../../shared/table/port.ts'
import type { World } from '../world.ts'

/** A group as it was saved, and as it was saved before. */
export interface SavedGroup {
  at: Millis
  before: Group | undefined
  after: Group
}

/** The groups of a table, as each was saved one time after the other. */
export function watchGroups<T extends Table>(world: World, table: T): { table: T; saved: SavedGroup[] } {
  const saved: SavedGroup[] = []
  const last = new Map<string, Group>()
  const put: Table['put'] = async (item, when) => {
    const version = await table.put(item, when)
    const { group = '', account = '' } = (item.sort === 'head' && parseGroupPartition(item.partition)) || {}
    if (version === 'lost' || group === '') return version
    const loaded = await loadGroup(table, account, group)
    if (loaded === undefined) return version
    saved.push({ at: world.now(), before: last.get(item.partition), after: loaded.group })
    last.set(item.partition, loaded.group)
    return version
  }
  return { table: { ...table, put }, saved }
}

/** A configuration that was saved, and the names of its revisions. */
export interface KnownConfig {
  account: string
  revision: string
  peopleRevision: string
  sections: Sections
}

export async function knownConfig(
  { table, world }: { table: Table; world: World },
  account: string,
  sections: Sections,
): Promise<KnownConfig> {
  const { config, people } = await createConfigs({ table, clock: world.clock(), people: true }).current(account)
  return { account, revision: config.revision, peopleRevision: people.revision, sections }
}
