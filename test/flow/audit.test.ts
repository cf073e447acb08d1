import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { MINUTE, SECOND } from '../../shared/base/time.ts'
import { templateNamed, templates } from '../../shared/rule-templates/template.ts'
import { ruleMatches } from '../reference/sigma/evaluate.ts'
import { eventCountMatches } from '../reference/sigma/event-count.ts'
import { fieldOf, textOf } from '../reference/sigma/field.ts'
import { openStage, type Stage } from './stage.ts'

type Fields = Record<string, unknown>

let stage: Stage
afterEach(async () => {
  await stage.close()
})

/** A host with one integration, `trail`; a post returns the answer of the host. */
async function hub(config: object, trail: 'actiontrail' | 'cloudtrail') {
  stage = await openStage()
  const hook = await stage.webhook()
  const put = await stage.api('PUT', '/api/v1/config', {
    integrations: [{ id: 'trail', type: trail }],
    channels: [{ id: 'hook', type: 'webhook', url: `${hook.url}/hook` }],
    ...config,
  })
  expect([put.status, await put.text()]).toEqual([200, expect.any(String)])
  const shown = await stage.api('GET', '/api/v1/integrations/trail')
  const { pathname } = new URL(((await shown.json()) as { url: string }).url)
  return {
    hook,
    async post(body: string, gzip = false): Promise<Response> {
      const headers = { 'content-type': 'application/json', ...(gzip ? { 'content-encoding': 'gzip' } : {}) }
      const url = new URL(pathname, stage.host().url)
      return await fetch(url, { method: 'POST', headers, body: gzip ? gzipSync(body) : body })
    },
  }
}

/** The body of a fixture of the format, with its events moved to a moment so many minutes ago. */
function fixture(name: string, minutesAgo: number): string {
  const url = new URL(`../fixtures/integrations/actiontrail/${name}.json`, import.meta.url)
  const { body } = JSON.parse(readFileSync(url, 'utf8')) as { body: unknown }
  const at = new Date(stage.start - minutesAgo * MINUTE).toISOString()
  return JSON.stringify(body).replaceAll(/("eventTime\\*":\s*\\*")[^"\\]*/g, `$1${at}`)
}

interface Told {
  receiver: string
  status: string
  groupLabels: Record<string, string>
  alerts: { labels: Record<string, string>; annotations: Record<string, string>; startsAt: string; endsAt: string }[]
}

