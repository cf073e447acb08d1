import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testEvent, testNotification } from '../../functions/api/config/channel-test/notification.ts'
import { HOUR, MINUTE, SECOND } from '../../shared/base/time.ts'
import type { ChannelType } from '../../shared/channel/type.ts'
import type { FailureReason, Outcome } from '../../shared/delivery/outcome.ts'
import { putDeliveries, readDelivery } from '../../shared/group-store/deliveries.ts'
import type { DeliverySettled } from '../../shared/message/message.ts'
import { createOutbound } from '../../shared/outbound/outbound.ts'
import type { User } from '../../shared/people/user.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'
import { createDeliver } from '../../shared/sending/deliver.ts'
import { isGroup, type Settings } from '../../shared/settings/field.ts'
import { formOf } from '../../shared/settings/form.ts'
import { readSettings } from '../../shared/settings/read.ts'
import { type MemoryTable, memoryTable } from '../sim/table.ts'
import { type Api, startApi } from '../unit/api/harness.ts'
import { moment, told } from '../unit/channels/events/story.ts'
import { type Behaviour, endless, halfBody, halfHeaders, reset, startTarget, status } from './channel-target.ts'
import { type HandClock, handClock } from './hand-clock.ts'

/**
 * The fixture of a kind: `test/fixtures/channels/<type>.json`. `{server}` is a target on this machine, `{secret}` a
 * secret.
 */
export interface ChannelFixture {
  /** Documentation of the target's API. */
  source: string
  /** Settings that together have every field. */
  settings: Settings[]
  /** A different value for each address; no stored secret may go to these addresses. */
  moved: Settings
  /**
   * The settings that lead to a target over HTTP, by their place. Absent: all; -1: none. The tests of the kind's folder in
   * test/unit/channels/ hold the others against a server of their own.
   */
  overHttp?: number
  /** The answer of a target that accepted the message; several: one for each of the settings. */
  accepted: Answered | Answered[]
  /** The answer to a request for a token, which comes before the message. `path`: a part of the URL of the request. */
  before?: Answered & { path: string }
  /** The target says yes and no in the body of its answers; the status alone is no yes. */
  bodyDecides?: true
  /** Further answers of the real target, each with its outcome. `settings`: the place of the settings, if not the first. */
  answers?: (Answered & { settings?: number; outcome: Partial<Record<string, unknown>> })[]
}

/** A body that is no text is sent as JSON. */
interface Answered {
  status: number
  headers?: Record<string, string>
  body: unknown
}

/** Reading and writing of the settings by people: paths of the API and the body of a write. */
export interface ChannelHome {
  /** Id in the configuration. */
  id: string
  path: string
  write: { method: 'POST' | 'PUT'; path: string; body(settings: Settings): Settings }
}

/** A user whose name, number and mailbox may be found in requests to the target and in no other place. */
const USER: User = {
  ...{ id: 'test01', name: 'Kumer-p3rson', enabled: true, phone: '86-13855550123', sms: true, voice: true },
  ...{ emails: ['kumer-p3rson@example.net'], language: 'zh', timeZone: 'Asia/Shanghai' },
}
const PERSONAL = /p3rson|13855550123/

/** Part of every secret, to be found in no other place. The digits keep the mark apart from words of error codes. */
const MARK = 'mark3d-s3cret'
const REASONS: Record<FailureReason, true> = {
  ...{
    clientError: true,
    serverError: true,
    authError: true,
    rateLimited: true,
    limited: true,
    quota: true,
    timeout: true,
    connection: true,
  },
  ...{ forbiddenTarget: true, gone: true, misconfigured: true, other: true },
}

