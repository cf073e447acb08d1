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
  {
    name: 'an incident that comes back while a message is out counts as named by it',
    file: 'shared/group/target-state.ts',
    find: 'return mayKeepOpen(settled, incidentsLeft(state, open, incident))',
    replace: 'return settled',
    by: { script: 'an incident of before that comes back late is ended with the next message' },
  },
  {
    name: 'an incident that comes back is ended only with other news',
    file: 'shared/group/regroup.ts',
    find: 'setState(draft, key, mayKeepOpen(doubted, kept))',
    replace: 'setState(draft, key, mayKeepOpen(state, kept))',
    by: { script: 'an incident of before that comes back after the end was told is ended' },
  },
  {
    name: 'an end that is out ends an incident that it does not name',
    file: 'shared/group/regroup.ts',
    find: '{ firing: alerts, resolved: [], until: 0 }, () => false)',
    replace: '{ firing: alerts, resolved: [], until: 0 })',
    by: { script: 'an incident of before that comes back while the end is out is ended once' },
  },
  {
    name: 'an incident that was ended comes back with a copy of the message',
    file: 'shared/group/regroup.ts',
    find: '...(told?.ended ?? [])',
    replace: '...[]',
    by: { script: 'an incident of before that comes back while the end is out is ended once' },
  },
  {
    name: 'the incident of a message whose alerts left on its way counts as ended',
    file: 'shared/group/ended-incidents.ts',
    find: 'saysAllIsOver(open) ? open.incident?.id : undefined',
    replace: 'open.incident?.id',
    by: { script: 'an incident that was on its way through two changes is ended' },
  },
]
