import * as z from 'zod'
import { type Problem, under } from '../problem/problem.ts'
import { whenSound } from '../problem/when-sound.ts'
import { checkedText } from '../settings/checked-text.ts'
import { NAME_CHARS, nameProblem, personId } from './names.ts'
import { rotationSchema, rotationWarnings } from './rotation.ts'
import { repeatedPlaces } from './user.ts'

/** Members of a group at most. */
export const MEMBERS = 1_000
/** Characters of a name that breaks the rule of length, and is taken with a warning. */
const LONGEST_NAME = 60

/** Users who are told together. */
export const userGroupSchema = z
  .strictObject({
    id: personId,
    name: checkedText((name) => nameProblem(name, { most: LONGEST_NAME, allowed: '&' }))
      .optional()
      .describe('Absent: the id'),
    members: z
      .array(personId)
      .max(MEMBERS, `at most ${MEMBERS} members are allowed`)
      .superRefine((members, context) => {
        for (const place of repeatedPlaces(members)) {
          context.addIssue({ code: 'custom', path: [place], message: 'is there twice' })
        }
      })
      .default([]),
    enabled: z.boolean().default(true).describe('False: the group adds nobody to who is told'),
    rotation: rotationSchema.optional(),
  })
  .superRefine(
    ({ members, rotation }, context) => {
      const known = new Set(members)
      for (const [place, user] of (rotation?.order ?? []).entries()) {
        if (known.has(user)) continue
        context.addIssue({
          code: 'custom',
          path: ['rotation', 'order', place],
          message: 'is not a member of the group',
        })
      }
    },
    whenSound('members', 'rotation'),
  )

export type UserGroup = z.output<typeof userGroupSchema>

/**
 * Paths begin at the group. ActionTrail's own example, `ActionTrail O&M Group`, breaks ActionTrail's rule of names
 * twice: such a name is taken, and the warning says that ActionTrail may refuse the name.
 */
export function userGroupWarnings({ name, members, rotation }: UserGroup): Problem[] {
  const broken = name === undefined ? undefined : nameProblem(name)
  return [
    ...(broken === undefined
      ? []
      : [{ path: 'name', message: `${broken} by the rule of ActionTrail (${NAME_CHARS} characters, no "&")` }]),
    ...(members.length === 0 ? [{ path: 'members', message: 'is empty: the group tells nobody' }] : []),
    ...(rotation === undefined ? [] : under('rotation', rotationWarnings(rotation))),
  ]
}

/** Warnings that depend on the users. Paths begin at the group. */
export function disabledGroupWarnings(
  { members, rotation, enabled }: UserGroup,
  isEnabled: (user: string) => boolean,
): Problem[] {
  if (!enabled || members.length === 0) return []
  const nobody = (path: string, users: readonly string[], who: string): Problem[] =>
    users.some(isEnabled) ? [] : [{ path, message: `names disabled users only: ${who}` }]
  const all = nobody('members', members, 'the group tells nobody')
  return rotation === undefined ? all : [...all, ...nobody('rotation.order', rotation.order, 'nobody is on duty')]
}
