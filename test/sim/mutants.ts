/*
 * Planted bugs. Each is an edit of the product's source, made in a copy: the product knows nothing of them.
 * A simulator that does not notice one of these proves nothing; an edit whose place is gone fails the test.
 */

export interface Mutant {
  name: string
  file: string
  /** Must be there exactly once. */
  find: string
  replace: string
}

export const MUTANTS: Mutant[] = [
  {
    name: 'ingest answers although the queue did not take it',
    file: 'shared/intake/send.ts',
    find: 'return failed.length === 0',
    replace: 'return true',
  },
  {
    name: 'account missing from a key',
    file: 'shared/store/keys.ts',
    find: 'return `a#${escapePart(account)}#g#${escapePart(group)}`',
    replace: 'return `a#one#g#${escapePart(group)}`',
  },
  {
    name: 'head saved without a version check',
    file: 'shared/store/heads.ts',
    find: "loaded === undefined ? 'absent' : { version: loaded.version },\n  )",
    replace: "'always',\n  )",
  },
  {
    name: 'worker swallows its errors',
    file: 'functions/dispatch/handler.ts',
    find: 'if (decision === undefined) for (const id of work.messages) failed.add(id)',
    replace: '',
  },
  {
    name: 'delivery id by chance',
    file: 'shared/group/flush.ts',
    find: 'String(target.count), content.hash]',
    replace: 'String(target.count), content.hash, String(by.chance())]',
  },
  {
    name: 'told set by what is and not by what was sent',
    file: 'shared/group/settle.ts',
    find: 'target.told = { at: open.nominal, firing, resolved, delivery }',
    replace:
      'target.told = { at: open.nominal, firing: [...draft.group.members].filter(([, m]) => m.alert.endsAt > by.now).map(([f]) => f), resolved, delivery }',
  },
  {
    name: 'told set before the send',
    file: 'shared/group/flush.ts',
    find: 'target.open = { ...sent, deadline }',
    replace: 'target.open = { ...sent, deadline }\n  target.told = { at: nominal, firing, resolved, delivery }',
  },
  {
    name: 'doubt dropped after an ambiguous outcome',
    file: 'shared/group/settle.ts',
    find: 'firing: union(target.doubt?.firing, firing),',
    replace: 'firing: [],',
  },
  {
    name: 'a doubtful resolve does not contradict told',
    file: 'shared/group/compare.ts',
    find: 'without(told.firing, doubt?.resolved)',
    replace: 'without(told.firing, [])',
  },
  {
    name: 'a refusal clears an earlier doubt',
    file: 'shared/group/settle.ts',
    find: "    case 'refused':\n",
    replace: "    case 'refused':\n      target.doubt = undefined\n",
  },
  {
    name: 'a second delivery opened while one is open',
    file: 'shared/group/flush.ts',
    find: '  if (target.open !== undefined) {\n    target.recheck = true\n    return\n  }',
    replace: '',
  },
  {
    name: 'no comparison after a tick that passed while a delivery was open',
    file: 'shared/group/flush.ts',
    find: '    target.recheck = true\n    return',
    replace: '    return',
  },
  {
    name: 'claim without attempt number',
    file: 'shared/store/deliveries.ts',
    find: 'begun < attempt ? { begun: attempt',
    replace: 'true ? { begun: attempt',
  },
  {
    name: 'an outcome accepted for another attempt',
    file: 'shared/group/settle.ts',
    find: 'if (open.delivery !== delivery || open.attempt !== attempt) return',
    replace: '',
  },
  {
    name: 'ids that repeat after other content was sent',
    file: 'shared/group/flush.ts',
    find: 'digest([String(group.birth), id, String(target.count), content.hash], 24)',
    replace: 'digest([id, content.hash.slice(0, 1)], 24)',
  },
  {
    name: 'resolved dropped before it is told',
    file: 'shared/group/advance.ts',
    find: 'if (!settled && muted === undefined) continue',
    replace: '',
  },
  {
    name: 'no tombstone',
    file: 'shared/group/fold.ts',
    find: '  group.tombstones.set(fingerprint, { stamp: member.stamp, until })',
    replace: '  void until',
  },
  {
    name: 'a late duplicate overrules what is newer',
    file: 'shared/group/fold.ts',
    find: 'const next = order > 0 ? follow(member, arrival) : precede(member, arrival)',
    replace: 'const next = follow(member, arrival)',
  },
  {
    name: 'wake does not count open deliveries',
    file: 'shared/group/wake.ts',
    find: 'if (target.open !== undefined) return consider(target.open.deadline)',
    replace: 'if (target.open !== undefined) return',
  },
  {
    name: 'a retry without a wake',
    file: 'shared/group/wake.ts',
    find: 'consider(group.lastTick === undefined ? group.nextTick : Math.max(target.retry.notBefore, by.now))',
    replace: '',
  },
  {
    name: 'muted alerts do not keep the grid awake',
    file: 'shared/group/wake.ts',
    find: 'if (group.members.size > 0 && group.muted) consider(group.nextTick)',
    replace: '',
  },
  {
    name: 'messages sent although the head was not saved',
    file: 'functions/dispatch/decide.ts',
    find: "if (saved === 'saved') return decision",
    replace: 'if (saved !== undefined) return decision',
  },
  {
    name: 'contents not written before the head',
    file: 'functions/dispatch/decide.ts',
    find: 'decision.open.map(({ delivery }) =>',
    replace: 'decision.open.slice(1).map(({ delivery }) =>',
  },
  {
    name: 'a swallowed error of the sender counts as arrived',
    file: 'shared/channels/answer.ts',
    find: "return { kind: 'ambiguous', at: now, reason: result.reason, detail: result.detail }",
    replace: "return { kind: 'arrived', at: now }",
  },
  {
    name: 'a refused send counts as arrived',
    file: 'shared/channels/answer.ts',
    find: 'if (status >= 200 && status < 300)',
    replace: 'if (status >= 200)',
  },
  {
    name: 'a send that outlives the deadline',
    file: 'shared/delivery/attempt.ts',
    find: 'send(claim.delivery, { begunAt, latest }, sender, deps)',
    replace:
      'send(claim.delivery, { begunAt, latest: due.deadline + 600_000 }, { ...sender, timeoutMs: 600_000 }, deps)',
  },
]
