import { describe, expect, test } from 'vitest'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import { defaultConfig, sectionsOf } from '../../../shared/config/sections.ts'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import { unbornGroup } from '../../../shared/group/advance.ts'
import type { Group, TimelineEntry } from '../../../shared/group/group.ts'
import {
  claimAttempt,
  putDeliveries,
  readDelivery,
  readProgress,
  recordOutcome,
} from '../../../shared/group-store/deliveries.ts'
import { listDeliveries } from '../../../shared/group-store/delivery-list.ts'
import { createHeads, loadGroup } from '../../../shared/group-store/heads.ts'
import { listClosedIncidents } from '../../../shared/group-store/incidents.ts'
import { putLedgers, readLedger } from '../../../shared/group-store/ledger.ts'
import { claimAttempts, readClaims, recordOutcomes } from '../../../shared/group-store/ledger-claims.ts'
import { createPartReader } from '../../../shared/group-store/members.ts'
import { readIncident } from '../../../shared/group-store/read-incident.ts'
import { putShown, readShown } from '../../../shared/group-store/shown-messages.ts'
import { readTimeline, spillTimeline } from '../../../shared/group-store/timeline.ts'
import type { Correlation } from '../../../shared/rule/rule.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { createAccount, findKey, listAccounts, readAccount } from '../../../shared/store/accounts.ts'
import { changeKeys } from '../../../shared/store/api-keys.ts'
import { listInbox, markRead, putInboxMessage } from '../../../shared/store/inbox.ts'
import { noteSources, readSources } from '../../../shared/store/inhibition.ts'
import { takeQuota } from '../../../shared/store/quotas.ts'
import { changeSlots, putWaiting, readWaiting } from '../../../shared/store/rates.ts'
import { keepRefused, keepUnreadable, listRefused } from '../../../shared/store/refused.ts'
import { isRevoked, revokeLinks } from '../../../shared/store/revoked-links.ts'
import { readSilences, updateSilences } from '../../../shared/store/silences.ts'
import { findStaged, stagedName, stageRules } from '../../../shared/store/staged-rules.ts'
import { createIntegrationCounts, readHours, readStatistics, ruleCounts } from '../../../shared/store/statistics.ts'
import { readConfig, reloadConfig, saveConfig } from '../../../shared/store/whole-config.ts'
import { countRecords } from '../../../shared/store/windows.ts'
import { ItemTooNew } from '../../../shared/table/body.ts'
import { keys } from '../../../shared/table/keys.ts'
import type { Table } from '../../../shared/table/port.ts'
import { handClock } from '../../contract/hand-clock.ts'
import { type MemoryTable, memoryTable } from '../../sim/table.ts'

/* Every kind of item says its format, and an item of a newer release is never guessed. */
const NOW = Date.UTC(2026, 0, 5)
const GROUP = 'a'.repeat(32)
const clock = handClock(NOW)
const chance = () => 0.5
const letter = { id: 'd1', at: NOW, status: 'firing', level: 'P1', title: 'A', text: 'A' } as const
const secrets = createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size))
const BY = { now: NOW, chance, retentionMs: 1000, maxDelayMs: 900_000, closed: [] }

