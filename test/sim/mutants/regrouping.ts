import type { Mutant } from '../mutants.ts'

/** Bugs in regrouping after a change of the configuration, and in muting. */
export const regrouping: Mutant[] = [
  {
    name: 'moved alerts that the queue did not take',
    file: 'functions/dispatch/handler.ts',
    find: 'return sent.failed.length === 0',
    replace: 'return sent.failed.length >= 0',
    by: { script: 'a moved alert that the queue did not take stays where it was' },
  },
  {
    name: 'what an open delivery may have told does not move along',
    file: 'functions/dispatch/regroup-messages.ts',
    find: 'mayFire: new Set([...(doubt?.firing ?? []), ...(open?.firing ?? [])])',
    replace: 'mayFire: new Set(doubt?.firing)',
    by: { script: 'who may have heard by a delivery that is open is owed the resolve' },
  },
  {
    name: 'what is known to be told does not move along',
    file: 'functions/dispatch/regroup-messages.ts',
    find: 'if (mark !== undefined && surely.length > 0)',
    replace: 'if (mark === undefined)',
    by: { script: 'who was told is not told again by the next group' },
  },
  {
    name: 'an older configuration undoes a newer one',
    file: 'functions/dispatch/decide.ts',
    find: 'if (Number(before.revision) > Number(decider.config.config.revision)) return undefined',
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
    file: 'shared/group/target-state.ts',
    find: 'return doubt !== undefined && now < doubt.until',
    replace: 'return doubt !== undefined && now < 0',
    by: { script: 'what the old group had sent is not overtaken by the new one' },
  },
  {
    name: 'tombstones do not move along',
    file: 'functions/dispatch/regroup.ts',
    find: '[...group.members, ...group.tombstones]',
    replace: '[...group.members]',
    by: { script: 'an older firing that comes again after a change is known to be over' },
  },
  {
    name: 'what was buried unheard stays so though another group had told of it',
    file: 'shared/group/advance.ts',
    find: '(owed && reviveAsResolved(group, arrival))',
    replace: '(owed && false)',
    by: { script: 'a resolve that is faster than the move of its alert is told' },
  },
  {
    name: 'what arrives settles a doubt about what may come after it',
    file: 'shared/group/target-state.ts',
    find: 'const cleared = doubt === undefined || doubt.until <= openedAt',
    replace: 'const cleared = doubt === undefined || openedAt > 0',
    by: { script: 'what is heard first does not settle what may be heard later' },
  },
  {
    name: 'a second copy of what moves brings a doubt back',
    file: 'shared/group/regroup.ts',
    find: '>= heard.until ? knownAlerts(state.told) : []',
    replace: '>= heard.until ? [] : []',
    by: { script: 'alerts that are moved twice are told once' },
  },
  {
    name: 'a change is not announced',
    file: 'functions/api/config/wakes.ts',
    find: '{ ...changedMessage(account), delayMs: LATEST_LOOK_MS }',
    replace: 'changedMessage(account)',
    by: { script: 'a group that could not be woken looks at the changed configuration later' },
  },
  {
    name: 'what was told of an alert stays where the alert was',
    file: 'functions/dispatch/regroup.ts',
    find: 'staying.has(fingerprint) || !members.has(fingerprint)',
    replace: 'staying.has(fingerprint) || !staying.has(fingerprint)',
    by: { script: 'what was told of an alert that left is not remembered when it comes back' },
  },
  {
    name: 'an end that the old group told is forgotten when the alert fires anew',
    file: 'functions/dispatch/regroup-messages.ts',
    find: ', ...(told?.resolved ?? [])]',
    replace: ']',
    by: { seed: 8106205 },
  },
]
