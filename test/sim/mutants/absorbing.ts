import type { Mutant } from '../mutants.ts'

/** Of AWS, where containers of ingest absorb refreshes. */
const ABSORBED = 'shared/refresh/absorbed.ts'

export const absorbing: Mutant[] = [
  {
    name: 'refreshes are absorbed while any of the claimed time is left',
    file: ABSORBED,
    find: '5 * (passed.endsAt - now) > 3 * claimed',
    replace: 'passed.endsAt > now',
    by: { script: 'an alert whose refreshes are absorbed fires until an end that its sender claimed' },
  },
  {
    name: 'an end that the sender gives is absorbed',
    file: ABSORBED,
    find: 'Math.abs(endsAt - now - claimed) <= WAY_MS',
    replace: 'endsAt - now - claimed <= WAY_MS',
    by: { script: 'an end that is given is told at once, whichever containers had the refreshes' },
  },
  {
    name: 'a refresh that claims more time than before is absorbed',
    file: ABSORBED,
    find: 'Math.abs(endsAt - now - claimed) <= WAY_MS',
    replace: 'endsAt - now - claimed >= -WAY_MS',
    by: { script: 'an alert whose sender repeats it less often from now on fires on' },
  },
  {
    name: 'an alert with another start is absorbed',
    file: ABSORBED,
    find: ', `${startsAt}`, generatorURL])',
    replace: ', startsAt ? generatorURL : generatorURL])',
    by: { script: 'an alert that begins anew after an end through another container is told' },
  },
  {
    name: 'an end leaves the alert known',
    file: ABSORBED,
    find: 'passed.delete(key)\n        if (endsAt <= receivedAt) continue',
    replace: 'if (endsAt <= receivedAt) continue\n        passed.delete(key)',
    by: {
      script: 'an alert that begins anew with the start of before is told after an end through the same container',
    },
  },
  {
    name: 'an alert that the queue did not take is known',
    file: ABSORBED,
    find: 'if (before?.isSent && isAbsorbed(before, now)) continue',
    replace: 'if (before && isAbsorbed(before, now)) continue',
    by: { script: 'an alert that the queue did not take is told' },
  },
  {
    name: 'refreshes are absorbed for any time',
    file: ABSORBED,
    find: '&&\n    now - passed.receivedAt < LONGEST_MS\n',
    replace: '\n',
    also: [{ file: ABSORBED, find: '&& now - receivedAt < LONGEST_MS) return', replace: ') return' }],
    by: { script: 'a container that stood still for ten minutes absorbs nothing' },
  },
]
