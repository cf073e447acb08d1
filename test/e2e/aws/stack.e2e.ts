import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { systemClock } from '../../../infra/clock.ts'
import { NAMES } from '../../checks/stack/functions.ts'
import { removeCopy } from '../../checks/stack/stack.ts'
import { startDingTalk } from '../../fakes/dingtalk.ts'
import { startWebhook } from '../../fakes/webhook.ts'
import { makeBus } from './bus.ts'
import { changes } from './changes.ts'
import { consolePages } from './console.ts'
import { escalation } from './escalation.ts'
import { firstAlert } from './first-alert.ts'
import { malformed } from './malformed.ts'
import { installMinistack, REGION, startMinistack } from './ministack.ts'
import { redrive } from './redrive.ts'
import { requestsTo } from './requests.ts'
import { roles } from './roles.ts'
import { sourcesForEmulator } from './sources.ts'
import { deployedAt, HQ, runCommand } from './stack.ts'
import type { Stage } from './stage.ts'
import { theEnd } from './the-end.ts'
import { makeTrail } from './trail.ts'
import { waysOut, waysOutRemoved } from './ways-out.ts'

const installed = installMinistack()
if ('missing' in installed) console.error(`THE DEPLOYED STACK IS NOT TESTED: ${installed.missing}`)

const on = {} as Stage

/** The second stage has a domain, with no DNS entry here, and no trail. */
const DOMAIN = {
  TOCSIN_DOMAIN: 'alerts.example',
  TOCSIN_CERTIFICATE_ARN: `arn:aws:acm:${REGION}:000000000000:certificate/0`,
}

describe.skipIf('missing' in installed)('the deployed stack', () => {
  beforeAll(async () => {
    if ('missing' in installed) return
    on.folder = sourcesForEmulator()
    on.webhook = await startWebhook()
    on.robot = await startDingTalk({ clock: systemClock, token: 't0ken' })
    on.emulator = await startMinistack(installed)
    const { url } = on.emulator
    on.aws = requestsTo(url)
    on.deployed = deployedAt(url, on.aws)
    on.hq = { deployed: deployedAt(url, on.aws, HQ), apiUrl: '', folder: sourcesForEmulator() }
    on.bus = await makeBus(on.aws, url)
    on.trail = await makeTrail(on.aws)
    on.run = async (command, environment) => {
      const targets = `127.0.0.1:${on.webhook.port}, 127.0.0.1:${on.robot.port}, ${new URL(url).host}`
      const [folder, variables] = command.includes(HQ) ? [on.hq.folder, DOMAIN] : [on.folder, on.trail.variables]
      const given = { TOCSIN_ALLOW_TARGETS: targets, ...variables, ...environment }
      const { status, output } = await runCommand(folder, url, command, given)
      expect(status, `${command.join(' ')}\n${output}`).toBe(0)
      return output
    }
  })
  afterAll(async () => {
    await on.emulator?.stop()
    await on.webhook?.stop()
    await on.robot?.stop()
    for (const folder of [on.folder, on.hq?.folder]) if (folder) removeCopy(folder)
  })

  // The functions' own log; the rest is gone with the emulator.
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || !on.deployed) return
    for (const name of NAMES) console.error(`--- ${name}\n${(await on.deployed.log(name, 0)).join('\n').slice(-4000)}`)
  })

  firstAlert(on)
  consolePages(on)
  escalation(on)
  malformed(on)
  redrive(on)
  changes(on)
  waysOut(on)
  roles(on)
  waysOutRemoved(on)
  theEnd(on)
})
