import { expect, test } from 'vitest'
import { disabledGroupWarnings, userGroupSchema, userGroupWarnings } from '../../../shared/people/group.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'

const GROUP = { id: 'group-01', name: 'Operators', members: ['test01', 'test02'] }
const ROTATION = { start: '2026-01-05T09:00', every: '1w', timeZone: 'Asia/Shanghai', order: ['test01', 'test02'] }

function read(given: unknown) {
  const parsed = userGroupSchema.safeParse(given)
  if (!parsed.success) return { problems: zodProblems(parsed.error), warnings: [] }
  return { problems: [], warnings: userGroupWarnings(parsed.data) }
}

test('a stranger in the order is told beside other problems', () => {
  const rotation = { ...ROTATION, order: ['test03'] }
  const { problems } = read({ ...GROUP, rotation, enabled: 'yes', pager: 1 })
  expect(problems.map(({ path }) => path).sort()).toEqual(['enabled', 'pager', 'rotation.order[0]'])
})

test.each([null, [], 'x', 5, {}])('%j is no group, and no bug', (given) => {
  expect(userGroupSchema.safeParse(given).success).toBe(false)
})

test.each<[what: string, given: object, problem: string | undefined, warning: string | undefined]>([
  ['the example of ActionTrail: 21 characters and an "&"', { name: 'ActionTrail O&M Group' }, undefined, 'name'],
  ['an "&"', { name: 'O&M' }, undefined, 'name'],
  ['a long name', { name: 'a'.repeat(60) }, undefined, 'name'],
  ['a longer name', { name: 'a'.repeat(61) }, 'name', undefined],
  ['another character', { name: 'a<b' }, 'name', undefined],
  ['no name', { name: undefined }, undefined, undefined],
  ['no member', { members: [] }, undefined, 'members'],
  ['a member twice', { members: ['test01', 'test01'] }, 'members[1]', undefined],
  ['too many members', { members: Array.from({ length: 1_001 }, (_, at) => `user${at}`) }, 'members', undefined],
  ['a rotation', { rotation: ROTATION }, undefined, undefined],
  ['an empty rotation', { rotation: { ...ROTATION, order: [] } }, 'rotation.order', undefined],
  ['a shift without length', { rotation: { ...ROTATION, every: '0' } }, 'rotation.every', undefined],
  ['a shift of minutes', { rotation: { ...ROTATION, every: '59m' } }, 'rotation.every', undefined],
  ['a day that no month has', { rotation: { ...ROTATION, start: '2026-02-30T09:00' } }, 'rotation.start', undefined],
  [
    'a stranger in the order',
    { rotation: { ...ROTATION, order: ['test01', 'test03'] } },
    'rotation.order[1]',
    undefined,
  ],
  [
    'a start that a change of the clock leaves out',
    { rotation: { ...ROTATION, timeZone: 'Europe/Berlin', start: '2026-03-29T02:30' } },
    undefined,
    'rotation.start',
  ],
  [
    'an override that ends first',
    { rotation: { ...ROTATION, overrides: [{ from: '2026-02-14T09:00', until: '2026-02-14T09:00', user: 'test02' }] } },
    'rotation.overrides[0].until',
    undefined,
  ],
  [
    'overrides that overlap',
    {
      rotation: {
        ...ROTATION,
        overrides: [
          { from: '2026-02-14T09:00', until: '2026-02-21T09:00', user: 'test02' },
          { from: '2026-02-20T09:00', until: '2026-02-22T09:00', user: 'test01' },
        ],
      },
    },
    undefined,
    'rotation.overrides[1]',
  ],
])('%s', (_what, given, problem, warning) => {
  const { problems, warnings } = read({ ...GROUP, ...given })
  expect(problems.map(({ path }) => path)).toEqual(problem === undefined ? [] : [problem])
  expect(warnings.map(({ path }) => path)).toEqual(warning === undefined ? [] : [warning])
})

const ROTATING = { ...ROTATION, order: ['test01', 'test02'] }
test.each<[object, string[], string[]]>([
  [{}, ['test01'], []],
  [{}, [], ['members']],
  [{ enabled: false }, [], []],
  [{ members: [] }, [], []],
  [{ members: ['test01', 'test02', 'test03'], rotation: ROTATING }, ['test03'], ['rotation.order']],
  [{ rotation: ROTATING }, [], ['members', 'rotation.order']],
])('of %j with the enabled users %j is warned at %j', (more, enabled, paths) => {
  const group = userGroupSchema.parse({ id: 'group-01', members: ['test01', 'test02'], ...more })
  const warnings = disabledGroupWarnings(group, (user) => enabled.includes(user))
  expect(warnings.map(({ path }) => path)).toEqual(paths)
})
