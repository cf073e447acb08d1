import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb'
import type { Millis } from '../../shared/base/time.ts'
import { toItem } from '../../shared/dynamodb/item.ts'
import { dynamodbTable } from '../../shared/dynamodb/table.ts'
import type { TimelineEntry } from '../../shared/group/group.ts'
import { parseHead } from '../../shared/group-store/head-body.ts'
import { loadGroup } from '../../shared/group-store/heads.ts'
import { parseTimeline } from '../../shared/group-store/timeline.ts'
import { parseGroupPartition } from '../../shared/table/keys.ts'
import type { TestDynamodbClient } from '../fakes/dynamodb.ts'
import { entriesIn } from '../sim/timelines.ts'

/** The groups as a table holds them. */
export interface Kept {
  /** Timelines, of dropped groups too, and the lines still carried by living heads. */
  timeline: (TimelineEntry & { account: string; group: string })[]
  /** Deliveries without a known outcome. */
  open: string[]
  /** Heads with a lost page or delivery. */
  unreadable: string[]
  /** The earliest moment at which a group has work to do. */
  wakeAt: Millis
}

export async function readTable({ client, name }: { client: TestDynamodbClient; name: string }): Promise<Kept> {
  const table = dynamodbTable(client, name, Math.random)
  const kept: Kept = { timeline: [], open: [], unreadable: [], wakeAt: Number.POSITIVE_INFINITY }
  let from: ScanCommandOutput['LastEvaluatedKey']
  do {
    const scan = new ScanCommand({ TableName: name, ...(from === undefined ? {} : { ExclusiveStartKey: from }) })
    const { Items = [], LastEvaluatedKey } = await client.send(scan)
    for (const { partition, sort, body } of Items.map(toItem)) {
      const key = parseGroupPartition(partition)
      if (key === undefined) continue
      const stored = { partition, sort, body }
      const log = sort === 'head' ? parseHead(stored).core.log : sort.startsWith('log#') ? parseTimeline(stored) : []
      const entries = log.flatMap((entry) => entriesIn(entry, key.group))
      kept.timeline.push(...entries.map((entry) => ({ ...entry, account: key.account, group: key.group })))
      if (sort !== 'head') continue
      const loaded = await loadGroup(table, key.account, key.group).catch((error: unknown) => {
        kept.unreadable.push(String(error))
        return undefined
      })
      kept.wakeAt = Math.min(kept.wakeAt, loaded?.group.wakeAt ?? kept.wakeAt)
      for (const { open } of loaded?.group.targets.values() ?? []) if (open !== undefined) kept.open.push(open.delivery)
    }
    from = LastEvaluatedKey
  } while (from !== undefined)
  return kept
}
