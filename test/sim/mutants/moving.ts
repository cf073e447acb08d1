import type { Mutant } from '../mutants.ts'

/** What a change of the configuration moves, and what mutes. */
export const moving: Mutant[] = [
  {
    name: 'moved alerts that the queue did not take',
    file: 'functions/dispatch/handler.ts',
    find: 'return sent.failed.length === 0',
    replace: 'return sent.failed.length >= 0',
    by: { script: 'a moved alert that the queue did not take stays where it was' },
  },
  {
    name: 'what an open delivery may have told does not move along',
    file: 'functions/dispatch/rehome.ts',
    find: 'const mayHaveHeard = [doubt, open].some(',
    replace: 'const mayHaveHeard = [doubt].some(',
    by: { script: 'who may have heard by a delivery that is open is owed the resolve' },
  },
  {
    name: 'what is known to be told does not move along',
    file: 'functions/dispatch/rehome.ts',
    find: 'if (told === undefined || !knows || contradicted) continue',
    replace: 'continue',
    by: { script: 'who was told is not told again by the next group' },
  },
  {
    name: 'an older configuration undoes a newer one',
    file: 'functions/dispatch/decide.ts',
    find: 'if (Number(before.revision) > Number(by.config.config.revision)) return undefined',
    replace: '',
    by: { script: 'a worker that knows only the older configuration leaves the group alone' },
  },
  {
    name: 'inhibition sources noted after the groups advance',
    file: 'functions/dispatch/handler.ts',
    find: '    await noteInhibitors(deps.table, account, config, arrivals, now)\n',
    replace: '',
    also: [
      {
        file: 'functions/dispatch/handler.ts',
        find: '    await sendEffects(',
        replace: '    await noteInhibitors(deps.table, account, config, arrivals, now)\n    await sendEffects(',
      },
    ],
    by: { script: 'a source that comes with what it inhibits mutes it' },
  },
  {
    name: 'what is still out when an alert moves is overtaken',
    file: 'shared/group/advance.ts',
    find: 'target.retry = { ...retry, notBefore: Math.max(retry.notBefore, deadline) }',
    replace: 'void retry',
    by: { script: 'what the old group had sent is not overtaken by the new one' },
  },
]