describe('ActionTrail', () => {
  const CONFIG = {
    policies: [{ id: 'network', groupBy: ['alertname'], groupWait: '5s', notify: [{ channel: 'hook' }] }],
    rules: [{ id: 'routes', template: 'actiontrail/vpc-route-change' }],
  }

  test('a changed route is told as VPC Network Route Change Alert, all changes of a moment in one message', async () => {
    const { hook, post } = await hub(CONFIG, 'actiontrail')
    await post(fixture('single', 1))
    await post(fixture('batch', 2).replace('DeleteRouteEntry', 'CreateRouteEntry'))
    await stage.clock.advanceTo(stage.start + 4 * SECOND)
    expect(hook.received).toEqual([])
    await stage.clock.advanceTo(stage.start + 10 * SECOND)
    const [{ receiver, status, groupLabels, alerts }] = hook.received.map(({ body }) => body as Told) as [Told]
    expect(hook.received).toHaveLength(1)
    expect({ receiver, status, groupLabels }).toEqual({
      receiver: 'network',
      status: 'firing',
      groupLabels: { alertname: 'VPC Network Route Change Alert' },
    })
    expect(alerts.map(({ labels, startsAt }) => [labels, startsAt]).sort()).toEqual(
      [
        { eventName: 'CreateRouteEntry', at: 2 },
        { eventName: 'DeleteRouteEntry', at: 1 },
      ].map(({ eventName, at }) => [
        {
          ...{ alertname: 'VPC Network Route Change Alert', rule: 'routes', severity: 'low', eventName },
          ...{ accountId: '1234567890123456', principalId: '200000000000000001' },
        },
        new Date(stage.start - at * MINUTE).toISOString(),
      ]),
    )
    expect(alerts[0]?.annotations).toMatchObject({ user: 'deploy', region: 'eu-central-1', author: 'Tocsin' })
  })

  test('the alert of a rule with `policy` goes to this policy alone, whatever the policies match', async () => {
    const match = [{ label: 'severity', value: 'nothing that comes' }]
    const policies = [
      { id: 'all', groupWait: '1s', notify: [] },
      { id: 'network', match, groupWait: '1s', notify: [{ channel: 'hook' }] },
    ]
    const rules = [{ id: 'routes', template: 'actiontrail/vpc-route-change', policy: 'network' }]
    const { hook, post } = await hub({ policies, rules }, 'actiontrail')
    await post(fixture('single', 1))
    await stage.clock.advanceTo(stage.start + 2 * SECOND)
    expect(hook.received.map(({ body }) => (body as Told).receiver)).toEqual(['network'])
    const { items } = (await (await stage.api('GET', '/api/v1/alerts')).json()) as { items: { groups: object[] }[] }
    expect(items.map(({ groups }) => groups)).toEqual([[expect.objectContaining({ policy: 'network' })]])
  })

  test('a rule that is removed or disabled raises nothing more', async () => {
    const { post } = await hub(CONFIG, 'actiontrail')
    const { rules } = CONFIG
    for (const next of [rules.map((rule) => ({ ...rule, enabled: false })), []]) {
      expect((await stage.api('PUT', '/api/v1/config', { rules: next })).status).toBe(200)
      await post(fixture('single', 1))
      await stage.clock.settle()
      expect(await listed()).toEqual([])
    }
  })

  test('an alert without a repeat recovers by itself', async () => {
    const { hook, post } = await hub(CONFIG, 'actiontrail')
    expect((await post(fixture('single', 1))).status).toBe(202)
    await stage.clock.advanceTo(stage.start + 6 * MINUTE)
    expect(hook.received.map(({ body }) => (body as Told).status)).toEqual(['firing', 'resolved'])
  })

  test('the same file again, and the same event in another file, is the same alert', async () => {
    const { hook, post } = await hub(CONFIG, 'actiontrail')
    await post(fixture('single', 1))
    await stage.clock.advanceTo(stage.start + MINUTE)
    await post(fixture('single', 1))
    await post(`[${fixture('single', 1)}]`)
    await stage.clock.advanceTo(stage.start + 3 * MINUTE)
    expect(hook.received).toHaveLength(1)
  })

  test('a file of 12 MiB raises its alerts from the first record to the last, once however often it is posted', async () => {
    const { hook, post } = await hub(CONFIG, 'actiontrail')
    const quiet = Array.from({ length: 3000 }, (_, n) =>
      JSON.stringify({
        ...{ eventId: `q${n}`, eventTime: new Date(stage.start).toISOString(), eventName: 'DescribeVpcs' },
        ...{ serviceName: 'Vpc', requestParameters: { text: 'x'.repeat(4000) } },
      }),
    )
    const [first, last] = ['first', 'last'].map((id) =>
      fixture('single', 1)
        .replace(/("eventId":\s*)"[^"]*"/, `$1"${id}"`)
        .replace(/("principalId":\s*)"[^"]*"/, `$1"${id}"`),
    )
    const file = `[${[first, ...quiet, last].join(',')}]`
    for (let time = 1; time <= 2; time++) {
      const answer = await post(file, true)
      expect([answer.status, await answer.json()]).toEqual([202, { accepted: 3002 }])
      await stage.clock.advanceTo(stage.start + time * 20 * SECOND)
    }
    expect(hook.received).toHaveLength(1)
    const { alerts } = hook.received[0]!.body as Told
    expect(alerts.map(({ labels }) => labels.principalId).sort()).toEqual(['first', 'last'])
  })

  test('a bad record is refused and kept, and the other records raise their alerts', async () => {
    const { hook, post } = await hub(CONFIG, 'actiontrail')
    const answer = await post(`[{"eventId":"x"},${fixture('single', 1)}]`)
    expect(answer.status).toBe(400)
    await stage.clock.advanceTo(stage.start + 10 * SECOND)
    expect(hook.received).toHaveLength(1)
    const dead = await stage.api('GET', '/api/v1/deliveries?state=refused')
    expect(await dead.json()).toMatchObject({ items: [{ integration: 'trail', reason: '[0] eventTime is missing' }] })
  })

  test('a count goes on over many posts and a restart', async () => {
    const rules = [{ id: 'logins', template: 'actiontrail/abnormal-login', parameters: { threshold: 2 } }]
    const { hook, post } = await hub({ ...CONFIG, rules }, 'actiontrail')
    const signIn = (n: number, minutesAgo: number) =>
      JSON.stringify({
        ...{ eventId: `signin-${n}`, eventTime: new Date(stage.start - minutesAgo * MINUTE).toISOString() },
        ...{ eventName: 'ConsoleSignin', errorMessage: 'wrong password' },
        userIdentity: { principalId: '2', userName: 'alice' },
      })
    await post(signIn(1, 40))
    await post(signIn(2, 20))
    await stage.restart()
    await post(signIn(3, 0))
    await stage.clock.advanceTo(stage.start + 10 * SECOND)
    expect(hook.received).toEqual([])
    await post(signIn(4, 5))
    await stage.clock.advanceTo(stage.start + 20 * SECOND)
    expect(hook.received.flatMap(({ body }) => (body as Told).alerts.map(({ labels }) => labels))).toEqual([
      {
        ...{ alertname: 'Repeated Failed Sign-in of One User', rule: 'logins', severity: 'high' },
        ...{ principalId: '2', userName: 'alice' },
      },
    ])
  })
})

