import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, MINUTE, SECOND, toRfc3339 } from '../../../../shared/base/time.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import { claimAttempts, recordOutcomes } from '../../../../shared/group-store/ledger-claims.ts'
import { openBrowser } from '../console/browser.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'

let api: Api
beforeEach(async () => {
  api = await startApi()
  const channels = [...CONFIG.channels, { id: 'other', type: 'webhook', url: 'https://other.example.net/' }]
  const notify = [{ channel: 'hook' }, { channel: 'other' }]
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '5s', notify }]
  const body = { ...CONFIG, channels, policies }
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
})

interface Fired {
  group: string
  opened: { target: string; ledger: string; delivery: string }[]
}

/** A firing alert after its flush: a delivery for each of the two targets. */
async function fire(alertname: string): Promise<Fired> {
  await api.post('a', [{ labels: { alertname, severity: 'error' } }])
  const { json } = await api.ask('GET', `/api/v1/alerts?filter=alertname%3D${alertname}`, { key: 'a-viewer' })
  const group = json.items[0].groups[0].id
  api.due.length = 0
  await api.later(5 * SECOND, 'a', [group])
  const opened = api.due.map(({ body }) => JSON.parse(body)).filter(({ delivery }) => delivery !== undefined)
  return { group, opened }
}

/** What became of the first attempts of a group's deliveries. */
async function settle({ opened }: Fired, outcome: Partial<Outcome>): Promise<void> {
  const times = { at: api.time.now, expiresAt: api.time.now + DAY }
  for (const { ledger, delivery } of opened) {
    await claimAttempts(api.table, 'a', ledger, [{ delivery, attempt: 1 }], times)
    const last = { kind: 'dead', at: api.time.now, reason: 'status', ...outcome } as Outcome
    await recordOutcomes(api.table, 'a', ledger, [{ delivery, attempt: 1, outcome: last }])
  }
}

const replay = (body: object, { query = '', key = 'a-responder' } = {}) =>
  api.ask('POST', `/api/v1/deliveries:replay${query}`, { key, body })
const asked = () => api.sent.map(({ body }) => JSON.parse(body))
const DRY = { query: '?dryRun=true' }

describe('many deliveries', () => {
  test('are counted by a dry run, and then each target of each group is asked for once', async () => {
    const groups = [await fire('A'), await fire('B')]
    for (const one of groups) await settle(one, {})
    await fire('C')
    api.sent.length = 0
    const dry = await replay({ state: 'dead' }, DRY)
    const numbers = { messages: 4, deliveries: 4, over: 0 }
    const targets = expect.arrayContaining([
      { target: 'hook', messages: 2 },
      { target: 'other', messages: 2 },
    ])
    expect([dry.status, dry.json]).toEqual([200, { dryRun: true, ...numbers, targets }])
    expect(asked()).toEqual([])
    const { status, json } = await replay({ state: 'dead' })
    expect([status, json]).toEqual([202, { dryRun: false, ...numbers, targets }])
    expect(asked()).toHaveLength(4)
    expect(asked()[0]).toEqual({
      v: 1,
      kind: 'replay',
      account: 'a',
      group: groups[0]!.group,
      target: expect.anything(),
    })
  })

  test.each(['?dryRun=1', '?dryRun', '?dryrun=true', '?dry_run=true'])('%s sends nothing', async (query) => {
    await settle(await fire('A'), {})
    api.sent.length = 0
    expect((await replay({ state: 'dead' }, { query })).status).toBe(400)
    expect(asked()).toEqual([])
  })

  test('of one target or one incident leave the others alone', async () => {
    const [one, other] = [await fire('A'), await fire('B')]
    for (const fired of [one, other]) await settle(fired, { kind: 'ambiguous' })
    expect((await replay({ target: 'other' }, DRY)).json).toMatchObject({ messages: 2, targets: [{ target: 'other' }] })
    const { json } = await api.ask('GET', '/api/v1/incidents', { key: 'a-viewer' })
    const incident = json.items.find(({ group }: { group: string }) => group === one.group).id
    api.sent.length = 0
    await replay({ incident, state: 'ambiguous' })
    expect(new Set(asked().map(({ group }) => group))).toEqual(new Set([one.group]))
  })

  test('that were opened after the dry run, or were never attempted, are left alone', async () => {
    await settle(await fire('A'), {})
    const until = toRfc3339(api.time.now)
    api.time.now += MINUTE
    await settle(await fire('B'), {})
    expect((await replay({ state: 'dead', until }, DRY)).json.messages).toBe(2)
    expect((await replay({ target: 'hook' }, DRY)).json.messages).toBe(2)
    await fire('C')
    expect((await replay({ target: 'hook' }, DRY)).json.messages).toBe(2)
  })

  test('are sent in parts, and the cursor leads to the older ones', async () => {
    for (const name of Array.from({ length: 110 }, (_, index) => `n${index}`)) await settle(await fire(name), {})
    const first = (await replay({ state: 'dead' }, DRY)).json
    expect([first.messages >= 200 && first.messages < 220, typeof first.next]).toEqual([true, 'string'])
    const rest = (await replay({ state: 'dead' }, { query: `?dryRun=true&after=${first.next}` })).json
    expect([first.messages + rest.messages, rest.next]).toEqual([220, undefined])
  }, 60_000)

  test.each([
    ['nothing', {}],
    ['a state in which a delivery goes on by itself', { state: 'waiting' }],
    ['an unknown field', { state: 'dead', all: true }],
    ['a time that is none', { state: 'dead', until: 'yesterday' }],
    ['no object', []],
  ])('cannot be chosen by %s', async (_, body) => {
    expect((await replay(body)).status).toBe(422)
  })

  test('cannot be chosen by the incident of nobody, nor by viewers', async () => {
    expect((await replay({ incident: 'x' })).status).toBe(400)
    expect((await replay({ state: 'dead' }, { key: 'a-viewer' })).status).toBe(403)
  })
})