export function channelContract(type: ChannelType, fixture: ChannelFixture, home: ChannelHome): void {
  const { kind } = type
  const form = formOf(kind.fields)
  const secretNames = form.filter(({ secret }) => secret).map(({ name }) => name)
  let target: Awaited<ReturnType<typeof startTarget>>
  beforeAll(async () => {
    target = await startTarget()
    const { before } = fixture
    if (before !== undefined) target.first(before.path, answer(before))
  })
  afterAll(async () => await target.stop())
  const filled = (settings: Settings): Settings =>
    JSON.parse(JSON.stringify(settings).replaceAll('{server}', target.url).replaceAll('{secret}', MARK)) as Settings
  /** A template may be any text. */
  const templates = Object.entries(kind.fields).filter(([, one]) => !isGroup(one) && one.template !== undefined)
  const free = [...secretNames, ...templates.map(([name]) => name)]
  const numbered = fixture.settings.map((settings, index) => [index, settings] as const)

  const overHttp = numbered.filter(([index]) => index === (fixture.overHttp ?? index))

  describe('the fixture', () => {
    test('has every field that the kind declares', () => {
      const given = new Set(fixture.settings.flatMap((settings) => Object.keys(settings)))
      expect([...given].sort()).toEqual(Object.keys(kind.fields).sort())
    })

    test.each(numbered)('has a secret in every secret field (%i)', (_index, settings) => {
      for (const value of secretNames.flatMap((name) => leaves(settings, name))) expect(value).toContain('{secret}')
    })

    test('has no field that is called a secret and is none', () => {
      const called = form.filter(({ name }) => /(?:token|secret|password|credentials|apikey)$/i.test(name))
      expect(called.filter(({ secret }) => !secret)).toEqual([])
    })

    test('moves every address', () => {
      const addresses = form.filter(({ address, name }) => address && !isOnlySecret(secretNames, name))
      expect(Object.keys(fixture.moved).sort()).toEqual(addresses.map(({ name }) => name).sort())
    })
  })

  describe('the settings', () => {
    test.each(numbered)(
      'are stored sealed, shown masked, and stay when they are put back (%i)',
      async (_index, given) => {
        const { api, everything, answers } = await opened()
        const { write, path } = home
        expect((await ask(api, answers, write.method, write.path, write.body(filled(given)))).status).toBeLessThan(300)
        const before = everything()
        const shown = await ask(api, answers, 'GET', path)
        if (secretNames.length > 0) expect(JSON.stringify(shown.json)).toContain('<secret>')
        expect((await ask(api, answers, 'PUT', path, shown.json)).status).toBe(200)
        expect((await ask(api, answers, 'GET', path)).json).toEqual(shown.json)
        const document = await ask(api, answers, 'GET', '/api/v1/config')
        expect((await ask(api, answers, 'PUT', '/api/v1/config', document.json)).json).toMatchObject({ plan: [] })
        await ask(api, answers, 'GET', '/api/v2/status')
        await ask(api, answers, 'GET', '/openapi.json')
        expect(answers.join('\n')).not.toContain(MARK)
        expect(everything()).not.toContain(MARK)
        const sealed = (text: string) => new Set(text.match(/sealed:v1:[\w-]+/g))
        expect(sealed(everything())).toEqual(sealed(before))
      },
    )

    test('that are wrong are refused without being repeated', async () => {
      const { api, answers } = await opened()
      const { write } = home
      for (const name of Object.keys(kind.fields)) {
        for (const wrong of [MARK.repeat(2000), { x: MARK }, [MARK], 7.5]) {
          const body = write.body({ ...filled(fixture.settings[0]!), [name]: wrong })
          const { status } = await ask(api, answers, write.method, `${write.path}?dryRun=true`, body)
          if (status < 300) expect(free).toContain(name)
        }
      }
      expect(answers.join('\n')).not.toContain(MARK)
    })

    test.each(Object.entries(fixture.moved))('keep their secrets when %s leads elsewhere', async (name, elsewhere) => {
      const { api, answers } = await opened()
      const { write, path } = home
      await ask(api, answers, write.method, write.path, write.body(filled(fixture.settings[0]!)))
      const shown = (await ask(api, answers, 'GET', path)).json as Settings
      const { status, json } = await ask(api, answers, 'PUT', path, { ...shown, [name]: elsewhere })
      expect(status).toBe(422)
      const paths = (json as { error: { details: { path: string }[] } }).error.details.map((one) => one.path)
      const kept = secretNames.filter((one) => one !== name && leaves(fixture.settings[0]!, one).length > 0)
      for (const one of kept) expect(paths.some((path) => path.startsWith(one))).toBe(true)
      expect(answers.join('\n')).not.toContain(MARK)
    })
  })

  /** One attempt through the whole path of a delivery, and every trace of the attempt. */
  async function attempt(
    given: Settings,
    behaviour: Behaviour,
    meanwhile?: (clock: HandClock) => Promise<void>,
    user = kind.reachesAlone(filled(given)) ? undefined : USER,
    tested?: 'firing' | 'resolved',
  ) {
    const clock = handClock()
    const table = memoryTable(clock)
    const secrets = createSecretBox(Buffer.alloc(32, 1), (size) => Buffer.alloc(size, 2))
    const read = readSettings(kind, filled(given), {}, secrets)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const channel = { id: home.id, type: kind.type, sendResolved: true, settings: read.settings }
    const outcomes: Outcome[] = []
    const logged: unknown[] = []
    const deliver = createDeliver(
      {
        ...{ table, clock, secrets, chance: () => 0.5, publicUrl: 'https://tocsin.example' },
        configs: { current: async () => ({ channel: () => channel, person: async () => user }) },
        dispatchQueue: {
          send: async (messages) => {
            outcomes.push(...messages.map(({ body }) => (JSON.parse(body) as DeliverySettled).outcome))
            return { failed: [] }
          },
        },
        request: createOutbound({ clock, allow: ['127.0.0.0/8'] }),
        metrics: { add: () => undefined, set: () => undefined, observe: () => undefined },
        log: (entry) => logged.push(entry),
      },
      { function: 'notify', queue: 'deliveries', channels: new Map([[kind.type, type]]) },
    )
    const test = { channel: home.id, by: 'mei', at: clock.now(), status: tested ?? ('firing' as const), delivery: 'd1' }
    const { event, ...notification } =
      tested === undefined ? told(moment('create')) : { ...testNotification(test), event: testEvent(test) }
    const place = { account: 'a', group: 'g1', target: user === undefined ? home.id : `${home.id}@${user.id}` }
    const content = kind.lifecycle?.(filled(given))
      ? { ...notification, event }
      : { ...notification, reason: tested === undefined ? ('first' as const) : ('test' as const) }
    const delivery = { ...place, id: 'g1-d1', policy: 'p', openedAt: clock.now(), firing: [], resolved: [] }
    await putDeliveries(table, [{ ...delivery, notification: content }], { expiresAt: clock.now() + HOUR })
    const body = { v: 1, kind: 'delivery', ...place, delivery: 'g1-d1', attempt: 1, deadline: clock.now() + 2 * MINUTE }
    target.behave(behaviour)
    const arrived = target.nextRequest()
    const done = deliver([{ id: 'm1', body: JSON.stringify(body), receives: 1, sentAt: clock.now() }])
    if (meanwhile !== undefined) {
      await arrived
      await meanwhile(clock)
    }
    expect(await done).toEqual({ failed: [] })
    expect(logged).toEqual([])
    const traces = JSON.stringify([outcomes, logged, table.everything()])
    expect(traces).not.toContain(MARK)
    expect(traces).not.toMatch(PERSONAL)
    const stored = await readDelivery(table, place.account, place.group, delivery.id)
    // Nobody waits for a test: its outcome is kept and not reported.
    const [outcome] = tested === undefined ? outcomes : [stored?.progress.last]
    if (outcome === undefined) throw new Error('no outcome was reported')
    expectClosed(outcome)
    return outcome
  }

  describe.runIf(kind.recipients !== 'none' && overHttp.length > 0)('a user', () => {
    test.each(overHttp)('is reached (%i)', async (index, { to: _none, ...given }) => {
      const accepted = [fixture.accepted].flat()
      const outcome = await attempt(given, answer(accepted[index] ?? accepted[0]!), undefined, USER)
      expect(outcome).toMatchObject({ kind: 'arrived' })
    })

    test.each(overHttp)('is named nowhere, whatever the answer (%i)', async (_index, given) => {
      for (const code of [400, 401, 403, 404, 429, 500]) {
        expect(await attempt(given, status(code), undefined, USER)).not.toMatchObject({ kind: 'arrived' })
      }
    })
  })

  describe.runIf(overHttp.length > 0)('an answer', () => {
    test.each(overHttp)('that takes it: arrived (%i)', async (index, given) => {
      const accepted = [fixture.accepted].flat()
      const outcome = await attempt(given, answer(accepted[index] ?? accepted[0]!))
      expect(outcome).toMatchObject({ kind: 'arrived' })
      expect(target.asked).toHaveLength(1)
    })

    /** Forwarding is no channel, and has a test of its own. */
    const tests = home.path.startsWith('/api/v1/channels/') ? overHttp : []
    test.each(tests)('to a test: arrived (%i)', async (index, given) => {
      const accepted = [fixture.accepted].flat()
      for (const status of ['firing', 'resolved'] as const) {
        const outcome = await attempt(given, answer(accepted[index] ?? accepted[0]!), undefined, undefined, status)
        expect(outcome).toMatchObject({ kind: 'arrived' })
        expect(target.asked.length).toBeGreaterThan(0)
      }
    })

    test.each((fixture.answers ?? []).map((one) => [`${one.status} ${JSON.stringify(one.body)}`, one] as const))(
      'of the real target: %s',
      async (_name, { settings: place = 0, outcome: expected, ...answered }) => {
        expect(await attempt(fixture.settings[place]!, answer(answered))).toMatchObject(expected)
      },
    )
  })

  describe.each(overHttp)('an answer (%i)', (_index, settings) => {
    const later = new Date(handClock().now() + 120 * SECOND).toUTCString()
    test.each<[name: string, behaviour: Behaviour, outcome: object]>([
      ['400', status(400), {}],
      ['401', status(401), { reason: 'authError' }],
      ['403', status(403), { reason: 'authError' }],
      ['404', status(404), {}],
      ['410', status(410), { kind: 'dead', reason: 'gone' }],
      ['413', status(413), {}],
      ['429', status(429), { kind: 'refused', reason: 'rateLimited' }],
      ['429 and seconds', status(429, { 'retry-after': '120' }), { kind: 'refused', retryAfterMs: 120_000 }],
      ['429 and a date', status(429, { 'retry-after': later }), { kind: 'refused', retryAfterMs: 120_000 }],
      ['429 and a riddle', status(429, { 'retry-after': MARK }), { kind: 'refused', reason: 'rateLimited' }],
      ['500', status(500), { kind: 'refused', reason: 'serverError' }],
      ['503', status(503, { 'retry-after': '5' }), { kind: 'refused', reason: 'serverError' }],
    ])('of %s', async (_name, behaviour, expected) => {
      const outcome = await attempt(settings, behaviour)
      expect(outcome).toMatchObject(expected)
      expect(outcome.kind).not.toBe('arrived')
    })

    test('of a redirect is not followed', async () => {
      for (const code of [301, 302, 307, 308]) {
        const outcome = await attempt(settings, status(code, { location: `${target.url}/elsewhere` }))
        expect(outcome.kind).not.toBe('arrived')
        expect(target.asked).toHaveLength(1)
      }
    })

    test.each<[name: string, body: string]>([
      ['nothing', ''],
      ['a page', '<html>'],
      ['a number', '7'],
      ['null', 'null'],
      ['a list', '[]'],
      ['nonsense', '{"FailedEntryCount":"x","Entries":[null],"EntryList":{"a":[]},"code":{}}'],
    ])('of 200 with %s has an outcome', async (_name, body) => {
      const { kind } = await attempt(settings, answer({ status: 200, body }))
      if (fixture.bodyDecides) expect(kind).not.toBe('arrived')
    })

    test('without an end is read up to a bound', async () => {
      let closed = (): void => undefined
      const hungUp = new Promise<void>((done) => (closed = done))
      await attempt(settings, endless(closed))
      await hungUp
    })
  })

  describe.each(overHttp)('a target (%i)', (_index, settings) => {
    test('that hangs is given up at its time, and may have taken it', async () => {
      let closed = (): void => undefined
      const hungUp = new Promise<void>((done) => (closed = done))
      const outcome = await attempt(
        settings,
        (_asked, response) => response.on('close', closed),
        async (clock) => clock.advance(25 * SECOND),
      )
      expect(outcome).toMatchObject({ kind: 'ambiguous', reason: 'timeout' })
      await hungUp
    })

    test('that resets the connection may have taken it', async () => {
      expect(await attempt(settings, reset)).toMatchObject({ kind: 'ambiguous', reason: 'connection' })
    })

    test('that closes before it answered may have taken it', async () => {
      expect(await attempt(settings, halfHeaders)).toMatchObject({ kind: 'ambiguous', reason: 'connection' })
    })

    test('that closes in the middle of its answer has an outcome', async () => {
      await attempt(settings, halfBody)
    })

    test('that is not there has refused', async () => {
      const port = await startTarget()
      await port.stop()
      const gone = JSON.parse(JSON.stringify(settings).replaceAll('{server}', port.url)) as Settings
      expect(await attempt(gone, reset)).toMatchObject({ kind: 'refused', reason: 'connection' })
    })
  })
}

