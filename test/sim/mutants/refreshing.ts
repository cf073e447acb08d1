import type { Mutant } from '../mutants.ts'

/** Of one machine, which keeps refreshes in memory (`shared/refresh/`). */
const KEPT = 'shared/refresh/refreshes.ts'
const AFTER_START = 'shared/refresh/ends-after-start.ts'
const DECIDED = 'functions/dispatch/refreshed.ts'

export const refreshing: Mutant[] = [
  {
    name: 'no decision takes the kept refreshes',
    file: DECIDED,
    find: 'const refreshes = kept.of(work.account, work.id)',
    replace: 'const refreshes: Arrival[] = []',
    by: { script: 'an alert whose refreshes are kept fires until the end that was claimed last' },
  },
  {
    name: 'a refresh moves the end in one group of its alert',
    file: KEPT,
    find: 'for (const group of known.groups) {',
    replace: 'for (const group of known.groups.slice(0, 1)) {',
    by: { machine: 1 },
  },
  {
    name: 'nothing makes up for the refreshes that were lost with a process',
    file: AFTER_START,
    find: 'if (!mayEndEarly(member, knownAt, now)) continue',
    replace: 'if (mayEndEarly(member, knownAt, now) || knownAt > 0) continue',
    by: { script: 'an alert whose refreshes were lost with the process ends late, and not early' },
  },
  {
    name: 'a stored end is moved at each look after a start',
    file: AFTER_START,
    find: ' || stamp.tie.endsWith(MARK)) return false',
    replace: ') return false',
    also: [
      { file: AFTER_START, find: 'tie: member.stamp.tie + MARK', replace: 'tie: member.stamp.tie + MARK.repeat(2)' },
    ],
    by: { script: 'an alert whose refreshes were lost with the process ends late, and not early' },
  },
  {
    name: 'an end that was given is moved after a start',
    file: AFTER_START,
    find: 'return !given && !told',
    replace: 'return !told',
    by: { script: 'an end that was given is told in time after the process died' },
  },
  {
    name: 'an alert stays known while a message of the alert is on its way',
    file: KEPT,
    find: '    state.known = undefined\n    state.next = undefined\n    return state',
    replace: '    return state',
    also: [
      { file: KEPT, find: ': undefined\n      state.next = undefined', replace: ': state.known' },
      { file: KEPT, find: '      if (isLast && !isSaved) states.delete(fingerprint)\n', replace: '' },
    ],
    by: { script: 'an alert that fires anew since the same start is told, and is no refresh' },
  },
  {
    name: 'refreshes of a source of inhibition are kept',
    file: DECIDED,
    find: 'if (!source && !unsaved',
    replace: 'if (!unsaved',
    by: { script: 'a source of inhibition that is refreshed inhibits until the end that was claimed last' },
  },
  {
    name: 'a save drops the refreshes that were kept meanwhile',
    file: KEPT,
    find: 'for (const refresh of refreshes) {\n        if (left.get(refresh.fingerprint)?.arrival === refresh)',
    replace: 'for (const refresh of left.values()) {\n        if (left.size > 0)',
    by: { script: 'a refresh that is kept while its group is saved is not lost' },
  },
  {
    name: 'a refresh may move a stored end by any time',
    file: KEPT,
    find: 'return endsAt - stored.endsAt <= Math.min(UNWRITTEN_MS, (endsAt - receivedAt) / 2)',
    replace: 'return endsAt > receivedAt',
    by: { script: 'a refresh that moves the stored end too far is stored before the process dies' },
  },
]