const idsOf = ({ opened }: Fired) => opened.map(({ delivery }) => delivery)
const NOBODYS = `${'0'.repeat(32)}-${'0'.repeat(24)}`

/** A group whose only alert has ended, after its ends were told. */
async function overGroup(): Promise<Fired> {
  const fired = await fire('Over')
  await settle(fired, {})
  await api.post('a', [{ labels: { alertname: 'Over', severity: 'error' }, endsAt: api.time.now }])
  // A look that is a day late remembers the alert for one more life of a message.
  for (const wait of [6 * MINUTE, 6 * MINUTE, DAY, 16 * MINUTE]) await api.later(wait, 'a', [fired.group])
  return fired
}

describe('chosen deliveries', () => {
  test('are sent again each target once, and the answer names those that are not, with the reason', async () => {
    const over = await overGroup()
    const fired = await fire('A')
    await settle(fired, {})
    const ids = [...idsOf(fired), ...idsOf(fired), ...idsOf(over), NOBODYS]
    api.sent.length = 0
    const dry = await replay({ ids }, DRY)
    expect([dry.status, asked()]).toEqual([200, []])
    const { status, json } = await replay({ ids })
    expect([status, json.messages, json.deliveries, json.targets.length, json.left.length]).toEqual([202, 2, 5, 2, 3])
    expect(json.left.map(({ id, code }: { id: string; code: string }) => [id, code])).toEqual(
      expect.arrayContaining([[NOBODYS, 'not_found'], ...idsOf(over).map((id) => [id, 'not_found'])]),
    )
    expect(asked().map(({ group, target }) => [group, target])).toEqual(
      expect.arrayContaining([
        [fired.group, 'hook'],
        [fired.group, 'other'],
      ]),
    )
  })

  test('that the queue did not take are named', async () => {
    const fired = await fire('A')
    await settle(fired, {})
    api.failSends()
    const { status, json } = await replay({ ids: idsOf(fired) })
    expect([status, json.messages, json.left.map(({ code }: { code: string }) => code)]).toEqual([
      ...[202, 0, ['unavailable', 'unavailable']],
    ])
  })

  test.each([
    ['no id', { ids: [] }],
    ['ids and a filter', { ids: ['x'], state: 'dead' }],
    ['ids and a time', { ids: ['x'], until: '2026-01-05T09:00:00Z' }],
    ['too many ids', { ids: Array.from({ length: 101 }, String) }],
  ])('are not %s', async (_, body) => {
    expect((await replay(body)).status).toBe(422)
  })

  test('are ticked on the page, which says how many went out and which did not', async () => {
    const over = await overGroup()
    const fired = await fire('A')
    await settle(fired, {})
    const browser = openBrowser(api)
    await browser.signIn('a-responder')
    const { text } = await browser.visit('/deliveries?target=hook')
    expect(text.match(/name="delivery"/g)).toHaveLength(2)
    const next = /name="next" value="([^"]*)"/.exec(text)![1]!
    const delivery = [idsOf(fired)[0]!, idsOf(over)[0]!]
    const sent = await browser.visit('/deliveries/chosen', { form: { next, delivery } })
    const location = new URL(sent.headers.get('location')!, 'https://x')
    expect([sent.status, location.pathname, location.searchParams.get('target')]).toEqual([303, '/deliveries', 'hook'])
    const after = (await browser.visit(location.pathname + location.search)).text.replaceAll(/<[^>]*>/g, ' ')
    expect(after.replaceAll(/\s+/g, ' ')).toContain('Asked for: 1 message. Not done: 1 hook : it is gone, or its group')
    const none = await browser.visit('/deliveries/chosen', { form: { next: '//evil.example' } })
    expect([none.status, none.headers.get('location')]).toEqual([303, '/'])
    await browser.signIn('a-viewer')
    expect((await browser.visit('/deliveries')).text).not.toContain('name="delivery"')
    expect((await browser.visit('/deliveries/chosen', { form: { delivery } })).status).toBe(403)
  })
})

