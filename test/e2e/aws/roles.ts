import { beforeAll, describe, expect, test } from 'vitest'
import { NAMES } from '../../checks/stack/functions.ts'
import { until } from '../wait.ts'
import { allDeeds, clientsOf, partitionDeeds } from './deeds.ts'
import { type Exercises, exercisesOf, REFUSED, shortName, worksAgain } from './exercises.ts'
import { type Right, type RolePolicy, rolePolicy } from './policies.ts'
import type { Stage } from './stage.ts'

/** Limited to the rights that the emulator checks: docs/deploy.md lists the rights left to AWS. */
export function roles(on: Stage): void {
  describe.each(NAMES)('the role of %s', (name) => {
    let policy: RolePolicy
    beforeAll(async () => {
      if (on.aws) policy = await rolePolicy(on.aws, name)
    })

    test('allows nothing else', async () => {
      const may = new Set(policy.rights.map(({ action, resource }) => `${action} ${resource}`))
      const mayNot = allDeeds(on.emulator.url, on.trail.bucket).filter(
        ({ action, resource }) => !may.has(`${action} ${resource}`),
      )
      const clients = await clientsOf(on.aws, on.emulator.url, name)
      const done: string[] = []
      for (const deed of mayNot) {
        const refused = await deed.do(clients).then(
          () => 'done',
          (error: Error) => error.name,
        )
        if (!/^AccessDenied/.test(refused)) done.push(`${shortName(deed)}: ${refused}`)
      }
      expect(done).toEqual([])
      // One queue of dead letters stands for five: the role of api, which may do the most, is refused the fewest.
      expect(mayNot.length).toBeGreaterThan(28)
    })

    test('reads personal data only to send to people or to manage them', async () => {
      const clients = await clientsOf(on.aws, on.emulator.url, name)
      const people = await partitionDeeds(clients, 'p#nobody')
      expect(people).toEqual({ reads: name === 'api' || name === 'notify', writes: name === 'api' })
      const mine = name === 'api' || name === 'notify'
      expect(await partitionDeeds(clients, 'i#nobody#test01')).toEqual({ reads: mine, writes: mine })
      // The partitions of the installation, with accounts and API keys.
      expect(await partitionDeeds(clients, 'tocsin')).toEqual({ reads: name === 'api', writes: name === 'api' })
    })

    test('has no right that the work could do without', async () => {
      const exercises = exercisesOf(on)[name] ?? {}
      expect(policy.proven.map(shortName).sort()).toEqual(Object.keys(exercises).sort())
      for (const right of policy.proven) {
        await policy.takeAway(right)
        try {
          await patiently(() => isMissed(on, name, right, exercises))
        } finally {
          await policy.restore()
        }
        // A process without a start, or with values read earlier, would disturb the next exercise.
        await on.deployed.restart(name)
      }
    }, 180_000)
  })

  test('with all rights back, an alert is told and forwarded as before', async () => {
    await worksAgain(on)
  })
}

/** The work fails, and the function names the missing right. */
async function isMissed(on: Stage, name: string, right: Right, exercises: Exercises[string]): Promise<void> {
  const since = Date.now()
  const said = String(await exercises[shortName(right)]?.())
  if (said === REFUSED) return
  const lacks = async () => namesIt([said, ...(await on.deployed.log(name, since))], right)
  await until(`${name} says that it lacks ${shortName(right)}`, lacks, 15_000)
}

/** A second try: on a busy machine the emulator turns requests away. */
async function patiently(act: () => Promise<void>, tries = 3): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (tries === 1) throw error
    await patiently(act, tries - 1)
  }
}

/**
 * Whether a line names the action and, if the line names a resource, this resource. A line about a table names no
 * resource.
 */
function namesIt(lines: string[], { action, resource }: Right): boolean {
  const words = `is not authorized to perform: ${action}`.toLowerCase()
  const denials = lines.map((line) => line.toLowerCase()).filter((line) => line.includes(words))
  return denials.some(
    (line) => !line.includes(' on resource: ') || line.includes(resource.toLowerCase().replace(/\*$/, '')),
  )
}
