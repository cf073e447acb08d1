import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { bundleFunctions } from '../../infra/bundle.ts'
import { systemClock } from '../../infra/clock.ts'
import { type AwsEvent, startAwsEventBridge } from '../fakes/aws-eventbridge.ts'
import { CREDENTIALS } from '../fakes/dynamodb.ts'
import { httpEvent } from '../fakes/lambda-events.ts'
import type { Provider } from '../fakes/provider.ts'
import { startWebhook, type Webhook } from '../fakes/webhook.ts'
import { ADMIN_KEY, type Deployed, deploy } from './deployed.ts'

/**
 * 30 KiB of each bundle are the client of AWS. Raise a ceiling in the commit that causes the growth, and say why in the
 * commit.
 */
const CEILING_KIB: Record<string, number> = {
  // 2 KiB read paths in every spelling.
  // 7 KiB unwrap the records of every way of delivery, and cut large files into pieces.
  // 2 KiB parse large JSON in pieces.
  // 170 KiB less since ingest reads the integrations alone, and compiles nothing.
  // 1 KiB answers Firehose, reads further charsets, and times in microseconds.
  // 1 KiB absorbs refreshes.
  ingest: 116,
  // 20 KiB for filters, warnings of rules and the nearest names in messages.
  // 2 KiB, in every reader of configurations, read people.
  // 2 KiB limit the tests of one record, look networks up together, and read records with pauses.
  // 1 KiB reads times in microseconds, and `generate` strictly. 2 KiB, 3 in api, are outlines of stored rules.
  evaluate: 485,
  // Contains no kind of channel and no schema: 25 KiB are the machine.
  // 1 KiB writes errors to the log: stacks and causes, without quoted data.
  // 1 KiB keeps the knowledge of alerts that a delivery leaves out.
  // 13 KiB store groups in rows, texts and cohorts; 4 KiB, in every function, are the dictionary of stored bodies.
  // 4 KiB write ledgers and carry words; 3 KiB tell large groups in parts.
  // 4 KiB bring groups and sources of inhibition into reach after the clock was set back.
  // 2 KiB read people.
  // 2 KiB tell claims to receivers that keep incidents of their own.
  // 9 KiB tell ends under each group key that told the beginning, and 4 KiB write cards and the choice of templates.
  // 7 KiB decide by flows who is told, and say who is not.
  // 2 KiB take refreshes that one machine keeps; on AWS none are kept.
  // 2 KiB, in every reader of configurations, read rules line by line, or which policies they name.
  // 2 KiB write rows like the rows before, and packed messages.
  // 1 KiB ends incidents that came back by two changes, and tells alerts of closed tickets again.
  // 2 KiB look for arrivals that nobody reported.
  // 3 KiB tell anew what a target knows from shared tickets, and close a ticket that an end opened again.
  // 1 KiB looks for the rank of a card alone, and for the items that a save leaves behind.
  // 4 KiB put wakes, and deliveries of a ledger, into one message, write moments, and list the alerts of a batch.
  dispatch: 352,
  // Contains every channel: 9 KiB for the two EventBridges, 6 KiB for the labels and helps of settings.
  // 2 KiB claim in ledgers.
  // 5 KiB look names up, read answers that are not strict HTTP, and name redirects.
  // 188 KiB send mail: 171 KiB of nodemailer, and the texts in two languages.
  // 3 KiB make messages fit, and say once what all alerts share.
  // 5 KiB for each kind of a ticket system, and 4 KiB make any message fit.
  // 8 KiB sign for topics and functions, and cut what is larger than an event.
  // 7 KiB for seven chats.
  // 5 KiB write events of alerts. 7 KiB send text messages and call.
  // 2 KiB keep messages for users.
  // 100 KiB run Alertmanager's templates, 85 KiB are RE2 for their regular expressions, 55 KiB YAML for their payloads.
  // 75 KiB write messages by content templates: Jinja, the variables, and the form of each kind.
  // 30 KiB are ten kinds of receivers of an alertmanager.yml.
  // 10 KiB, in forward too, keep the limits of providers and note how channels do.
  // 4 KiB write digest messages.
  // 2 KiB send the words of a content template in several bodies, and events in several requests.
  // 1 KiB keeps arrivals that nobody waits for.
  // 3 KiB, 2 KiB in forward, read alerts that an earlier ledger has, and messages of several deliveries.
  notify: 996,
  // 3 KiB for its sender and for errors in the log.
  // 1 KiB, here and in notify, counts under Alertmanager's names.
  // 2 KiB for the settings of e-mail, as in api.
  // 1 KiB for the settings of chats.
  // 3 KiB count the messages to a user.
  // 1 KiB for links that let readers claim, among the settings of chats and e-mail.
  forward: 358,
  // Checks rules at a PUT, and applies rules in a test of an integration: the whole of Sigma, and the shipped rules.
  // 12 KiB for the page of a signed link, 10 KiB for the way out in a test of forwarding, 10 KiB for the schemas of settings.
  // 3 KiB read groups in rows, 4 KiB are the dictionary, and 1 KiB lists ledgers.
  // 3 KiB read paths in every spelling. 5 KiB are the help texts of metrics. 11 KiB describe everything in OpenAPI.
  // 22 KiB are the rules of users, groups and calendars, their tables in CSV, and the storing of people.
  // 1 KiB for the settings of each further kind of channel.
  // 8 KiB are the message centre, keys of users, and lists of groups, silences and labels.
  // 22 KiB read Alertmanager's templates, and Mimir's envelope.
  // 60 KiB show what a content template makes: Jinja, and the messages of each kind. 185 KiB are the pages of the console.
  // 70 KiB play what a policy would do: the machine of dispatch, and the standings of targets.
  // 45 KiB are further pages of the console.
  // 8 KiB test a channel, and show one delivery.
  // 8 KiB count messages to users, and say how channels do.
  // 60 KiB are pages of calendars, shifts, bars of rules, replays and templates, and Chinese words of settings.
  // 30 KiB build action policies by nodes, in two languages, and count what a policy would take.
  // 25 KiB are forms of templates and of tables of people, and words of settings in Chinese.
  // 35 KiB search rules, resume paused targets, say what an action left out, and show messages as chats do.
  // 10 KiB say what the console refuses and how to go on, and who was told of an incident.
  // 15 KiB save rules by parts, and show a document in parts.
  // 25 KiB say problems of forms in Chinese, ask before a change takes a telling away, and keep forms for a sign-in.
  // 35 KiB write the messages of chats, letters and events as their senders do, and draw a preview of each.
  // 25 KiB put alerts under headings, page the alerts of an incident, and say problems of rules and templates in Chinese.
  // 1 KiB refuses a misspelt dry run, and reads fields of silences in any case.
  // 1 KiB is the setting that absorbs refreshes, in two languages.
  // 1 KiB reads arrivals of a timeline, and alerts of closed incidents, in the shorter form.
  // 2 KiB say in words what is no YAML, and name the groups of a page in its cursor.
  // 2 KiB keep a form to the account of its page, and say so in two languages.
  // 2 KiB say wrong filters and refused tests of channels in Chinese, and set names apart in sentences.
  api: 1670,
  sweep: 41,
}

