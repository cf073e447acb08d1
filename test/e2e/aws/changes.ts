import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { NAMES } from '../../checks/stack/functions.ts'
import { until } from '../wait.ts'
import { fire, SLOW, told, untilTold } from './hub.ts'
import { edit } from './sources.ts'
import { runCommand, STAGE } from './stack.ts'
import type { Stage } from './stage.ts'

/** The running functions are replaced, one by one and together, with good code and with bad code: no alert is lost. */
export function changes(on: Stage): void {
  const configurations = async () => {
    const all = await Promise.all(NAMES.map((name) => on.deployed.functionNamed(name)))
    return new Map(NAMES.map((name, index) => [name, all[index] ?? {}]))
  }

  describe('during changes', () => {
    test('one function deployed alone leaves the other functions unchanged, and messages under way arrive', async () => {
      const before = await configurations()
      await fire(on.url, SLOW)
      await until('its wake', async () => (await on.deployed.depth('alerts')) > 0)

      appendFileSync(join(on.folder, 'functions/dispatch/lambda.ts'), 'export const edition = 2\n')
      await on.run(['npm', 'run', 'deploy:function', '--', 'dispatch', '--stage', STAGE])
      const after = await configurations()
      for (const name of NAMES) {
        const [was, is] = [before.get(name), after.get(name)]
        expect(is?.CodeSha256 === was?.CodeSha256, name).toBe(name !== 'dispatch')
        expect([name, is?.Environment, is?.Role]).toEqual([name, was?.Environment, was?.Role])
      }

      await untilTold(on.webhook, SLOW, ['firing'])
    }, 120_000)

    test('a failed deployment is undone, and the running functions go on', async () => {
      const before = await configurations()
      edit(on.folder, 'infra/aws/queues/deliveries.yml', /VisibilityTimeout: 180/g, 'VisibilityTimeout: 99999999', 1)
      const TOCSIN_ALLOW_TARGETS = before.get('notify')?.Environment.Variables.TOCSIN_ALLOW_TARGETS
      const given = { ...on.trail.variables, TOCSIN_ALLOW_TARGETS }
      const command: [string, ...string[]] = ['npm', 'run', 'deploy', '--', '--stage', STAGE]
      const { status, output } = await runCommand(on.folder, on.emulator.url, command, given)
      expect(status, output).not.toBe(0)
      expect(output).toContain('DeliveriesQueue')
      edit(on.folder, 'infra/aws/queues/deliveries.yml', /VisibilityTimeout: 99999999/g, 'VisibilityTimeout: 180', 1)

      const after = await configurations()
      for (const name of NAMES) expect(after.get(name)?.CodeSha256, name).toBe(before.get(name)?.CodeSha256)
      await fire(on.url, 'AfterFailure')
      await untilTold(on.webhook, 'AfterFailure', ['firing'])
    }, 120_000)

    test('the whole stack deployed again, under its own address, keeps its data', async () => {
      await on.run(['npm', 'run', 'deploy', '--', '--stage', STAGE], { TOCSIN_PUBLIC_URL: `${on.apiUrl}/` })
      // From now on, posts are sent as by a sender.
      on.url = await on.hub.integrationUrl('prom')
      expect(on.url).toMatch(new RegExp(`^${on.apiUrl.replace('$', '\\$')}/i/`))
      expect(told(on.webhook, 'AfterFailure')).toEqual(['firing'])
      await fire(on.url, 'AfterFailure', { endsAt: new Date().toISOString() })
      await untilTold(on.webhook, 'AfterFailure', ['firing', 'resolved'])
    }, 120_000)
  })
}
