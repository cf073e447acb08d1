import type { Edit } from '../plant.ts'
import type { CHAIN_SCRIPTS } from './scripts.ts'

/*
 * Planted bugs of the chain, as in `../mutants.ts`: edits of the product's source, made in a copy. `seed` is the
 * first of a few seeds, one of which notices the bug.
 */

export interface ChainMutant extends Edit {
  name: string
  seed: number
  /** Noticed without faults; or by a script. */
  clean?: true
  script?: keyof typeof CHAIN_SCRIPTS
}

export const CHAIN_MUTANTS: ChainMutant[] = [
  {
    name: 'counting what is new, and not what is there',
    file: 'shared/store/windows.ts',
    find: "if (updated.result === 'lost') {",
    replace: "if (updated.result === 'unchanged') return []\n  if (updated.result === 'lost') {",
    seed: 18,
  },
  {
    name: 'a window written whoever was faster',
    file: 'shared/table/update.ts',
    find: "ifUnchanged(before?.version ?? 'absent')",
    replace: "'always'",
    seed: 1,
    script: 'race',
  },
  {
    name: 'a window without its neighbours',
    file: 'shared/store/windows.ts',
    find: '[cell - 1, cell + 1].map',
    replace: '[cell, cell].map',
    seed: 4,
  },
  {
    name: 'account missing from the key of a window',
    file: 'shared/table/keys.ts',
    find: '(account)}#w#',
    replace: '(account.slice(3))}#w#',
    seed: 7,
  },
  {
    name: 'a count that forgets its group',
    file: 'functions/evaluate/count.ts',
    find: 'digest([key, ...values])',
    replace: 'digest([key, String(values.length)])',
    seed: 1,
  },
  {
    name: 'copies of an event counted one by one',
    file: 'functions/evaluate/count.ts',
    find: 'shortHash([record.trail, record.id])',
    replace: 'shortHash([record.trail, record.id, String(Math.random())])',
    seed: 2,
  },
  {
    name: 'evaluate acknowledges what it raised though the queue did not take it',
    file: 'functions/evaluate/handler.ts',
    find: 'if (failed.length === 0) return',
    replace: 'if (failed.length >= 0) return',
    seed: 17,
  },
  {
    name: 'evaluate sends what it raised and does not wait',
    file: 'functions/evaluate/handler.ts',
    find: 'await raise(deps, reports, account, batch, lost)',
    replace: 'void raise(deps, reports, account, batch, lost)',
    seed: 1,
  },
  {
    name: 'a window that was not written is nobody’s loss',
    file: 'functions/evaluate/handler.ts',
    find: '({ message }, error) => lost(account, [message], error)',
    replace: '() => {}',
    seed: 72,
  },
  {
    name: 'an owed event superseded by the next',
    file: 'shared/group/lifecycle-events.ts',
    find: 'const events = [...(state.owedEvents ?? []), owed]',
    replace: 'const events = [...(state.owedEvents ?? []).slice(0, state.open === undefined ? 0 : 1), owed]',
    seed: 2,
  },
  {
    name: 'owed events out of order',
    file: 'shared/group/lifecycle-events.ts',
    find: 'const events = [...(state.owedEvents ?? []), owed]',
    replace:
      'const out = state.open === undefined ? 0 : 1\n  const waiting = state.owedEvents ?? []\n  const events = [...waiting.slice(0, out), owed, ...waiting.slice(out)]',
    seed: 2,
  },
  {
    name: 'an owed event given up when its fate is unknown',
    file: 'shared/group/lifecycle-events.ts',
    find: "    case 'refused':\n    case 'ambiguous':\n",
    replace: "    case 'ambiguous':\n      return done()\n    case 'refused':\n",
    seed: 1,
  },
  {
    name: 'an alert forwarded with an end that we computed',
    file: 'shared/forwarding/send.ts',
    find: 'endsAt ?? (timeout ? undefined : until)',
    replace: 'endsAt ?? until',
    seed: 2,
  },
  {
    name: 'an end that we computed forwarded as the end',
    file: 'shared/forwarding/send.ts',
    find: 'if (origin === undefined || (endsAt !== undefined && timeout)) return []',
    replace: 'if (origin === undefined) return []',
    seed: 2,
  },
  {
    name: 'what ended is not forwarded',
    file: 'shared/forwarding/send.ts',
    find: '(endsAt !== undefined && timeout)',
    replace: 'endsAt !== undefined',
    seed: 111,
  },
  {
    name: 'an end that no forward mentions counts as forwarded',
    file: 'shared/group/telling.ts',
    find: "if (kind !== 'forward') return seen",
    replace: "if (kind !== 'forward' || seen.firing.length > 0) return seen",
    seed: 1,
    script: 'recovered',
  },
  {
    name: 'a forward that finds nothing to tell does not say so',
    file: 'shared/group/telling.ts',
    find: ' || unheard.length === seen.alerts.length',
    replace: '',
    seed: 1,
  },
  {
    name: 'no loop guard at the receiver',
    file: 'shared/integrations/forward.ts',
    find: 'if (hops.includes(context.self())) return',
    replace: 'if (hops.length > 1000) return',
    seed: 4,
  },
  {
    name: 'a forward names its sender only',
    file: 'shared/forwarding/send.ts',
    find: 'return alerts[0]?.origin?.via ?? []',
    replace: 'return alerts.length < 0 ? [alerts[0]!.fingerprint] : []',
    seed: 4,
  },
  {
    name: 'what was forwarded taken for our own',
    file: 'shared/message/origin.ts',
    find: ', via: hops ?? [] }',
    replace: ' }',
    seed: 4,
  },
  {
    name: 'a bus told twice of what it took',
    file: 'shared/group/lifecycle-events.ts',
    find: '    setState(draft, key, eventArrived(state, rest))\n',
    replace: '    setState(draft, key, eventArrived(state, owed.attempts > 1 ? rest : [owed, ...rest]))\n',
    seed: 1,
    clean: true,
  },
  {
    name: 'an account known by its id alone',
    file: 'shared/forwarding/hop.ts',
    find: "toString('hex').slice(0, 16)",
    replace: "toString('hex').slice(0, 0)",
    seed: 3,
  },
  {
    name: 'forwards not repeated while an alert fires',
    file: 'shared/forwarding/policy.ts',
    find: 'repeatIntervalMs: DEFAULTS.autoRecoverAfterMs / 3',
    replace: 'repeatIntervalMs: DEFAULTS.autoRecoverAfterMs * 300',
    seed: 3,
    clean: true,
  },
  {
    name: 'everything forwarded though only our own is wanted',
    file: 'shared/routing/matching.ts',
    find: "forwarding?.sources === 'all' ?",
    replace: 'forwarding !== undefined ?',
    seed: 1,
  },
]
