import type { Mutant } from '../mutants.ts'

const SEATS = 'shared/flow/audience.ts'

/** Mistakes about people who change, about shifts and periods that nobody wakes for, and about states that are stored. */
export const flowPeople: Mutant[] = [
  {
    name: 'a user who was disabled is sent what was decided before',
    file: 'shared/channel/recipient.ts',
    find: "  if (!user.enabled) return 'the user is disabled'\n",
    replace: '',
    by: { script: 'a user who was disabled is sent nothing that was decided before' },
  },
  {
    name: 'a worker with the older people decides',
    file: 'functions/dispatch/decide.ts',
    find: '  if (Number(before.peopleRevision ?? NOBODY.revision) > Number(config.people.revision)) return undefined\n',
    replace: '',
    by: { script: 'a worker that knows only the older people leaves the group alone' },
  },
  {
    name: 'targets that were told at different times are one cohort',
    file: 'shared/group-store/target-cohorts.ts',
    find: 'const text = JSON.stringify(stored)',
    replace: 'const text = JSON.stringify({ ...stored, told: undefined })',
    by: { script: 'a worker that begins knows who was called, and who was told before' },
  },
  {
    name: 'an entry of the timeline about several targets loses the last',
    file: 'shared/group/log-entry.ts',
    find: '    joined[place]!.targets.push(target)\n',
    replace: '    if (joined[place]!.targets.length < 2) joined[place]!.targets.push(target)\n',
    by: { script: 'a user who was disabled is sent nothing that was decided before' },
  },
  {
    name: 'a fallback stays named when the target is well again',
    file: 'shared/group/audience.ts',
    find: 'return since === undefined ? undefined : ',
    replace: 'return since === undefined ? state?.told?.heardBy : ',
    by: { script: 'a fallback hears nothing new when the target is well again' },
  },
  {
    name: 'nobody wakes for the opening of a period',
    file: SEATS,
    find: '      if (opensAt !== undefined) consider(opensAt)\n',
    replace: '',
    by: { script: 'an alert of the night is told in the morning' },
  },
  {
    name: 'nobody wakes for a shift',
    file: SEATS,
    find: '        consider(until + spreadMs)\n',
    replace: '',
    by: { script: 'a shift that begins is told' },
  },
  {
    name: 'a call that brings news says the news alone',
    file: 'shared/group/flush.ts',
    find: "  if (look.call !== undefined && forced === undefined) return { tell: 'escalated' }\n",
    replace: '',
    by: { script: 'whom the primary flow told is called by a stage' },
  },
  {
    name: 'a user whom a tick did not ask misses its alerts',
    file: 'shared/group/flush.ts',
    find: 'if (ctx.flow !== undefined) markOut(',
    replace: 'if (ctx.flow === null) markOut(',
    by: { script: 'a user who is enabled again hears of the alerts that were compared meanwhile' },
  },
]
