import type { Mutant } from '../mutants.ts'

/** Bugs in writes: under which key and condition, in which order, and waited for. */
export const writing: Mutant[] = [
  {
    name: 'account missing from the key of a group',
    file: 'shared/table/keys.ts',
    find: 'return `a#${escapePart(account)}#g#${escapePart(group)}`',
    replace: 'return `a#one#g#${escapePart(group)}`',
    by: { clean: 1 },
  },
  {
    name: "account missing from the key of an account's own things",
    file: 'shared/table/keys.ts',
    find: 'return `a#${escapePart(account)}`',
    replace: 'return `a#${account.slice(0, 0)}`',
    by: { clean: 1 },
  },
  {
    name: 'floating promise: ledgers',
    file: 'shared/group-store/ledger.ts',
    find: 'await Promise.all(\n    ledgers.map(',
    replace: 'void Promise.all(\n    ledgers.map(',
    by: { script: 'contents that are slow to be written are there before their head' },
  },
  {
    name: 'floating promise: words that lie apart',
    file: 'shared/group-store/words.ts',
    find: 'await Promise.all(\n    items.map(',
    replace: 'void Promise.all(\n    items.map(',
    by: { script: 'words too large for a ledger are there before the ledger, however slow their write is' },
  },
  {
    name: 'words not written before the deliveries that name them',
    file: 'shared/group-store/words.ts',
    find: 'items.map((item, index) =>',
    replace: 'items.slice(1).map((item, index) =>',
    by: { script: 'words too large for a ledger are there before the ledger, however slow their write is' },
  },
  {
    name: 'floating promise: texts and rows',
    file: 'shared/group-store/heads.ts',
    find: 'await Promise.all(fresh.map(',
    replace: 'void Promise.all(fresh.map(',
    by: { script: 'texts that are slow to be written are there before their head' },
  },
  {
    name: 'floating promise: what dispatch sends',
    file: 'functions/dispatch/handler.ts',
    find: 'await sendEffects(',
    replace: 'void sendEffects(',
    by: { script: 'what was decided before a send failed is sent with the message that comes again' },
  },
  {
    name: 'floating promise: the outcome',
    file: 'shared/sending/finish.ts',
    find: 'await Promise.all(\n    attempts.map(',
    replace: 'void Promise.all(\n    attempts.map(',
    by: { script: 'two senders with the same message send once' },
  },
  {
    name: 'read, then write: a head',
    file: 'shared/group-store/heads.ts',
    find: "loaded === undefined ? 'absent' : { version: loaded.version },\n  )",
    replace: "'always',\n  )",
    by: { script: 'two workers on one head: neither undoes the other' },
  },
  {
    name: 'read, then write: a claim',
    file: 'shared/table/update.ts',
    find: "ifUnchanged(before?.version ?? 'absent')",
    replace: "'always'",
    by: { script: 'two senders with the same message send once' },
  },
  {
    name: 'a decision on a kept group that was saved by another worker stands',
    file: 'functions/dispatch/decide.ts',
    find: 'if (present?.version === loaded.version) return',
    replace: 'if (present !== undefined) return',
    by: { script: 'a resolve that is older than what came before it is told' },
  },
  {
    name: 'versions without a mark',
    file: 'shared/table/version.ts',
    find: 'Math.floor(chance() * MARK_VALUES).toString(36)',
    replace: 'Math.floor(chance() * 1).toString(36)',
    by: { seed: 299 },
  },
  {
    name: 'a head removed without a version check',
    file: 'shared/group-store/heads.ts',
    find: 'await table.remove(keys.head(account, id), { version: loaded.version })',
    replace: 'await table.remove(keys.head(account, id))',
    by: { script: 'what comes into a group between its last save and its removal stays' },
  },
  {
    name: 'ids without the count of contents',
    file: 'shared/group/content.ts',
    find: 'digest([String(birth), target, String(count), hash], 24)',
    replace: 'digest([String(birth), target, hash], 24)',
    by: { script: 'an id that may have been heard before other words is not used again' },
  },
  {
    name: "ids without the group's birth",
    file: 'shared/group/content.ts',
    find: 'digest([String(birth), target, String(count), hash], 24)',
    replace: 'digest([target, String(count), hash], 24)',
    // The incident tells lives apart as well, where a notification names an incident: a forward names no incident.
    also: [
      {
        file: 'shared/group/content.ts',
        find: 'digest([`[${about},[${text}]]`,',
        replace: "digest([`[${JSON.stringify(event ?? '')},[${text}]]`,",
      },
    ],
    by: { script: 'the same alert, when all was forgotten, is told at once' },
  },
  {
    name: 'ids that repeat after other content was sent',
    file: 'shared/group/content.ts',
    find: 'digest([String(birth), target, String(count), hash], 24)',
    replace: 'digest([target, hash.slice(0, 1)], 24)',
    by: { script: 'an id that may have been heard before other words is not used again' },
  },
  {
    name: 'content known by its alerts, not by their episode',
    file: 'shared/group/content.ts',
    find: '`[${about},[${text}]]`',
    replace: '`[${about},[${event ? text : text.replace(/"startsAt":\\d+/g, "")}]]`',
    by: { script: 'another episode of an alert is another message' },
  },
  {
    name: 'messages sent although the head was not saved',
    file: 'functions/dispatch/decide.ts',
    find: "if (saved === 'saved') {",
    replace: 'if (saved !== undefined) {',
    by: { script: 'two workers on one head: neither undoes the other' },
  },
  {
    name: 'a wake sent before its head',
    file: 'functions/dispatch/decide.ts',
    find: '  const saved = await decider.heads.save(',
    replace: `  if (decision.arm !== undefined) {
    const wake = { v: 1, kind: 'wake', account: work.account, group: work.id, at: decision.arm }
    const delayMs = Math.max(0, Math.min(decision.arm - clock.now(), MAX_DELAY_MS))
    await decider.deps.dispatchQueue.send([{ account: work.account, body: JSON.stringify(wake), delayMs }])
  }
  const saved = await decider.heads.save(`,
    also: [
      {
        file: 'functions/dispatch/effects.ts',
        find: 'sendAll(deps.dispatchQueue, wakes)',
        replace: 'sendAll(deps.dispatchQueue, wakes.slice(wakes.length))',
      },
    ],
    by: { script: 'a wake for a new group finds its head, however slow the write of the head is' },
  },
  {
    name: 'of the wakes of one message the first alone is taken',
    file: 'functions/dispatch/by-group.ts',
    find: 'of body.wakes)',
    replace: 'of body.wakes.slice(0, 1))',
    by: { script: 'two groups that are woken by one message both tell in time' },
  },
  {
    name: 'wakes of different moments in one message',
    file: 'functions/dispatch/effects.ts',
    find: '=> Math.ceil(delayMs / delaysBy))',
    replace: '=> Math.ceil(delayMs / 60_000))',
    by: { script: 'groups that are woken at different seconds each tell at their own' },
  },
  {
    name: 'ledgers not written before the head',
    file: 'shared/group-store/ledger.ts',
    find: '    ledgers.map(async (',
    replace: '    ledgers.slice(1).map(async (',
    by: { script: 'what was decided before a send failed is sent with the message that comes again' },
  },
  {
    name: 'a head names an item that was not written',
    file: 'shared/group-store/heads.ts',
    find: 'fresh.map(({ body, ...key }) =>',
    replace: 'fresh.slice(1).map(({ body, ...key }) =>',
    by: { script: 'texts that are slow to be written are there before their head' },
  },
  {
    name: 'items written after their head',
    file: 'shared/group-store/heads.ts',
    find: "  await Promise.all(fresh.map(({ body, ...key }) => table.put({ ...key, body: body() }, 'always')))\n",
    replace: '',
    also: [
      {
        file: 'shared/group-store/heads.ts',
        find: '  const gone = ',
        replace:
          "  await Promise.all(fresh.map(({ body, ...key }) => table.put({ ...key, body: body() }, 'always')))\n  const gone = ",
      },
    ],
    by: { script: 'a crash right after a large head leaves a whole group' },
  },
  {
    name: 'items written over those of the last head',
    file: 'shared/group-store/heads.ts',
    find: 'return `${savesOf(loaded).toString(36)}-${Math.floor(chance() * 2 ** 32).toString(36)}`',
    replace: 'return `${chance() < 0}`',
    by: { script: 'a crash right before a large head leaves the last one whole' },
  },
  {
    name: 'a row kept though its times changed',
    file: 'shared/group-store/pack.ts',
    find: 'rows.set(key, row)\n    changed.add(key)',
    replace: 'rows.set(key, row)',
    by: { script: 'an alert that changes in a large group is written for the worker that comes next' },
  },
  {
    name: 'a member changed in place',
    file: 'shared/group/fold.ts',
    find: 'group.members.set(arrival.fingerprint, seen ? { ...next, compared: member.compared } : next)',
    replace: 'Object.assign(member, next, { compared: seen ? member.compared : undefined })',
    by: { script: 'an alert that changes in a large group is written for the worker that comes next' },
  },
  {
    name: 'old items removed before the head',
    file: 'shared/group-store/heads.ts',
    find: '  const version = await table.put(\n',
    replace: `  for (const key of without(loaded?.packed.items ?? [], packed.items)) await table.remove(key)
  const version = await table.put(\n`,
    by: { script: 'a crash right before a head with new texts leaves the old texts' },
  },
  {
    name: 'entries of the timeline that leave the head are not written',
    file: 'shared/group-store/timeline.ts',
    find: "  await table.put({ ...spillKey(head), body: writeBody(ENTRIES, { entries: writeTold(log) }), expiresAt }, 'always')\n",
    replace: '',
    by: { script: 'two workers on one head write the same entries of the timeline, whoever wins' },
  },
  {
    name: 'the head forgets entries of the timeline before they are written',
    file: 'shared/group-store/heads.ts',
    find: 'log: [...carried, ...decided.log]',
    replace: 'log: [...carried.slice(0, 0), ...decided.log]',
    by: { script: 'what the queue did not take is not accepted' },
  },
  {
    name: 'floating promise: the timeline',
    file: 'shared/group-store/timeline.ts',
    find: '  await table.put({ ...spillKey(head)',
    replace: '  void table.put({ ...spillKey(head)',
    by: { script: 'entries of the timeline that are slow to be written are there before their head' },
  },
  {
    name: 'entries that were written are dropped when the race is lost',
    file: 'shared/group-store/heads.ts',
    find: "  if (saved === 'lost') return 'lost'\n",
    replace: `  if (saved === 'lost') {
    if (loaded !== undefined && loaded.group.log.length > carried.length) await table.remove(spillKey(loaded))
    return 'lost'
  }\n`,
    also: [
      {
        file: 'shared/group-store/heads.ts',
        find: 'import { spillTimeline }',
        replace: 'import { spillKey, spillTimeline }',
      },
      { file: 'shared/group-store/timeline.ts', find: 'function spillKey(', replace: 'export function spillKey(' },
    ],
    by: { script: 'two workers on one head write the same entries of the timeline, whoever wins' },
  },
  {
    name: 'new entries decide whether the entries of the head are written',
    file: 'shared/group-store/heads.ts',
    find: 'spillTimeline(table, loaded, expiresAt)',
    replace:
      'spillTimeline(table, decided.log.length < 2 ? loaded : { ...loaded, group: { ...loaded.group, wakeAt: undefined } }, expiresAt)',
    by: { script: 'nothing is opened while a delivery is open, and what a tick found then is told after it' },
  },
  {
    name: 'entries written under a key that another head has too',
    file: 'shared/group-store/timeline.ts',
    find: "padded(count, SAVE_DIGITS), mark].join('-')",
    replace: "padded(count - count, SAVE_DIGITS), ''].join('-')",
    by: { clean: 6 },
  },
  {
    name: 'entries are joined though their deliveries have other contents',
    file: 'shared/group/log-entry.ts',
    find: 'JSON.stringify([rest, parts ?? delivery])',
    replace: 'JSON.stringify([rest, delivery === undefined])',
    by: { clean: 1 },
  },
  {
    name: 'a group is dropped before its last entries are in a head',
    file: 'shared/group-store/heads.ts',
    find: '  const next = { ...decided, log: [...carried, ...decided.log] }\n',
    replace: `  let next = { ...decided, log: [...carried, ...decided.log] }
  if (loaded !== undefined && next.wakeAt === undefined) {
    await spillTimeline(table, { group: next, version: loaded.version }, expiresAt)
    next = { ...next, log: [] }
  }\n`,
    by: { script: 'what comes into a group while it is dissolved goes with the others' },
  },
]
