import { digest } from '../base/hash.ts'
import type { ItemKey } from './port.ts'

/**
 * All keys of the table are made in this file. Account ids are `[a-z0-9-]`, group ids are hex, and every other part is
 * escaped. So a part cannot pose as another part, and no item of one account can be reached from another account.
 */
export const keys = {
  head: (account: string, group: string): ItemKey => ({ partition: groupPartition(account, group), sort: 'head' }),
  /** Only in the first format of groups. */
  page: (account: string, group: string, page: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `page#${escapePart(page)}`,
  }),
  /** Texts of alerts. */
  texts: (account: string, group: string, name: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `texts#${escapePart(name)}`,
  }),
  /** Rows of a run. */
  rows: (account: string, group: string, name: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `rows#${escapePart(name)}`,
  }),
  /** A piece of the states of the targets. */
  targets: (account: string, group: string, name: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `targets#${escapePart(name)}`,
  }),
  delivery: (account: string, group: string, id: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `to#${escapePart(id)}`,
  }),
  /** The progress of a delivery. */
  progress: (account: string, group: string, id: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `try#${escapePart(id)}`,
  }),
  /** Words of deliveries that lie apart from the deliveries, in several items where needed. */
  words: (account: string, group: string, hash: string, index: number): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `words#${escapePart(hash)}#${index}`,
  }),
  /** The message of a chat that a target shows for the incident of the group. */
  shown: (account: string, group: string, target: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `shown#${escapePart(target)}`,
  }),
  /** Deliveries that one dispatch batch opened. */
  ledger: (account: string, ledger: string): ItemKey => ({
    partition: ledgerPartition(account, ledger),
    sort: `ledger#${escapePart(ledger)}`,
  }),
  /** The attempts of the deliveries of a ledger. */
  claims: (account: string, ledger: string): ItemKey => ({
    partition: ledgerPartition(account, ledger),
    sort: `claims#${escapePart(ledger)}`,
  }),
  timeline: (account: string, group: string, place: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `log#${place}`,
  }),
  incident: (account: string, group: string, id: string): ItemKey => ({
    partition: groupPartition(account, group),
    sort: `incident#${escapePart(id)}`,
  }),
  /** A cell of time of a correlation window: the records that the correlation counted for one group of values. */
  window: (account: string, window: string, cell: string): ItemKey => ({
    partition: `${accountPartition(account)}#w#${escapePart(window)}`,
    sort: `cell#${escapePart(cell)}`,
  }),
  /** The events that one worker counted for an integration in one cell of time, and the moment of the last event. */
  counted: (account: string, integration: string, cell: string, worker: string): ItemKey => ({
    partition: integrationPartition(account, integration),
    sort: `cell#${cell}#${escapePart(worker)}`,
  }),
  /** The same for an hour: of the matches of a rule. */
  countedHour: (account: string, rule: string, hour: string, worker: string): ItemKey => ({
    partition: integrationPartition(account, rule),
    sort: `hour#${hour}#${escapePart(worker)}`,
  }),
  /** The slots of a place whose messages are limited. */
  slots: (account: string, place: string): ItemKey => ({ partition: ratePartition(account, place), sort: 'slots' }),
  /** A delivery that waits for a slot of the place. The names of deliveries have the order of their turns. */
  waiting: (account: string, place: string, name: string): ItemKey => ({
    partition: ratePartition(account, place),
    sort: `waiting#${escapePart(name)}`,
  }),
  seen: (account: string, integration: string): ItemKey => ({
    partition: integrationPartition(account, integration),
    sort: 'seen',
  }),
  /**
   * Items of the account itself: `config`, `part#hash`, `staged#hash`, `piece#hash#…`, `silences`, `inhibit#…`,
   * `refused#…`, `unreadable#…`.
   */
  account: (account: string, ...parts: string[]): ItemKey => ({
    partition: accountPartition(account),
    sort: parts.map(escapePart).join('#'),
  }),
  /** Personal data of an account's people: `part#name`. Only the functions that need personal data may read it. */
  people: (account: string, ...parts: string[]): ItemKey => ({
    partition: `p#${escapePart(account)}`,
    sort: parts.map(escapePart).join('#'),
  }),
  /** The messages to a user in a day. */
  quota: (account: string, user: string, day: string): ItemKey => ({
    partition: `${accountPartition(account)}#q#${escapePart(user)}`,
    sort: `quota#${day}`,
  }),
  /** A message of the message centre, in the partition of its user. */
  inbox: (account: string, user: string, id: string): ItemKey => ({
    partition: `i#${escapePart(account)}#${escapePart(user)}`,
    sort: `message#${escapePart(id)}`,
  }),
  /** Items of the whole installation: accounts, API keys by hash, the secrets key of a single machine. */
  instance: (...parts: string[]): ItemKey => ({ partition: 'tocsin', sort: parts.map(escapePart).join('#') }),
  /** Names of the `cards` index: the cards of the groups of a rank. */
  cards: (account: string, rank: string): string => `${escapePart(account)}#${escapePart(rank)}`,
  /** Name of the messages of a user in the `list` index. */
  inboxList: (account: string, user: string): string => `${escapePart(account)}#${escapePart(user)}#inbox`,
  /** Names of the `list` index. */
  list: (account: string, name: 'groups' | 'incidents' | 'deliveries' | 'refused' | 'unreadable'): string =>
    `${escapePart(account)}#${name}`,
}

/** Key of the progress of the delivery under that key. */
export function progressKey({ partition, sort }: ItemKey): ItemKey {
  return { partition, sort: sort.replace('to#', 'try#') }
}

/** The ledger of a key; undefined: the key of another item, or of an item of another account. */
export function parseLedgerKey(account: string, { partition, sort }: ItemKey): string | undefined {
  const [kind, name] = sort.split('#')
  const ledger = kind === 'ledger' && name !== undefined ? decodeURIComponent(name) : undefined
  return ledger !== undefined && partition === ledgerPartition(account, ledger) ? ledger : undefined
}

/** The ledgers of an account are spread over 16 partitions: each partition takes a limited number of writes a second. */
function ledgerPartition(account: string, ledger: string): string {
  return `${accountPartition(account)}#l#${digest([ledger], 1)}`
}

function ratePartition(account: string, place: string): string {
  return `${accountPartition(account)}#r#${escapePart(place)}`
}

export function integrationPartition(account: string, integration: string): string {
  return `${accountPartition(account)}#i#${escapePart(integration)}`
}

export function groupPartition(account: string, group: string): string {
  return `a#${escapePart(account)}#g#${escapePart(group)}`
}

/** The group of a head partition, as the `due` and `list` indexes give the partition. */
export function parseGroupPartition(partition: string): { account: string; group: string } | undefined {
  const [, account, , group] = partition.split('#')
  if (account === undefined || group === undefined) return undefined
  return { account: decodeURIComponent(account), group: decodeURIComponent(group) }
}

function accountPartition(account: string): string {
  return `a#${escapePart(account)}`
}

/**
 * Keeps letters, digits and `-_.:~`. Every other character, `#` and `%` included, becomes `%XX` for each byte of its
 * UTF-8.
 */
function escapePart(part: string): string {
  return part.replace(/[^A-Za-z0-9_.:~-]/gu, (c) =>
    [...Buffer.from(c)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  )
}
