import type { ItemKey } from './port.ts'

/**
 * Every key of the table is made here. Account ids are `[a-z0-9-]`, group ids hex and everything else
 * is escaped, so no part can pose as another and nothing of one account can be reached from another.
 */
export const keys = {
  head: (account: string, group: string): ItemKey => ({ partition: groupPartition(account, group), sort: 'head' }),
  page: (account: string, group: string, page: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `page#${escapePart(page)}`,
  }),
  delivery: (account: string, group: string, id: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `to#${escapePart(id)}`,
  }),
  /** How far it is. */
  progress: (account: string, group: string, id: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `try#${escapePart(id)}`,
  }),
  timeline: (account: string, group: string, place: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `log#${place}`,
  }),
  incident: (account: string, group: string, id: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `incident#${escapePart(id)}`,
  }),
  /** What a correlation has counted in one group, a cell of time each. */
  window: (account: string, window: string, cell: string): ItemKey => ({
    partition: `${accountPartition(account)}#w#${escapePart(window)}`,
    sort: `cell#${escapePart(cell)}`,
  }),
  /** What came in through an integration: what one worker counted in one cell of time, and when it was last. */
  counted: (account: string, integration: string, cell: string, worker: string): ItemKey => ({
    partition: integrationPartition(account, integration),
    sort: `cell#${cell}#${escapePart(worker)}`,
  }),
  seen: (account: string, integration: string): ItemKey => ({
    partition: integrationPartition(account, integration),
    sort: 'seen',
  }),
  /** Things of the account itself: `config`, `part#hash`, `silences`, `inhibit#…`, `refused#…`, `unreadable#…`. */
  account: (account: string, ...parts: string[]): ItemKey => ({
    partition: accountPartition(account),
    sort: parts.map(escapePart).join('#'),
  }),
  /** Things of the whole installation: accounts, API keys by hash, the secrets key of one machine. */
  instance: (...parts: string[]): ItemKey => ({ partition: 'tocsin', sort: parts.map(escapePart).join('#') }),
  /** Names of the `list` index. */
  list: (account: string, name: 'groups' | 'incidents' | 'deliveries' | 'refused' | 'unreadable'): string =>
    `${escapePart(account)}#${name}`,
}

/** Of the delivery under that key. */
export function progressBeside({ partition, sort }: ItemKey): ItemKey {
  return { partition, sort: sort.replace('to#', 'try#') }
}

export function integrationPartition(account: string, integration: string): string {
  return `${accountPartition(account)}#i#${escapePart(integration)}`
}

export function groupPartition(account: string, group: string): string {
  return `a#${escapePart(account)}#g#${escapePart(group)}`
}

/** The group of a head's partition, as the `due` and `list` indexes give it. */
export function parseGroupPartition(partition: string): { account: string; group: string } | undefined {
  const [, account, , group] = partition.split('#')
  if (account === undefined || group === undefined) return undefined
  return { account: decodeURIComponent(account), group: decodeURIComponent(group) }
}

function accountPartition(account: string): string {
  return `a#${escapePart(account)}`
}

/** Letters, digits and `-_.:~` stay; everything else, `#` and `%` first of all, becomes `%XX` of its UTF-8. */
function escapePart(part: string): string {
  return part.replace(/[^A-Za-z0-9_.:~-]/gu, (c) =>
    [...Buffer.from(c)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  )
}
