import type { Mutant } from '../mutants.ts'

const ENDS = 'shared/group/muted-ends.ts'

/** Mistakes about alerts that resolve while they are muted. */
export const muting: Mutant[] = [
  {
    name: 'ends of muted alerts are dropped',
    file: ENDS,
    find: "return silencedEnds !== 'dropped'",
    replace: 'return silencedEnds === undefined',
    by: { script: 'an end under a silence is told when the silence is over' },
  },
  {
    name: 'ends of muted alerts are told where they are dropped',
    file: ENDS,
    find: "return silencedEnds !== 'dropped'",
    replace: 'return silencedEnds !== undefined',
    by: { script: 'where ends of muted alerts are dropped, nobody is told, as in Alertmanager' },
  },
  {
    name: 'a message makes a target forget the muted alerts that it does not mention',
    file: ENDS,
    find: 'const here = unmentioned.filter((fingerprint) => group.members.has(fingerprint))',
    replace: 'const here = unmentioned.filter(() => group.members.size < 0)',
    by: { script: 'an end under a silence is told although messages about other alerts came in between' },
  },
  {
    name: 'an end that no message mentioned is owed only beside what fires',
    file: 'shared/group/compare.ts',
    find: ', ...common(unmentioned, present.resolved)]',
    replace: ']',
    by: { script: 'an end under a silence is told although messages about other alerts came in between' },
  },
  {
    name: 'what no message mentioned does not move along',
    file: 'functions/dispatch/regroup-messages.ts',
    find: 'mayFire: union(union(doubt?.firing, open?.firing), unmentioned)',
    replace: 'mayFire: union(doubt?.firing, open?.firing)',
    by: { script: 'an end under a silence is told although its alert moved meanwhile' },
  },
  {
    name: 'an end waits only while its alert is muted',
    file: 'shared/group/advance.ts',
    find: 'if (muted !== undefined || group.muted) owed',
    replace: 'if (muted !== undefined) owed',
    by: {
      script: 'an end that waits is told although the silence is over before a tick, and another alert comes first',
    },
  },
  {
    name: 'an end waits only if a flush found its alert muted',
    file: 'shared/group/advance.ts',
    find: 'if (muted !== undefined || group.muted) owed',
    replace: 'if (group.muted) owed',
    by: { script: 'an end is told although a silence came between two of its attempts' },
  },
  {
    name: 'an end waits only for who surely heard of the firing',
    file: ENDS,
    find: 'lists.add(mayThinkFiring(state)).add',
    replace: 'lists.add(state.told?.firing ?? []).add',
    by: { script: 'an end under a silence is told to who may have heard of the firing' },
  },
  {
    name: 'an end does not wait for who is being told of the firing',
    file: ENDS,
    find: '.add(state.open?.firing ?? [])',
    replace: '',
    by: { script: 'an end under a silence is told to who hears of the firing while the alert resolves' },
  },
  {
    name: 'an attempt is given up for a silence without a word',
    file: 'shared/group/flush.ts',
    find: 'notTold: state.retry && [...seen.muted.values()][0]',
    replace: 'notTold: undefined',
    by: { script: 'an attempt that waits is given up for a silence, and the timeline says so' },
  },
  {
    name: 'an unsent end of a muted alert leaves the firing as told',
    file: ENDS,
    find: 'setState(draft, key, forgetting(state, left))',
    replace: 'setState(draft, key, state)',
    by: { script: 'where ends are not sent, an alert that resolved under a silence is told when it fires anew' },
  },
  {
    name: 'a policy that drops ends of muted alerts drops the ends that another policy owes',
    file: 'shared/group/advance.ts',
    find: 'keepsMutedEnds(ctx.policy) ? undefined : endsOwedToEarlierKeys(draft, ctx)',
    replace: 'keepsMutedEnds(ctx.policy) ? undefined : new Set<Fingerprint>()',
    by: {
      script: 'an end that another policy owes is told after the silence, although the policy of now drops such ends',
    },
  },
  {
    name: 'a clock that is set back leaves the recovery time of a source of inhibition far ahead',
    file: 'shared/inhibition/source.ts',
    find: 'timeout && endsAt < MAX_MILLIS ? now + endsAt - entry.stamp.at : endsAt',
    replace: 'endsAt < MAX_MILLIS ? endsAt : MAX_MILLIS',
    by: {
      script: 'an alert that nobody repeats after the clock was set back inhibits no longer than its recovery time',
    },
  },
  {
    name: 'the recovery time of a source of inhibition begins anew with every look after the clock was set back',
    file: 'shared/store/inhibition.ts',
    find: '    await noteSources(table, account, key, [], now)\n',
    replace: '',
    by: {
      script: 'an alert that nobody repeats after the clock was set back inhibits no longer than its recovery time',
    },
  },
  {
    name: 'a source of inhibition that was over fires again by a clock that was set back',
    file: 'shared/inhibition/source.ts',
    find: 'const wasOver = !timeout && entry.stamp.at >= endsAt',
    replace: 'const wasOver = !timeout && endsAt < 0',
    by: { script: 'an alert that was over when the clock was set back inhibits nothing' },
  },
]