function groupOf(text: string): Group {
  const labels = { alertname: text }
  const origin = { account: 'acme', integration: 'default' }
  const alert = { labels, annotations: { text }, startsAt: NOW, endsAt: NOW + 1000, timeout: false, origin }
  const member = { alert, stamp: { at: NOW, tie: text }, claimedEnd: NOW + 1000 }
  const group = unbornGroup('acme', GROUP, 'p', {}, { now: NOW, revision: '1' })
  return { ...group, members: new Map([[fingerprint(labels), member]]), wakeAt: NOW + 1000 }
}
const small = groupOf('small')
/** More rows than a head has room for, and states of targets that lie in pieces. */
const large: Group = {
  ...small,
  members: new Map(Array.from({ length: 200 }, (_, index) => [...groupOf(`${index}`).members][0]!)),
  targets: new Map(Array.from({ length: 2000 }, (_, index) => [`channel-${index}`, { count: index, recheck: true }])),
}
/** A group in the first format: a head, and a page. */
const paged = async (table: Table) => {
  const { members, tombstones, targets, ...core } = small
  const head = { format: 1, core, pages: ['targets.0!1', '0.0!1'] }
  const text = JSON.stringify([...targets])
  await table.put({ ...keys.page('acme', GROUP, 'targets.0!1'), body: JSON.stringify({ format: 1, text }) }, 'always')
  const page = { format: 1, members: [...members], tombstones: [...tombstones] }
  await table.put({ ...keys.page('acme', GROUP, '0.0!1'), body: JSON.stringify(page) }, 'always')
  await table.put({ ...keys.head('acme', GROUP), body: JSON.stringify(head) }, 'always')
}
const closed = {
  ...{ id: `${GROUP}-1`, openedAt: NOW, closedAt: NOW, closedBecause: 'resolved' as const },
  alerts: [],
}
const CLOSING = { ...BY, closed: [closed] } as never
const saveGroup =
  (group: Group, by = BY) =>
  async (table: Table) =>
    void (await createHeads(table).save(undefined, group, by))

const delivery: Delivery = {
  ...{ id: 'd1', account: 'acme', group: GROUP, policy: 'p', target: 'ops', openedAt: NOW },
  notification: {
    ...{ receiver: 'p', groupKey: '{}', groupLabels: {}, reason: 'first', alerts: [], truncated: 0 },
  },
  firing: [],
  resolved: [],
}
const place = { account: 'acme', group: GROUP, delivery: 'd1', attempt: 1 }
const due = { ...place, v: 1, kind: 'delivery', target: 'ops', deadline: NOW } as const
const claim = (table: Table, attempt: number) => claimAttempt(table, 'acme', GROUP, 'd1', attempt, NOW)
const begun = async (table: Table) => {
  await putDeliveries(table, [delivery], { expiresAt: NOW + 1000 })
  await claim(table, 1)
}
/** Too large for the item of the delivery, so that the words lie apart. */
const wordy: Delivery = {
  ...delivery,
  notification: {
    ...delivery.notification,
    alerts: [300, 301].map((kib) => {
      return { fingerprint: `f${kib}`, labels: {}, annotations: { text: 'x'.repeat(kib * 1024) }, startsAt: NOW }
    }),
  },
}
const begunApart = async (table: Table) => {
  await putDeliveries(table, [wordy], { expiresAt: NOW + 1000 })
  await claim(table, 1)
}

const arrived = { kind: 'arrived', at: NOW } as const
const inLedger = async (table: Table) => {
  await putLedgers(table, [[delivery]], { openedAt: NOW, name: 'l1', expiresAt: NOW + 1000 })
  await claimAttempts(table, 'acme', 'l1.0', [{ delivery: 'd1', attempt: 1 }], { at: NOW, expiresAt: NOW + 1000 })
}

const correlation = {
  ...{ id: 'r', type: 'event_count', timespanMs: 60_000, rules: ['a'], groupBy: [] },
  condition: { op: 'gte', count: 2 },
} as unknown as Correlation
const count = (table: Table) =>
  countRecords({ table, clock, chance }, { account: 'acme', id: 'w', correlation }, [{ time: NOW, id: 'e', rule: 'a' }])
const takeOne = (table: Table) => changeSlots(table, 'acme', 'p', NOW, ({ at }) => ({ next: { at: [...at, 1] } }))
const spend = (table: Table) => takeQuota(table, { account: 'acme', user: 'u', day: '1', kind: 'sms' }, 9, NOW)
const wait = (table: Table) => putWaiting(table, 'acme', 'p', { due, urgency: '1P10', since: NOW })
const key = { id: 'k1', name: 'first', hash: 'h1' }
const account = async (table: Table) => void (await createAccount(table, { id: 'acme', name: 'Acme', key }, NOW))
const silence = {
  ...{ id: 's', matchers: [], startsAt: NOW, endsAt: NOW + 1, updatedAt: NOW, createdBy: 'mei', comment: '' },
}
const silenced = (table: Table) => updateSilences(table, 'acme', () => ({ ok: true, silences: [silence], id: 's' }))
const source = { fingerprint: 'f', labels: {}, startsAt: NOW, endsAt: NOW + 1000, stamp: { at: NOW, tie: '' } }
const sources = (table: Table) => noteSources(table, 'acme', 'k', [source as never], NOW)
const counted = async (table: Table, name = 'in') => {
  const tally = createIntegrationCounts(table, 'worker')
  tally.add('acme', name, { events: 1 }, NOW)
  await tally.save([{ id: 'm', receives: 1 }])
}
const configured = async (table: Table) =>
  void (await saveConfig({ table, secrets }, 'acme', sectionsOf(defaultConfig()), { now: NOW }))
