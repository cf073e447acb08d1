import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FEEDS, FEEDS_WITH_TRAIL, NAMES } from '../../checks/stack/functions.ts'
import { prometheusMissing, startExporter, startPrometheus } from '../prometheus-process.ts'
import { until } from '../wait.ts'
import {
  configure,
  FAILED_LOGIN,
  fire,
  KEY_DISABLED,
  makeAccount,
  ROUTE,
  record,
  TRAIL_STOPPED,
  told,
  untilTold,
} from './hub.ts'
import type { Answer } from './requests.ts'
import { HQ, NAME, STAGE } from './stack.ts'
import { reached, type Stage } from './stage.ts'

const noPrometheus = prometheusMissing()
if (noPrometheus) console.warn(`test/e2e/aws: ${noPrometheus}: its part of the story is skipped`)

/** From an empty cloud account to alerts: told, silenced and resolved. */
export function firstAlert(on: Stage): void {
  describe('from nothing to the first alert', () => {
    test('the packaged stack is deployed, and prints its URL and how to make an account', async () => {
      await on.run(['npm', 'run', 'package', '--', '--stage', STAGE])
      // The second stage is deployed meanwhile: a deployment mostly waits. osls works on one thing in a folder at a
      // time.
      cpSync(join(on.folder, 'dist'), join(on.hq.folder, 'dist'), { recursive: true })
      const [said, saidHq] = await Promise.all([
        on.run(['osls', 'deploy', '--package', 'dist/package', '--stage', STAGE]),
        on.run(['osls', 'deploy', '--stage', HQ]),
      ])
      expect(saidHq).toMatch(/Tocsin answers at https:\/\/alerts\.example\nonce the DNS of that domain leads to \S+/)
      expect(said).toContain(`Made the parameter /tocsin/${STAGE}/secrets-key`)
      expect(said).toContain(`Made the parameter /tocsin/${STAGE}/admin-key`)
      expect(said).toMatch(/Tocsin answers at https:\/\/\w+\.execute-api\.eu-west-1\.amazonaws\.com\n/)
      expect(said).toContain(`--name /tocsin/${STAGE}/admin-key --with-decryption`)
      expect(said).toContain(`Files of ${on.trail.bucket} come in once it tells ${NAME}-trail of them`)
      expect(said).not.toContain(await on.deployed.parameter('admin-key'))
      on.apiUrl = await on.deployed.apiUrl()
    }, 180_000)

    test('the admin key makes the first account, and no other key does', async () => {
      const adminKey = await on.deployed.parameter('admin-key')
      await expect(makeAccount(on.apiUrl, adminKey.slice(1), 'ops')).rejects.toThrow()
      on.hub = await makeAccount(on.apiUrl, adminKey, 'ops')
      await configure(on.hub, on.webhook, NAME)
    })

    test('an integration shows the URL that the gateway got', async () => {
      const shown = await on.hub.integrationUrl('prom')
      expect(shown).toMatch(/^https:\/\/\w+\.execute-api\.eu-west-1\.amazonaws\.com\/i\/tsn_/)
      on.url = reached(on, shown)
    })

    test('an alert is told to the webhook, and told again when it is over', async () => {
      expect(await fire(on.url, 'DiskFull')).toBe(200)
      await untilTold(on.webhook, 'DiskFull', ['firing'])
      expect(await fire(on.url, 'DiskFull', { endsAt: new Date().toISOString() })).toBe(200)
      await untilTold(on.webhook, 'DiskFull', ['firing', 'resolved'])
    })

    test('a silenced alert is not told until the silence ends', async () => {
      const silence = {
        matchers: [{ name: 'alertname', value: 'Deploying', isRegex: false, isEqual: true }],
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
        createdBy: 'e2e',
        comment: 'a deployment',
      }
      const { status, answer } = await on.hub.ask('POST', '/api/v2/silences', silence)
      expect(status).toBe(200)
      await fire(on.url, 'Deploying')
      const suppressed = '/api/v2/alerts?active=false&silenced=true'
      await until('the alert, suppressed', async () => (await on.hub.ask('GET', suppressed)).answer.length === 1)
      // Order of arrival as proof: this alert took the same way behind the silenced alert, so the silenced alert
      // would have been told by now.
      await fire(on.url, 'Behind')
      await untilTold(on.webhook, 'Behind', ['firing'])
      expect(told(on.webhook, 'Deploying')).toEqual([])
      expect((await on.hub.ask('DELETE', `/api/v2/silence/${answer.silenceID}`)).status).toBe(200)
      await untilTold(on.webhook, 'Deploying', ['firing'])
    })

    test('an unreadable body is kept for its owner, with the reason', async () => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${on.url}/api/v2/alerts`, { method: 'POST', headers, body: '{"no": "list"}' })
      expect(response.status).toBe(400)
      const refused = () => on.hub.ask('GET', '/api/v1/deliveries?state=refused')
      await until('the refused body', async () => (await refused()).answer.items.length > 0)
    })

    test('a change of a route and repeated failures to sign in, as a trail records them, become alerts', async () => {
      const trail = reached(on, await on.hub.integrationUrl('trail'))
      expect(await record(trail, ROUTE)).toBe(202)
      await untilTold(on.webhook, 'Network Route Changed', ['firing'])
      for (let attempt = 1; attempt <= 2; attempt++) expect(await record(trail, FAILED_LOGIN)).toBe(202)
      await untilTold(on.webhook, 'Repeated Failed Console Sign-in', ['firing'])
    })

    test("this cloud account's own trail becomes alerts: a file in its bucket, twice, and an event", async () => {
      await on.trail.connect()
      const entries = [TRAIL_STOPPED, { eventName: 'Nothing' }]
      await on.trail.putFile('first', entries)
      await untilTold(on.webhook, 'Trail Stopped or Deleted', ['firing'])
      await on.trail.putFile('first', entries)
      await on.trail.putEvent(KEY_DISABLED)
      await untilTold(on.webhook, 'KMS Key Disabled or Deleted', ['firing'])
      await until('both files read', async () => (await on.deployed.depth('trail')) === 0)
      expect(told(on.webhook, 'Trail Stopped or Deleted')).toEqual(['firing'])
    })

    test('the life of an incident reaches the bus, and a queue through a rule of the bus: created, claimed, closed', async () => {
      await fire(on.url, 'Outage')
      await untilTold(on.webhook, 'Outage', ['firing'])
      const { answer } = await on.hub.ask('GET', '/api/v1/incidents')
      const { id } = answer.items.find(({ labels }: Answer) => labels.alertname === 'Outage')
      for (const [what, body] of [
        ['claim', {}],
        ['close', { solution: 'rebooted' }],
      ] as const) {
        const said = await on.hub.ask('POST', `/api/v1/incidents/${id}/${what}`, body)
        expect(said.status, said.text).toBeLessThan(300)
      }
      await untilTold(on.webhook, 'Outage', ['firing', 'resolved'])
      const events = await on.bus.events(id, 3)
      expect(events.map((event) => event['detail-type'])).toEqual(
        ['create', 'claim', 'close'].map((what) => `aliyun:arms:alarm:${what}`),
      )
    })

    test('an alert forwarded to a second stage, which has a domain, is told there', async () => {
      on.hq.apiUrl = await on.hq.deployed.apiUrl()
      const hq = await makeAccount(on.hq.apiUrl, await on.hq.deployed.parameter('admin-key'), 'hq')
      await configure(hq, on.webhook)
      const shown = await hq.integrationUrl('arms')
      expect(shown).toMatch(/^https:\/\/alerts\.example\/i\/tsn_/)
      const forwarding = { url: reached(on.hq, shown), sources: 'all' }
      const put = await on.hub.ask('PUT', '/api/v1/forwarding', forwarding)
      expect(put, put.text).toMatchObject({ status: 200 })
      await fire(on.url, 'Everywhere')
      await untilTold(on.webhook, 'Everywhere', ['firing'], 'hq')
      await untilTold(on.webhook, 'Everywhere', ['firing'])
    })

    test.skipIf(noPrometheus)('a real Prometheus posts to it', async () => {
      const exporter = await startExporter()
      const options = { integrationUrl: on.url, exporter: exporter.target, resendDelay: '2s' }
      const prometheus = await startPrometheus(options)
      try {
        exporter.set(1)
        await untilTold(on.webhook, 'ShopDown', ['firing'])
        exporter.set(0)
        await untilTold(on.webhook, 'ShopDown', ['firing', 'resolved'])
      } finally {
        await prometheus.stop()
        await exporter.stop()
      }
    })

    test('functions, roles and queues have the promised names', async () => {
      for (const name of NAMES) {
        const { FunctionName, Role } = await on.deployed.functionNamed(name)
        expect([FunctionName, Role.split('/').at(-1)]).toEqual([`${NAME}-${name}`, `${NAME}-${name}`])
      }
      for (const [deployed, feeds] of [
        [on.deployed, FEEDS_WITH_TRAIL],
        [on.hq.deployed, FEEDS],
      ] as const) {
        for (const name of [...Object.keys(feeds), 'dlq']) expect(await deployed.depth(name)).toBeGreaterThanOrEqual(0)
      }
    })
  })
}
