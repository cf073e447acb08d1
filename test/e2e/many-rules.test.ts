import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import type { Host } from '../../infra/machine/host.ts'
import type { RuleEntry } from '../../shared/config/config.ts'
import { temporaryDirectory } from '../fault/host-process.ts'
import { eventOf, manyRules } from '../fixtures/many-rules.ts'
import { partsOf } from '../fixtures/many-rules-requests.ts'
import { startHostHere } from './host-here.ts'
import { blocksOf, openShell } from './shell.ts'
import { until } from './wait.ts'

const KEY = 'the-owner'
const POLICIES = [{ id: 'audit', groupBy: ['alertname'], groupWait: '1s' }]

describe('many rules on one machine', () => {
  let host: Host
  let data: ReturnType<typeof temporaryDirectory>
  afterEach(async () => {
    await host.stop()
    data.remove()
  })

  /** A host with an integration for a trail, and functions that send requests to the host. */
  async function started() {
    data = temporaryDirectory()
    host = await startHostHere({ dataDir: data.path, apiKey: KEY })
    const ask = async (method: string, path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
      const text = body === undefined ? {} : { body: JSON.stringify(body) }
      const response = await fetch(new URL(`/api/v1/${path}`, host.url), { method, headers, ...text })
      const answer = JSON.parse(await response.text())
      expect([path, response.status, answer.error]).toEqual([path, 200, undefined])
      return answer
    }
    const { revision } = await ask('PUT', 'config', {
      integrations: [{ id: 'trail', type: 'cloudtrail' }],
      policies: POLICIES,
    })
    expect(revision).toBe('1')
    const { pathname } = new URL((await ask('GET', 'integrations/trail')).url)
    return {
      ask,
      async save(rules: readonly RuleEntry[]): Promise<{ revision: string; plan: unknown[] }> {
        const parts: string[] = []
        for (const list of partsOf(rules)) {
          const kept = await ask('PUT', 'rules:batch', { rules: list })
          expect(kept.problems).toEqual([])
          parts.push(kept.part)
        }
        return await ask('POST', 'rules:batch', { parts })
      },
      async readBack(): Promise<unknown[]> {
        const all: unknown[] = []
        for (let after = ''; ; ) {
          const { items, next } = await ask('GET', `rules?limit=500&after=${after}`)
          all.push(...items)
          if (next === undefined) return all
          after = next
        }
      },
      async post(records: unknown[]): Promise<void> {
        const body = JSON.stringify({ Records: records })
        const posted = await fetch(new URL(pathname, host.url), { method: 'POST', body })
        expect(posted.status).toBe(202)
      },
      /** The rules of the alerts, as soon as the account has so many alerts. */
      raised: (count: number): Promise<string[]> =>
        until('alerts of rules', async () => {
          const { items } = await ask('GET', 'alerts?limit=500')
          const rules = items.map((alert: { labels: Record<string, string> }) => alert.labels.rule)
          return rules.length >= count && rules.sort()
        }),
    }
  }

  test('10,000 are saved by parts as one revision, read back by pages, and a record meets the right ones', {
    timeout: 120_000,
  }, async () => {
    const rules = manyRules(10_000)
    const { ask, save, readBack, post, raised } = await started()
    const saved = await save(rules)
    expect([saved.revision, saved.plan.length]).toEqual(['2', 10_000])
    const back = await readBack()
    expect(back).toEqual(rules.map(({ enabled, ...rest }) => (enabled ? rest : { ...rest, enabled })))
    const places = [5, 1234, 6008, 9991]
    const stopped = rules.findIndex(({ enabled }) => !enabled)
    await post([...places, stopped].map((n, id) => recordOf(n, id)))
    expect(await raised(places.length)).toEqual(places.map((n) => rules[n]!.id).sort())
    const { items } = await ask('GET', 'rules:status?limit=50')
    expect(items.map(({ status }: { status: string }) => status)).toEqual(
      rules.slice(0, 50).map(({ enabled }) => (enabled ? 'running' : 'stopped')),
    )
  })

  test('the commands of docs/rules.md save a folder of Sigma files', async () => {
    const { ask } = await started()
    const folder = join(data.path, 'sigma')
    for (const n of [11, 21, 31]) {
      mkdirSync(join(folder, `of-${n}`), { recursive: true })
      writeFileSync(join(folder, `of-${n}`, `call_${n}.yml`), manyRules(n + 1)[n]!.sigma as string)
    }
    const shell = await openShell()
    await shell.paste(`HUB=${host.url} AUTH='authorization: Bearer ${KEY}' RULES=${folder}\n`)
    for (const block of blocksOf('docs/rules.md', 'batch')) await shell.paste(block)
    expect((await ask('GET', 'rules')).items.map(({ id }: { id: string }) => id)).toEqual([
      'call_11',
      'call_21',
      'call_31',
    ])
    expect(shell.output()).toMatch(/^\{"plan":\[\{"section":"rules","id":"call_11","change":"added"\}/m)
    expect(shell.output()).toMatch(/^\{"revision":"2","plan":/m)
  })

  const folder = process.env.TOCSIN_TEST_DATA
  test.skipIf(!folder)(
    `the rules of SigmaHQ are saved by parts, and meet real records${folder ? '' : ': SKIPPED, TOCSIN_TEST_DATA names no folder'}`,
    async () => {
      const files = globSync('sigma/*.yml', { cwd: folder }).sort()
      const rules = files.map((file): RuleEntry => {
        const sigma = readFileSync(join(folder!, file), 'utf8')
        return { id: basename(file, '.yml'), enabled: true, sigma }
      })
      const { save, readBack, post, raised } = await started()
      await save(rules)
      expect(await readBack()).toEqual(rules.map(({ id, sigma }) => ({ id, sigma })))
      const lines = gunzipSync(readFileSync(join(folder!, 'cloudtrail/invictus.ndjson.gz')))
        .toString()
        .trim()
        .split('\n')
      const records = lines.map((line) => JSON.parse(line) as { eventName: string })
      await post(records.filter(({ eventName }) => eventName === 'StopLogging').slice(0, 1))
      expect(await raised(1)).toEqual([expect.stringMatching(/logging/)])
    },
  )
})

function recordOf(n: number, id: number): Record<string, unknown> {
  return {
    ...{ eventVersion: '1.11', eventID: `record-${id}`, eventTime: new Date().toISOString() },
    ...{
      eventSource: 'iam.amazonaws.com',
      eventName: eventOf(n),
      awsRegion: 'eu-west-1',
      recipientAccountId: '111122223333',
    },
  }
}