/** Modules that send to channels. */
const SENDERS = /^shared\/channels\/[^/]+\/send\.ts$/

/** Modules that would make a cold start slow, or show that a part knows too much. */
const NEVER: Record<string, RegExp[]> = {
  ingest: [
    /^shared\/rule/,
    /node_modules\/(zod|yaml|hono|cloudevents|re2js)\//,
    /^shared\/(routing|flow|matcher|inhibition)\//,
    SENDERS,
    /^shared\/outbound\/outbound/,
    /^shared\/group\/advance/,
  ],
  evaluate: [/node_modules\/(zod|hono|cloudevents)\//, /^shared\/(channels|integrations|group|document)\//],
  dispatch: [/^shared\/(channels|integrations|document|outbound)\//, /node_modules\/(zod|hono)\//],
  notify: [/node_modules\/hono\//, /^shared\/group\/advance/],
  forward: [/node_modules\/hono\//, /^shared\/group\/advance/, /^shared\/channels\/(?!http\/)[^/]+\/send\.ts$/],
  // Contains the way out, for tests of forwarding, and no sender of a channel.
  api: [SENDERS],
  sweep: [/node_modules\/(zod|yaml|hono|re2js)\//, /^shared\/(channels|group|config)\/(?!config\.ts)/],
}
const NOBODY = [
  /sqlite/,
  /node_modules\/@aws-sdk\//,
  /^infra\/machine\/(?!clock\.ts)/,
  /^test\//,
  /node_modules\/(dynalite|fauxqs|vitest)\//,
]

let hub: Deployed
let webhook: Webhook
/** Buses that the functions' own role may use. */
let bus: Provider<AwsEvent>
let configured: { prom: string; trail: string; headers: Record<string, string> }

beforeAll(async () => {
  // The output of the functions' logs.
  vi.spyOn(console, 'log').mockReturnValue()
  webhook = await startWebhook()
  const { accessKeyId, secretAccessKey } = CREDENTIALS
  bus = await startAwsEventBridge({
    clock: systemClock,
    region: 'us-east-1',
    keys: { [accessKeyId]: { secretAccessKey, buses: ['tocsin-test'] } },
    buses: ['tocsin-test'],
  })
  hub = await deploy({
    TOCSIN_PUBLIC_URL: 'https://tocsin.example',
    TOCSIN_ALLOW_TARGETS: `127.0.0.1:${webhook.port},127.0.0.1:${bus.port}`,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
  })
  configured = await configure()
}, 60_000)
afterAll(async () => {
  await hub?.stop()
  await webhook?.stop()
  await bus?.stop()
})

describe('bundles', () => {
  test('every function has a bundle', () => {
    expect(hub.bundles.map(({ name }) => name).sort()).toEqual(Object.keys(CEILING_KIB).sort())
  })

  test('no bundle is larger than its ceiling', () => {
    const sizes = hub.bundles.map(({ name, bytes }) => ({ name, kib: Math.ceil(bytes / 1024) }))
    expect(sizes.filter(({ name, kib }) => kib > (CEILING_KIB[name] ?? 0))).toEqual([])
  })

  test('no bundle contains a forbidden module', () => {
    const found = hub.bundles.flatMap(({ name, inputs }) =>
      inputs
        .filter((input) => [...NOBODY, ...(NEVER[name] ?? [])].some((never) => never.test(input)))
        .map((input) => `${name}: ${input}`),
    )
    expect(found).toEqual([])
    for (const { file } of hub.bundles) expect(readFileSync(file, 'utf8')).not.toContain('node:sqlite')
  })

  test('a bundle needs no file beside it, and imports no module of Node, of which an import reads every export', () => {
    const left = hub.bundles.flatMap(({ name, imports }) =>
      imports
        .filter(({ path, kind }) => kind !== 'dynamic-import' || !/^\.\/[a-z0-9-]+\/send\.ts$/.test(path))
        .map(({ path }) => `${name}: ${path}`),
    )
    expect(left).toEqual([])
    const notify = hub.bundles.find(({ name }) => name === 'notify')
    expect(notify?.imports).toEqual([])
  })

  test('the same sources give the same bytes', async () => {
    const again = await bundleFunctions(join(tmpdir(), `tocsin-again-${process.pid}`))
    for (const [index, { file }] of again.entries()) {
      expect(readFileSync(file).equals(readFileSync(hub.bundles[index]?.file ?? ''))).toBe(true)
    }
  })
})

describe('a cold start', () => {
  /** Prints whether Node's fetch was loaded for the start, and for an event where there is one. */
  const SCRIPT = `
    const { handler } = await import(process.env.BUNDLE)
    const event = JSON.parse(process.env.EVENT ?? 'null')
    const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 20_000 }
    const status = event && (await handler(event, context)).statusCode
    const loaded = process.moduleLoadList.includes('NativeModule internal/deps/undici/undici')
    process.stdout.write(JSON.stringify({ status, loaded }), () => process.exit())`

  async function coldStart(name: string, event?: object): Promise<{ status: number | null; loaded: boolean }> {
    const BUNDLE = hub.bundles.find((bundle) => bundle.name === name)?.file
    const env = { ...process.env, BUNDLE, ...(event && { EVENT: JSON.stringify(event) }) }
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', SCRIPT], { env })
    return JSON.parse(stdout.split('\n').at(-1) ?? '')
  }

  // `api` answers with Node's own classes.
  test.each(['dispatch', 'evaluate', 'forward', 'notify', 'sweep'])(
    'of %s does not load fetch, a third of the CPU of a start',
    async (name) => {
      expect(await coldStart(name)).toEqual({ status: null, loaded: false })
    },
  )

  test('of ingest does not load fetch, the first post included', async () => {
    const path = `${new URL(configured.prom).pathname}/api/v2/alerts`
    const headers = { 'Content-Type': 'application/json' }
    const event = httpEvent({ method: 'POST', path, headers, body: '[]' })
    expect(await coldStart('ingest', event)).toEqual({ status: 200, loaded: false })
  })
})

describe('the deployed functions', () => {
  test('a health check is answered', async () => {
    expect((await hub.http({ path: '/-/ready' })).status).toBe(200)
    expect((await hub.http({ path: '/-/healthy' })).status).toBe(200)
  })

  test('an unknown path is 404 in JSON, never 500', async () => {
    const { status, json } = await hub.http({ path: '/nowhere' })
    expect([status, json.error.code]).toEqual([404, 'not_found'])
  })

  test('an unknown token is refused', async () => {
    expect((await hub.http({ method: 'POST', path: '/i/nobody', body: '[]' })).status).toBe(401)
  })

  test('an alert travels from Prometheus to a webhook, and is told as resolved', async () => {
    const { prom: token } = configured
    const alert = { labels: { alertname: 'DiskFull', host: 'a' }, annotations: {}, startsAt: '2026-01-01T00:00:00Z' }
    const post = (more: object) =>
      hub.http({
        method: 'POST',
        path: `${new URL(token).pathname}/api/v2/alerts`,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify([{ ...alert, ...more }]),
        base64: true,
      })
    expect(await post({})).toMatchObject({ status: 200, text: '' })
    await settle(() => webhook.received.length === 1)
    expect(webhook.received[0]?.body).toMatchObject({ version: '4', status: 'firing', receiver: 'everything' })

    expect(await post({ endsAt: '2026-01-01T00:01:00Z' })).toMatchObject({ status: 200 })
    await settle(() => webhook.received.length === 2)
    expect(webhook.received[1]?.body).toMatchObject({ status: 'resolved' })
  })

  test("the incident is told to the bus that the function's own role may use", async () => {
    await settle(() => bus.received.length === 2)
    expect(bus.received.map((event) => event['detail-type'])).toEqual([
      'aliyun:arms:alarm:create',
      'aliyun:arms:alarm:close',
    ])
    const { json } = await hub.http({ path: '/api/v1/events', headers: configured.headers })
    const sent = json.items?.map(({ event, state }) => [state, event])
    expect(sent?.reverse()).toEqual(bus.received.map(({ detail }) => ['arrived', detail]))
  })

  test('an audit record travels from its trail through a rule to a webhook, and a bad record beside it does not', async () => {
    const told = webhook.received.length
    const good = {
      eventID: 'e1',
      eventTime: '2026-01-01T00:00:00Z',
      eventName: 'StopLogging',
      eventSource: 'cloudtrail.amazonaws.com',
    }
    const path = new URL(configured.trail).pathname
    const body = JSON.stringify({ Records: [{ eventID: 'no time' }, good] })
    const headers = { 'Content-Type': 'application/x-gzip', 'Content-Encoding': 'gzip' }
    const posted = await hub.http({ method: 'POST', path, headers, body: gzipSync(body), base64: true })
    expect(posted).toMatchObject({ status: 400, json: { error: { code: 'invalid_records' } } })
    expect(await hub.work('records')).toEqual({ batchItemFailures: [] })
    await settle(() => webhook.received.length === told + 1)
    expect(webhook.received.at(-1)?.body).toMatchObject({
      status: 'firing',
      alerts: [{ labels: { alertname: 'Trail Stopped or Deleted', rule: 'trail', severity: 'high' } }],
    })
  })

  test('a malformed message is kept for its owner, the other nine messages of the batch are handled, and nothing is handed back', async () => {
    const malformed = (kind: string) => JSON.stringify({ v: 1, kind, account: 'ops', group: 7 })
    const wake = (index: number) =>
      record(`w${index}`, JSON.stringify({ v: 1, kind: 'wake', account: 'ops', group: 'g' }))
    const neighbours = Array.from({ length: 9 }, (_, index) => wake(index))
    const unread = (name: string, kind: string) => ({
      Records: [record(`bad-${name}`, malformed(kind)), record('x', 'x')],
    })
    const [first, second] = unread('dispatch', 'wake').Records
    expect(await hub.invoke('dispatch', { Records: [first, ...neighbours, second] })).toEqual({ batchItemFailures: [] })
    for (const name of ['evaluate', 'notify', 'forward']) {
      expect(await hub.invoke(name, unread(name, 'parcel'))).toEqual({ batchItemFailures: [] })
    }
    for (const state of ['refused', 'dead']) {
      const { json } = await hub.http({
        path: '/api/v1/deliveries',
        query: `state=${state}`,
        headers: configured.headers,
      })
      const found = json.items?.filter(({ queue }) => queue !== undefined)
      expect(found?.map(({ queue, id }) => [queue, id]).sort()).toEqual([
        ['alerts', 'alerts-bad-dispatch'],
        ['deliveries', 'deliveries-bad-notify'],
        ['forwards', 'forwards-bad-forward'],
        ['records', 'records-bad-evaluate'],
      ])
    }
  })

  test('a message of a newer version is handed back, alone', async () => {
    const event = (body: string) => ({ Records: [record('odd', body)] })
    for (const name of ['dispatch', 'evaluate', 'notify']) {
      expect(await hub.invoke(name, event('{"v":99}'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'odd' }] })
      expect(await hub.invoke(name, { Records: [] })).toEqual({ batchItemFailures: [] })
    }
  })

  test('sweep runs', async () => {
    await hub.sweep()
  })
})

/** Makes an account with a webhook and a bus. Returns the account's key and the URLs of the account's integrations. */
async function configure(): Promise<typeof configured> {
  const made = await hub.http({
    method: 'POST',
    path: '/api/v1/accounts',
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'ops', name: 'Operations' }),
  })
  expect(made.status).toBe(201)
  const headers = { authorization: `Bearer ${made.json.apiKey}`, 'content-type': 'application/json' }
  const config = {
    integrations: [
      { id: 'prom', type: 'prometheus', name: 'Prometheus' },
      { id: 'trail', type: 'cloudtrail', name: 'Trail' },
    ],
    rules: [{ id: 'trail', template: 'cloudtrail/trail-stopped' }],
    channels: [
      { id: 'hook', type: 'webhook', url: `${webhook.url}/hook`, sendResolved: true },
      { id: 'bus', type: 'aws-eventbridge', region: 'us-east-1', eventBus: 'tocsin-test' },
    ],
    policies: [
      {
        id: 'everything',
        name: 'Everything',
        groupBy: ['alertname'],
        groupWait: '0s',
        groupInterval: '1s',
        notify: [{ channel: 'hook' }],
        lifecycle: ['bus'],
      },
    ],
  }
  const put = await hub.http({ method: 'PUT', path: '/api/v1/config', headers, body: JSON.stringify(config) })
  expect(put, put.text).toMatchObject({ status: 200 })
  const url = async (id: string) => (await hub.http({ path: `/api/v1/integrations/${id}`, headers })).json.url ?? ''
  return { prom: await url('prom'), trail: await url('trail'), headers }
}

/** Works on both queues as pollers work, until `done`. The waits are the long polls of the queues. */
async function settle(done: () => boolean): Promise<void> {
  for (let rounds = 0; rounds < 40 && !done(); rounds++) {
    expect(await hub.work('alerts')).toEqual({ batchItemFailures: [] })
    expect(await hub.work('deliveries')).toEqual({ batchItemFailures: [] })
  }
  expect(done()).toBe(true)
}

function record(messageId: string, body: string) {
  return { messageId, body, attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1795262400123' } }
}
