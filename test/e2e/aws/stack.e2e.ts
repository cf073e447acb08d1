import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { startWebhook } from '../../fakes/webhook.ts'
import { NAMES } from '../../unit/stack/functions.ts'
import { removeCopy } from '../../unit/stack/stack.ts'
import { makeBus } from './bus.ts'
import { changes } from './changes.ts'
import { firstAlert } from './first-alert.ts'
import { installMinistack, startMinistack } from './ministack.ts'
import { requestsTo } from './requests.ts'
import { roles } from './roles.ts'
import { sourcesForEmulator } from './sources.ts'
import { deployedAt, runCommand } from './stack.ts'
import type { Stage } from './stage.ts'
import { theEnd } from './the-end.ts'

const installed = installMinistack()
if ('missing' in installed) console.error(`THE DEPLOYED STACK IS NOT TESTED: ${installed.missing}`)

const on = {} as Stage

describe.skipIf('missing' in installed)('the deployed stack', () => {
  beforeAll(async () => {
    if ('missing' in installed) return
    on.folder = sourcesForEmulator()
    on.webhook = await startWebhook()
    on.emulator = await startMinistack(installed)
    const { url } = on.emulator
    on.aws = requestsTo(url)
    on.deployed = deployedAt(url, on.aws)
    on.bus = await makeBus(on.aws, url)
    on.run = async (command, environment) => {
      const targets = `127.0.0.1:${on.webhook.port}, ${new URL(url).host}`
      const allowed = { TOCSIN_ALLOW_TARGETS: targets, ...environment }
      const { status, output } = await runCommand(on.folder, url, command, allowed)
      expect(status, `${command.join(' ')}\n${output}`).toBe(0)
      return output
    }
  })
  afterAll(async () => {
    await on.emulator?.stop()
    await on.webhook?.stop()
    if (on.folder) removeCopy(on.folder)
  })

  // The functions' own words, and the rest is gone with the emulator.
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || !on.deployed) return
    for (const name of NAMES) console.error(`--- ${name}\n${(await on.deployed.log(name, 0)).join('\n').slice(-4000)}`)
  })

  firstAlert(on)
  changes(on)
  roles(on)
  theEnd(on)
})