const STAGED = { rules: 1, pieces: ['[]'], form: [] }
const staged = (table: Table) => stageRules(table, 'acme', STAGED, NOW)
const claims = { account: 'acme', incident: 'i', madeAt: NOW } as never
const refused = { account: 'acme', integration: 'in', receivedAt: NOW, reason: 'no JSON', body: '' } as never

const entry = (silence: string): TimelineEntry => {
  return { at: NOW, kind: 'not-told', reason: { code: 'silenced', silence } }
}
const timelineOf = (table: Table) => readTimeline(table, 'acme', GROUP, () => true, { limit: 10 })

const SHOWN = { incident: 'inc-1', place: 'C1', id: '1.2' }

interface Kind {
  /** The function of `keys` that makes the key. */
  made: keyof typeof keys
  /** The beginning of the sort keys. */
  sort: string
  /** The format of new items, if a newer format than the first. */
  format?: number
  /** The newest format that is read, if newer than the format of new items. */
  newest?: number
  write(table: Table): Promise<unknown>
  /** Every reader of such an item. */
  reads: ((table: Table) => Promise<unknown>)[]
}

const KINDS: Record<string, Kind> = {
  head: {
    ...{ made: 'head', sort: 'head', format: 4, write: saveGroup(small) },
    reads: [
      (table) => loadGroup(table, 'acme', GROUP),
      (table) => createPartReader(table, 'acme').members(GROUP, { limit: 1 }),
      timelineOf,
    ],
  },
  page: {
    ...{ made: 'page', sort: 'page#', write: paged },
    reads: [
      (table) => loadGroup(table, 'acme', GROUP),
      (table) => createPartReader(table, 'acme').members(GROUP, { limit: 1 }),
    ],
  },
  texts: {
    ...{ made: 'texts', sort: 'texts#', write: saveGroup(groupOf('x'.repeat(5000))) },
    reads: [
      (table) => loadGroup(table, 'acme', GROUP),
      (table) => createPartReader(table, 'acme').members(GROUP, { limit: 1 }),
    ],
  },
  rows: {
    ...{ made: 'rows', sort: 'rows#', format: 2, write: saveGroup(large) },
    reads: [
      (table) => loadGroup(table, 'acme', GROUP),
      (table) => createPartReader(table, 'acme').members(GROUP, { limit: 1 }),
    ],
  },
  targets: {
    ...{ made: 'targets', sort: 'targets#', write: saveGroup(large) },
    reads: [(table) => loadGroup(table, 'acme', GROUP)],
  },
  delivery: {
    ...{ made: 'delivery', sort: 'to#', write: begun, newest: 2 },
    reads: [
      (table) => readDelivery(table, 'acme', GROUP, 'd1'),
      (table) => listDeliveries(table, 'acme', { limit: 1 }),
      (table) => claim(table, 2),
    ],
  },
  'delivery whose words lie apart': {
    ...{ made: 'delivery', sort: 'to#', write: begunApart, format: 2 },
    reads: [
      (table) => readDelivery(table, 'acme', GROUP, 'd1'),
      (table) => listDeliveries(table, 'acme', { limit: 1 }),
      (table) => claim(table, 2),
    ],
  },
  words: {
    ...{ made: 'words', sort: 'words#', write: begunApart },
    reads: [
      (table) => readDelivery(table, 'acme', GROUP, 'd1'),
      (table) => listDeliveries(table, 'acme', { limit: 1 }),
      (table) => claim(table, 2),
    ],
  },
  progress: {
    ...{ made: 'progress', sort: 'try#', write: begun },
    reads: [
      (table) => readProgress(table, 'acme', GROUP, 'd1'),
      (table) => readDelivery(table, 'acme', GROUP, 'd1'),
      (table) => claim(table, 1),
      (table) => claim(table, 2),
      (table) => recordOutcome(table, place, { kind: 'arrived', at: NOW }),
    ],
  },
  shown: {
    made: 'shown',
    sort: 'shown#',
    write: (table) => putShown(table, { account: 'acme', group: GROUP, target: 'chat' }, SHOWN, NOW),
    reads: [(table) => readShown(table, { account: 'acme', group: GROUP, target: 'chat' })],
  },
  ledger: {
    ...{ made: 'ledger', sort: 'ledger#', newest: 2, write: inLedger },
    reads: [(table) => readLedger(table, 'acme', 'l1.0'), (table) => listDeliveries(table, 'acme', { limit: 1 })],
  },
  claims: {
    ...{ made: 'claims', sort: 'claims#', write: inLedger },
    reads: [
      (table) => readClaims(table, 'acme', 'l1.0'),
      (table) => listDeliveries(table, 'acme', { limit: 1 }),
      (table) => claimAttempts(table, 'acme', 'l1.0', [{ delivery: 'd1', attempt: 2 }], { at: NOW, expiresAt: NOW }),
      (table) => recordOutcomes(table, 'acme', 'l1.0', [{ delivery: 'd1', attempt: 1, outcome: arrived }]),
    ],
  },
  timeline: {
    ...{ made: 'timeline', sort: 'log#', format: 3 },
    write: (table) => {
      const log = ['1', '2', '3', '4'].map((name) => entry(name))
      return spillTimeline(table, { group: { ...small, log }, version: '3.m' as never }, NOW + 1000)
    },
    reads: [timelineOf],
  },
  incident: {
    ...{ made: 'incident', sort: 'incident#', format: 2, write: saveGroup(small, CLOSING) },
    reads: [
      (table) => readIncident(table, 'acme', closed.id),
      (table) => listClosedIncidents(table, 'acme', { limit: 1 }),
    ],
  },
  quota: { made: 'quota', sort: 'quota#', write: spend, reads: [spend] },
  slots: { ...{ made: 'slots', sort: 'slots', write: takeOne }, reads: [takeOne] },
  waiting: { made: 'waiting', sort: 'waiting#', write: wait, reads: [(table) => readWaiting(table, 'acme', 'p', 1)] },
  window: { ...{ made: 'window', sort: 'cell#', format: 2, write: count }, reads: [count] },
  counted: {
    ...{ made: 'counted', sort: 'cell#', write: counted },
    reads: [(table) => readStatistics(table, 'acme', 'in', NOW)],
  },
  'counted hour': {
    ...{ made: 'countedHour', sort: 'hour#', write: (table) => counted(table, ruleCounts('r')) },
    reads: [(table) => readHours(table, 'acme', 'r', NOW)],
  },
  seen: {
    ...{ made: 'seen', sort: 'seen', write: counted },
    reads: [(table) => readStatistics(table, 'acme', 'in', NOW + 86_400_000)],
  },
  configuration: {
    ...{ made: 'account', sort: 'config', write: configured },
    reads: [
      (table) => readConfig({ table, secrets }, 'acme'),
      (table) => saveConfig({ table, secrets }, 'acme', sectionsOf(defaultConfig()), { now: NOW }),
      (table) => reloadConfig({ table, secrets }, 'acme', NOW),
    ],
  },
  silences: {
    ...{ made: 'account', sort: 'silences', write: silenced },
    reads: [(table) => readSilences(table, 'acme'), silenced],
  },
  'inhibition sources': {
    ...{ made: 'account', sort: 'inhibit#', write: sources },
    reads: [(table) => readSources(table, 'acme', ['k']), sources],
  },
  inbox: {
    ...{ made: 'inbox', sort: 'message#', write: (table) => putInboxMessage(table, 'acme', 'test01', letter) },
    reads: [
      (table) => listInbox(table, 'acme', 'test01', { limit: 1 }),
      (table) => markRead(table, 'acme', 'test01', ['d1'], NOW),
    ],
  },
  'refused body': {
    ...{ made: 'account', sort: 'refused#', write: (table) => keepRefused(table, refused, 'm1') },
    reads: [(table) => listRefused(table, 'acme', { limit: 1 })],
  },
  'unreadable message': {
    ...{ made: 'account', sort: 'unreadable#' },
    write: (table) => keepUnreadable(table, 'acme', { ...(refused as object), id: 'm1', queue: 'alerts' } as never),
    reads: [(table) => listRefused(table, 'acme', { limit: 1 }, 'unreadable')],
  },
  'end of links': {
    ...{ made: 'account', sort: 'links' },
    write: (table) => revokeLinks(table, { account: 'acme' }, { now: NOW, longestMs: 1000 }),
    reads: [
      (table) => isRevoked(table, claims),
      (table) => revokeLinks(table, { account: 'acme' }, { now: NOW, longestMs: 1000 }),
    ],
  },
  account: {
    ...{ made: 'instance', sort: 'account#', write: account },
    reads: [
      (table) => readAccount(table, 'acme'),
      (table) => listAccounts(table, { limit: 1 }),
      (table) => findKey(table, 'h1', NOW),
      (table) => changeKeys(table, 'acme', (ring) => ({ ok: true, ring, key: ring[0]! }), { now: NOW }),
    ],
  },
  'part of a batch of rules': {
    ...{ made: 'account', sort: 'staged#', write: staged },
    reads: [(table) => findStaged(table, 'acme', stagedName(STAGED.pieces))],
  },
  'index of a key': {
    ...{ made: 'instance', sort: 'key#', write: account },
    reads: [(table) => findKey(table, 'h1', NOW)],
  },
}