describe('the numbers of deliveries', () => {
  test('are of the newest deliveries, by state, of one subject if one is named', async () => {
    await settle(await fire('A'), {})
    await settle(await fire('B'), { kind: 'ambiguous' })
    await fire('C')
    const counts = async (query = '') =>
      (await api.ask('GET', `/api/v1/deliveries:counts${query}`, { key: 'a-viewer' })).json
    expect(await counts()).toEqual({ counts: { dead: 2, ambiguous: 2, waiting: 2 }, looked: 6, partial: false })
    expect((await counts('?target=hook')).counts).toEqual({ dead: 1, ambiguous: 1, waiting: 1 })
  })
})

describe('the console', () => {
  test('counts before it sends, names the targets, and sends what it counted', async () => {
    await settle(await fire('A'), {})
    const browser = openBrowser(api)
    await browser.signIn('a-responder')
    const list = await browser.visit('/deliveries?state=dead')
    expect([list.text.includes('Dead 2'), list.text.includes('href="/deliveries/replay?state=dead"')]).toEqual([
      true,
      true,
    ])
    const page = await browser.visit('/deliveries/replay?state=dead')
    expect(page.text).toContain('2 messages to 2 targets')
    await settle(await fire('B'), {})
    api.time.now += MINUTE
    const form = Object.fromEntries(
      [...page.text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    )
    api.sent.length = 0
    const sent = await browser.visit('/deliveries/replay', { form })
    expect(sent.headers.get('location')).toBe('/deliveries?state=dead&done=replays&count=2')
    expect(asked()).toHaveLength(2)
    expect((await browser.visit('/deliveries/replay', { form: {} })).status).toBe(422)
  })

  test('shows one delivery: its answer, its attempts and its frozen alerts', async () => {
    const fired = await fire('Disk is full')
    await settle(fired, { detail: 'status 410' })
    const browser = openBrowser(api)
    await browser.signIn('a-viewer')
    const { delivery } = fired.opened[0]!
    expect((await browser.visit('/deliveries')).text).toContain(`href="/deliveries/${delivery}"`)
    const { status, text } = await browser.visit(`/deliveries/${delivery}`)
    const words = text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
    expect([status, words.includes('status 410'), words.includes('Disk is full')]).toEqual([200, true, true])
    expect(words).toContain('refused for good')
    expect(text).not.toContain(`/deliveries/${delivery}/replay`)
    expect((await browser.visit(`/deliveries/${'0'.repeat(32)}-${'0'.repeat(24)}`)).status).toBe(404)
  })
})