function answer({ status, headers, body }: Answered): Behaviour {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return (_asked, response) => response.writeHead(status, headers).end(text)
}

function expectClosed(outcome: Outcome): void {
  expect(['arrived', 'refused', 'ambiguous', 'dead']).toContain(outcome.kind)
  expect(Number.isFinite(outcome.at)).toBe(true)
  if (outcome.kind === 'arrived') return
  expect(Object.keys(REASONS)).toContain(outcome.reason)
  expect(outcome.detail.length).toBeLessThan(500)
}

/** A change of an address that is itself the only secret moves no secret. */
function isOnlySecret(secretNames: readonly string[], name: string): boolean {
  return secretNames.length === 1 && secretNames[0] === name
}

/** The value of a field by its dotted name: of a mapping all its values. */
function leaves(settings: Settings, name: string): unknown[] {
  const value = name.split('.').reduce<unknown>((at, part) => (at as Settings | undefined)?.[part], settings)
  if (value === undefined) return []
  return typeof value === 'object' && value !== null ? Object.values(value) : [value]
}

async function opened() {
  let table: MemoryTable | undefined
  const api = await startApi((made) => (table = made as MemoryTable))
  return { api, answers: [] as string[], everything: () => JSON.stringify(table?.everything()) }
}

/** A request of the account's owner; every answer is kept. */
async function ask(api: Api, answers: string[], method: string, path: string, body?: unknown) {
  const answered = await api.ask(method, path, { key: 'a-owner', ...(body === undefined ? {} : { body }) })
  answers.push(answered.text)
  return answered
}