const DATA = process.env.TOCSIN_TEST_DATA
const WHY = DATA ? '' : ': SKIPPED, TOCSIN_TEST_DATA names no folder with SigmaHQ rules and CloudTrail records'
const A_FILE = 50

interface Sigma {
  title: string
  level?: string
}

/** The label set of every listed alert, as JSON with the names in order. */
async function listed(): Promise<string[]> {
  const found: string[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const answer = await stage.api('GET', `/api/v1/alerts?limit=500${after && `&after=${encodeURIComponent(after)}`}`)
    const page = (await answer.json()) as { items: { labels: Record<string, string> }[]; next?: string }
    found.push(...page.items.map(({ labels }) => inOrder(labels)))
    after = page.next
  }
  return found.sort()
}

function inOrder(labels: Record<string, string>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))
}

describe.skipIf(!DATA)(`published ActionTrail events${WHY}`, () => {
  test('raise, under every shipped rule, the alerts of a plain evaluator', async () => {
    const text = readFileSync(join(DATA ?? '', 'actiontrail/samples.ndjson'), 'utf8')
    const events = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: Fields }).event)
    // Too few records for the count of a correlation.
    const single = templates.filter(({ text }) => !text.includes('\n---\n'))
    const { post } = await hub({ rules: single.map(({ name }) => ({ id: name, template: name })) }, 'actiontrail')
    // A published event without id and time.
    expect((await post(text)).status).toBe(400)
    await stage.clock.settle()
    const expected = single.flatMap(({ name, text }) => {
      const rule = parse(text) as { logsource: { product: string } }
      const asked = rule.logsource.product === 'alibabacloud' ? events.filter(({ eventId }) => eventId) : []
      return asked.some((event) => ruleMatches(rule, event)) ? [name] : []
    })
    const rules = (await listed()).map((labels) => (JSON.parse(labels) as { rule: string }).rule)
    expect([...new Set(rules)].sort()).toEqual(expected.sort())
    expect(expected.length).toBeGreaterThan(0)
  })
})

