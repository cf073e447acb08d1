import type { Mutant } from '../mutants.ts'

const KEPT = 'shared/group/kept-incidents.ts'
const FLUSH = 'shared/group/flush.ts'

/** Mistakes about receivers that keep incidents of their own. */
export const keptIncidents: Mutant[] = [
  {
    name: 'a claim waits for the next tick that has something to compare',
    file: 'shared/group/people.ts',
    find: 'recheck(draft, (target) => keepsIncidents(target, ctx), ctx)',
    replace: '',
    by: { script: 'a claim is told at once, and once' },
  },
  {
    name: 'a claim during a send is forgotten',
    file: FLUSH,
    find: '(claim && owesClaim(group, state, target, ctx))',
    replace: 'false',
    by: { script: 'a claim follows the news that was on its way' },
  },
  {
    name: 'news tell of the claim too',
    file: 'shared/group/target-state.ts',
    find: "handler: reason === 'claim' ? incident.handler : before?.handler",
    replace: 'handler: reason.length > 0 ? incident.handler : before?.handler',
    by: { script: 'a claim follows the news that was on its way' },
  },
  {
    name: 'a claim is told at every look',
    file: KEPT,
    find: 'return told?.incident?.id !== incident.id || told.incident.handler !== incident.handler',
    replace: 'return told !== undefined',
    by: { script: 'a claim is told at once, and once' },
  },
  {
    name: 'an incident whose end did not come is not named with the next',
    file: KEPT,
    find: '...(told?.incident ? [told.incident.id] : [])',
    replace: '...[]',
    by: { script: 'an end that did not come before the next incident opened is told with it' },
  },
  {
    name: 'an incident that may have been opened is not named with the next',
    file: KEPT,
    find: '...(doubt?.incidents ?? [])',
    replace: '...[]',
    by: { script: 'an incident of an attempt of unknown fate is ended when the next opens' },
  },
]
