import { afterAll, beforeAll, describe } from 'vitest'
import { badInputSuite } from './bad-input.suite.ts'
import { whySkipped } from './chromium.ts'
import { flowSuite } from './flow.suite.ts'
import { integrationsSuite } from './integrations.suite.ts'
import { liveSuite } from './live.suite.ts'
import { lookSuite } from './look.suite.ts'
import { nightSuite } from './night.suite.ts'
import { restartSuite } from './restart.suite.ts'
import { ruleSuite } from './rule.suite.ts'
import { sessionSuite } from './session.suite.ts'
import { silenceSuite } from './silence.suite.ts'
import { statesSuite } from './states.suite.ts'
import { twoPeopleSuite } from './two-people.suite.ts'
import { walkSuite } from './walk.suite.ts'
import { startWorld, type World } from './world.ts'

/* The console as people use it, in Chromium: the suites share one host and one browser. */

let world: World

describe.skipIf(whySkipped !== '')(`the console in a browser${whySkipped}`, () => {
  beforeAll(async () => {
    world = await startWorld()
  }, 60_000)
  afterAll(async () => await world?.stop())

  lookSuite(() => world)
  statesSuite(() => world)
  nightSuite(() => world)
  silenceSuite(() => world)
  ruleSuite(() => world)
  liveSuite(() => world)
  badInputSuite(() => world)
  restartSuite(() => world)
  integrationsSuite(() => world)
  flowSuite(() => world)
  sessionSuite(() => world)
  twoPeopleSuite(() => world)
  walkSuite(() => world)
})