describe.skipIf(!DATA)(`SigmaHQ's rules over a real CloudTrail log${WHY}`, () => {
  const files = DATA ? globSync('sigma/*.yml', { cwd: DATA }).sort() : []
  const rules = files.map((file) => ({
    id: file.replace(/^.*\/|\.yml$/g, ''),
    text: readFileSync(join(DATA ?? '', file), 'utf8'),
  }))
  const records = DATA
    ? gunzipSync(readFileSync(join(DATA, 'cloudtrail/invictus.ndjson.gz')))
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Fields)
    : []

  async function postAll(post: (body: string, gzip: boolean) => Promise<Response>): Promise<void> {
    for (let from = 0; from < records.length; from += A_FILE) {
      const file = JSON.stringify({ Records: records.slice(from, from + A_FILE) })
      const answer = await post(file, (from / A_FILE) % 2 === 0)
      expect([answer.status, await answer.json()]).toEqual([202, { accepted: Math.min(A_FILE, records.length - from) }])
    }
    await stage.clock.settle()
  }

  test('posted as files of 50, gzip and plain, they raise the alerts that a plain evaluator finds', async () => {
    expect([rules.length, records.length]).toEqual([57, 2900])
    const { post } = await hub({ rules: rules.map(({ id, text }) => ({ id, sigma: text })) }, 'cloudtrail')
    await postAll(post)
    const expected = rules.flatMap(({ id, text }) => {
      const rule = parse(text) as Sigma
      const labels = { alertname: rule.title, rule: id, ...(rule.level ? { severity: rule.level } : {}) }
      return records.some((record) => ruleMatches(rule, record)) ? [inOrder(labels)] : []
    })
    expect(expected.length).toBeGreaterThan(10)
    expect(await listed()).toEqual(expected.sort())
    expect(stage.logged).toEqual([])
  })

  test('grouped by user and action, and with correlations, they raise the alerts that a plain evaluator finds', async () => {
    const groupBy = { who: 'userIdentity.arn', what: 'eventName' }
    const grouped = rules.map(({ id, text }) => ({ id, sigma: { ...(parse(text) as Fields), tocsin: { groupBy } } }))
    const counting = ['cloudtrail/unauthorized-calls', 'cloudtrail/console-login-failures']
    const templates = counting.map((template) => ({ id: template, template }))
    const { post } = await hub({ rules: [...grouped, ...templates] }, 'cloudtrail')
    await postAll(post)
    const expected = new Set<string>()
    for (const { id, sigma } of grouped) {
      const { title, level } = sigma as unknown as Sigma
      for (const record of records) {
        if (!ruleMatches(sigma, record)) continue
        const who = valueIn(record, 'userIdentity.arn')
        const what = valueIn(record, 'eventName')
        const labels = { alertname: title, rule: id, who, what, ...(level ? { severity: level } : {}) }
        expected.add(inOrder(withoutEmpty(labels)))
      }
    }
    for (const template of counting) for (const labels of counted(template)) expected.add(labels)
    expect([...expected].filter((labels) => labels.includes('cloudtrail/')).length).toBeGreaterThan(0)
    expect(await listed()).toEqual([...expected].sort())
    expect(stage.logged).toEqual([])
  })

  /** The alerts of a shipped correlation, counted plainly in each group. */
  function counted(template: string): string[] {
    const documents = parseAllDocuments(templateNamed(template)?.text ?? '').map((one): Fields => one.toJS())
    const correlation = documents.find((document) => 'correlation' in document) as Fields
    const { 'group-by': groupBy } = correlation.correlation as { 'group-by': string[] }
    const groups = Map.groupBy(records, (record) => JSON.stringify(groupBy.map((field) => valueIn(record, field))))
    const raised = [...groups.values()].filter((group) => {
      return eventCountMatches(
        documents,
        group.map((record) => ({ time: Date.parse(String(record.eventTime)), record })),
      )
    })
    const { groupBy: names } = correlation.tocsin as { groupBy: Record<string, string | string[]> }
    return raised.map(([record]) => {
      const own = Object.entries(names).map(([label, fields]) => {
        return [
          label,
          [fields]
            .flat()
            .map((field) => valueIn(record, field))
            .find((value) => value !== '') ?? '',
        ] as const
      })
      const fixed = { alertname: String(correlation.title), rule: template, severity: String(correlation.level) }
      return inOrder(withoutEmpty({ ...Object.fromEntries(own), ...fixed }))
    })
  }
})

function valueIn(record: unknown, field: string): string {
  return textOf(fieldOf(record, field).values[0]) ?? ''
}

function withoutEmpty(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
}