const formatOf = (body: string): unknown => (JSON.parse(body) as { format?: unknown }).format
const itemsOf = (table: MemoryTable, { sort }: Kind) => table.everything().filter((item) => item.sort.startsWith(sort))

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  test('says its format', async () => {
    const table = memoryTable(clock)
    await kind.write(table)
    const items = itemsOf(table, kind)
    expect(items.length).toBeGreaterThan(0)
    for (const { body } of items) expect(formatOf(body)).toBe(kind.format ?? 1)
  })

  test.each(kind.reads.map((read, index) => [index + 1, read] as const))(
    'of a newer format is not guessed at by reader %d',
    async (_, read) => {
      const table = memoryTable(clock)
      await kind.write(table)
      await read(table)
      const fresh = memoryTable(clock)
      await kind.write(fresh)
      for (const item of itemsOf(fresh, kind)) {
        const body = JSON.stringify({ ...JSON.parse(item.body), format: (kind.newest ?? kind.format ?? 1) + 1 })
        await fresh.put({ ...item, body }, 'always')
      }
      const before = fresh.everything()
      await expect(read(fresh)).rejects.toBeInstanceOf(ItemTooNew)
      expect(fresh.everything()).toEqual(before)
    },
  )
})

test('an entry of the first format is read beside entries of the second', async () => {
  const table = memoryTable(clock)
  const place = `${String(NOW).padStart(15, '0')}-0000000002-0000`
  const body = JSON.stringify({ format: 1, ...entry('0') })
  await table.put({ ...keys.timeline('acme', GROUP, place), body }, 'always')
  await KINDS.timeline!.write(table)
  const { entries } = await timelineOf(table)
  expect(entries).toEqual(['0', '1', '2', '3', '4'].map(entry))
})

test('every key of the table has its kind here', () => {
  const made = new Set(Object.values(KINDS).map((kind) => kind.made))
  expect([...made].sort()).toEqual(
    Object.keys(keys)
      // A part of the configuration has the format of its pointer.
      .filter((name) => !['list', 'inboxList', 'cards', 'people'].includes(name))
      .sort(),
  )
})
