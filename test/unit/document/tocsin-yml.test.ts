import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'
import { rotateIntegration } from '../../../shared/document/rotation.ts'
import { showConfig } from '../../../shared/document/show.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { testBox } from './box.ts'
import { planChanges } from './plan.ts'
import { asCurrent, box, nothing, parsed, paths, readAlertmanagerYml } from './setup.ts'

const TOCSIN = `
integrations:
  - {id: prometheus-prod, type: prometheus, name: Prometheus, autoRecoverAfter: 5m, access: full}
channels:
  - {id: ops-hook, type: webhook, url: "http://127.0.0.1:9099/hook", secret: s3cret, sendResolved: false}
policies:
  - id: everything
    name: Everything
    owner: sre
    match: [{label: severity, op: "=~", value: "error|critical"}]
    groupBy: [alertname]
    groupWait: 500ms
    groupInterval: 30s
    repeatInterval: 4h
    notify: [{channel: ops-hook}]
    muteTimes: [nights]
  - {id: rest, groupBy: "..."}
inhibitRules: [{source_matchers: [a="1"], target_match: {b: 2}, equal: [c]}]
timeIntervals: [{name: nights, time_intervals: [{times: [{start_time: "22:00", end_time: "24:00"}], years: [2026], months: ["1:3"], days_of_month: ["-3:-1"], weekdays: ["monday:friday"], location: Europe/Berlin}]}]
resolveTimeout: 3m
`

function typed(text: string): unknown {
  const read = readYamlAtOnce(text)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.document
}

const document = typed(TOCSIN) as Record<string, unknown>
const full = parsed(document)

describe('a whole document', () => {
  test('is read with its defaults', () => {
    expect(full.integrations).toEqual([
      {
        id: 'prometheus-prod',
        type: 'prometheus',
        name: 'Prometheus',
        access: 'full',
        settings: {},
        paused: false,
        autoRecoverAfterMs: 300_000,
        generation: 1,
      },
      ...nothing.integrations,
    ])
    expect(full.policies).toEqual([
      {
        id: 'everything',
        name: 'Everything',
        owner: 'sre',
        match: [{ name: 'severity', op: '=~', value: 'error|critical' }],
        groupBy: ['alertname'],
        groupWaitMs: 500,
        groupIntervalMs: 30_000,
        repeatIntervalMs: 14_400_000,
        targets: [notificationTarget('ops-hook')],
        lifecycle: [],
        muteTimes: ['nights'],
        activeTimes: [],
        silencedEnds: 'told',
        receiver: 'everything',
        routeKey: '{}/{everything}',
      },
      expect.objectContaining({ id: 'rest', name: 'rest', match: [], groupBy: 'all', groupWaitMs: 5_000 }),
    ])
    expect(full.channels).toMatchObject([{ id: 'ops-hook', type: 'webhook', sendResolved: false }])
    expect(full.inhibitRules[0]?.target).toEqual([{ name: 'b', op: '=', value: '2' }])
    expect(full.resolveTimeoutMs).toBe(180_000)
  })

  test('is the same as JSON', () => {
    const json = readYamlAtOnce(JSON.stringify(document))
    expect(json).toMatchObject({ ok: true, document })
  })

  test('is shown without secrets and changes nothing when it is put back', () => {
    const shown = showConfig(full)
    expect(JSON.stringify(shown)).not.toMatch(/s3cret|9099|sealed/)
    expect(shown.channels).toMatchObject([{ url: '<secret>', secret: '<secret>' }])
    expect(shown.policies).toMatchObject([{ groupWait: '500ms', repeatInterval: '4h' }, { groupBy: ['...'] }])
    expect(planChanges(full, parsed(JSON.parse(JSON.stringify(shown)), asCurrent(full)))).toEqual([])
  })

  test('changes nothing when it comes again with its secrets', () => {
    expect(planChanges(full, parsed(document, asCurrent(full)))).toEqual([])
  })
})

describe('sections', () => {
  const current = asCurrent(full, '7')

  test('that are absent stay', () => {
    expect(parsed({}, current)).toEqual(full)
    expect(parsed({ policies: [] }, current)).toEqual({ ...full, policies: [] })
  })

  test('that are empty are emptied, but for the integration default', () => {
    const emptied = parsed(
      { integrations: [], channels: null, policies: [], inhibitRules: [], timeIntervals: null, resolveTimeout: null },
      current,
    )
    expect(emptied).toEqual({ ...nothing, revision: undefined, since: undefined, integrations: nothing.integrations })
  })

  test('of later versions are refused unless they are empty', () => {
    expect(parsed({ rules: [], forwarding: {}, users: null }, current)).toEqual(full)
    expect(paths({ silences: [{ id: 's' }], keys: [{ id: 'k' }] })).toEqual(['silences', 'keys'])
  })

  test('cannot take away what others name', () => {
    expect(paths({ channels: [] }, current)).toEqual(['channels'])
    expect(paths({ timeIntervals: [] }, current)).toEqual(['timeIntervals'])
  })
})

describe('secrets', () => {
  const current = asCurrent(full)
  const hook = { id: 'ops-hook', type: 'webhook' }

  test('are kept where <secret> is put back', () => {
    const next = parsed({ channels: [{ ...hook, url: 'http://127.0.0.1:9099/other', secret: '<secret>' }] }, current)
    expect(next.channels[0]?.settings.secret).toBe(full.channels[0]?.settings.secret)
    expect(box.open(next.channels[0]?.settings.url as string)).toBe('http://127.0.0.1:9099/other')
  })

  const login = { username: 'u', password: 'pa55' }
  const token = { type: 'Bearer', credentials: 't0ken' }
  const masked = { basicAuth: { username: 'u', password: '<secret>' }, authorization: { credentials: '<secret>' } }
  test.each([
    ['another host', 'https://evil.example/hook', false],
    ['a host that looks alike', 'https://hooks.example.evil.example/hook', false],
    ['another port', 'https://hooks.example:8443/hook', false],
    ['plain http', 'http://hooks.example/hook', false],
    ['another path', 'https://hooks.example/other?x=1', true],
    ['the same in other letters', 'HTTPS://Hooks.Example:443/hook', true],
    ['a masked URL', '<secret>', true],
  ])('stay with the host they were given for: %s', (_, url, kept) => {
    const stored = { ...hook, url: 'https://hooks.example/hook', secret: 's3cret' }
    const one = asCurrent(parsed({ channels: [{ ...stored, basicAuth: login }] }, current))
    const other = asCurrent(parsed({ channels: [{ ...stored, authorization: token }] }, current))
    const changes = { ...hook, url }
    const field = (name: string): string[] => (kept ? [] : [`channels[0].${name}`])
    expect(paths({ channels: [{ ...changes, basicAuth: masked.basicAuth }] }, one)).toEqual(field('basicAuth.password'))
    const credentials = { ...changes, authorization: masked.authorization }
    expect(paths({ channels: [credentials] }, other)).toEqual(field('authorization.credentials'))
    expect(paths({ channels: [{ ...changes, secret: '<secret>' }] }, one)).toEqual(field('secret'))
    // Secrets that are given anew may go to any host.
    expect(paths({ channels: [{ ...changes, secret: 'new', basicAuth: login }] }, one)).toEqual([])
  })

  test.each([
    ['<secret> with nothing stored', { id: 'new', type: 'webhook', url: '<secret>' }, 'channels[0].url'],
    [
      '<secret> for a field that is not set',
      { ...hook, url: '<secret>', basicAuth: { username: 'a', password: '<secret>' } },
      'channels[0].basicAuth.password',
    ],
    ['an empty one', { ...hook, url: '' }, 'channels[0].url'],
    ['a missing one', hook, 'channels[0].url'],
  ])('%s is a problem', (_, channel, path) => {
    expect(paths({ channels: [channel], policies: [] }, current)).toContain(path)
  })

  test('a sealed text from elsewhere is a text like any other', () => {
    const sealed = full.channels[0]?.settings.secret as string
    const next = parsed({ channels: [{ ...hook, url: '<secret>', secret: sealed }] }, current)
    expect(box.open(next.channels[0]?.settings.secret as string)).toBe(sealed)
  })

  test('of a lost key have to be given again', () => {
    const read = finish(readTocsinYml(showConfig(full), current, testBox(9)))
    expect(read).toMatchObject({ ok: false, problems: [{ path: 'channels[0].url' }, { path: 'channels[0].secret' }] })
  })
})

describe('integrations', () => {
  test('keep their generation, and one that is made again never has an old one', () => {
    const integrations = [{ id: 'a', type: 'prometheus' }]
    const first = parsed({ integrations }, asCurrent(nothing, '3'))
    expect(first.integrations[0]).toMatchObject({ id: 'a', generation: 4 })
    expect(parsed({ integrations }, asCurrent(first, '9')).integrations[0]).toMatchObject({ generation: 4 })
    const gone = parsed({ integrations: [] }, asCurrent(first, '9'))
    expect(parsed({ integrations }, asCurrent(gone, '10')).integrations[0]).toMatchObject({ generation: 11 })
  })

  test('keep what a rotation left them, unless they are made again', () => {
    const integrations = [{ id: 'a', type: 'prometheus' }]
    const made = asCurrent(parsed({ integrations }, asCurrent(nothing, '3')), '4')
    const rotated = rotateIntegration(made, 'a', { overlapMs: 10, now: 100 })
    if (!rotated.ok) throw new Error(rotated.reason)
    const previous = { generation: 4, until: 110 }
    const kept = parsed({ integrations }, asCurrent(rotated.next, '5'))
    expect(kept.integrations[0]).toMatchObject({ generation: 5, previous })
    const gone = parsed({ integrations: [] }, asCurrent(kept, '6'))
    const again = parsed({ integrations }, asCurrent(gone, '7')).integrations[0]
    expect([again?.generation, again?.previous]).toEqual([8, undefined])
  })

  test('may be put back with what is shown beside them', () => {
    const shown = { url: 'http://h/i/t', previousUrlUntil: '2026-01-01T00:00:00.000Z', statistics: {} }
    expect(paths({ integrations: [{ id: 'a', type: 'prometheus', ...shown }] })).toEqual([])
  })
})

describe('an imported tree', () => {
  const read = readAlertmanagerYml(
    `
route: {receiver: x, group_by: [a], routes: [{match_re: {a: 'b|c'}, continue: true, mute_time_intervals: [n]}, {receiver: y}]}
receivers: [{name: x, webhook_configs: [{url: 'http://h/1'}, {url: 'http://h/2'}]}, {name: y, webhook_configs: [{url: 'http://h/3'}]}]
time_intervals: [{name: n, time_intervals: [{}]}]`,
    nothing,
    box,
  )
  const current = asCurrent(read.ok ? read.next : nothing)
  const shown = JSON.parse(JSON.stringify(showConfig(current)))

  test('is shown, and changes nothing when it is put back', () => {
    expect(read.ok).toBe(true)
    expect(planChanges(current, parsed(shown, current))).toEqual([])
  })

  test('keeps its channels when a document lists only others', () => {
    const next = parsed({ channels: [{ id: 'own', type: 'webhook', url: 'http://h/' }] }, current)
    expect(next.channels.map(({ id }) => id)).toEqual(['own', 'x/webhook/0', 'x/webhook/1', 'y/webhook/0'])
    expect(next.route).toEqual(current.route)
  })

  test('goes, with its channels, when it is emptied', () => {
    const next = parsed({ route: {}, channels: [] }, current)
    expect(next).not.toHaveProperty('route')
    expect(next.channels).toEqual([])
  })

  test('can be moved to another account with its secrets given again', () => {
    const channels = shown.channels.map((channel: object) => ({ ...channel, url: 'http://h/x' }))
    const next = parsed({ ...shown, channels }, nothing)
    expect(next.route).toEqual(current.route)
  })

  test.each([
    [{ receiver: 'x', match: [{ label: 'a', value: 'b' }] }, 'route.match'],
    [{ routes: [], groupWait: '1s' }, 'route.receiver'],
    [{ receiver: 'x', routes: [{ activeTimes: ['zz'] }] }, 'route.routes[0].activeTimes[0]'],
    [{ receiver: 'x', routes: [{ foo: 1 }] }, 'route.routes[0].foo'],
    [{ receiver: 'x', routes: [{ groupInterval: '0s' }] }, 'route.routes[0].groupInterval'],
  ])('is refused as %j', (route, path) => {
    expect(paths({ route }, current)).toEqual([path])
  })
})

describe('problems', () => {
  const policy = (more: object) => ({ policies: [{ id: 'p', ...more }] })
  const channel = (more: object) => ({ channels: [{ id: 'c', type: 'webhook', url: 'http://h/', ...more }] })

  test.each<[unknown, string[]]>([
    [null, ['']],
    [[], ['']],
    ['x', ['']],
    [{ foo: 1 }, ['foo']],
    [JSON.parse('{"__proto__": {"policies": []}}'), ['__proto__']],
    [{ constructor: 1, 'a b': 2 }, ['constructor', '["a b"]']],
    [{ policies: {} }, ['policies']],
    [{ policies: 'x' }, ['policies']],
    [{ policies: [null] }, ['policies[0]']],
    [{ policies: [{}] }, ['policies[0].id']],
    [policy({ foo: 1, bar: 2 }), ['policies[0].foo', 'policies[0].bar']],
    [policy({ groupWait: '5' }), ['policies[0].groupWait']],
    [policy({ groupWait: 5 }), ['policies[0].groupWait']],
    [policy({ groupWait: 0 }), []],
    [policy({ groupInterval: 0 }), ['policies[0].groupInterval']],
    [policy({ repeatInterval: '0s' }), ['policies[0].repeatInterval']],
    [policy({ groupBy: 'alertname' }), ['policies[0].groupBy']],
    [policy({ groupBy: ['a', 'a'] }), ['policies[0].groupBy[1]']],
    [policy({ groupBy: ['a', '...'] }), ['policies[0].groupBy']],
    [policy({ groupBy: [''] }), ['policies[0].groupBy[0]']],
    [policy({ notify: [{ channel: 'nobody' }] }), ['policies[0].notify[0].channel']],
    [policy({ notify: ['x'] }), ['policies[0].notify[0]']],
    [policy({ muteTimes: ['never'], activeTimes: ['x'] }), ['policies[0].muteTimes[0]', 'policies[0].activeTimes[0]']],
    [policy({ match: [{ label: 'a', op: '==', value: 'b' }] }), ['policies[0].match[0].op']],
    [policy({ match: [{ label: 'a', op: '=~', value: '(' }] }), ['policies[0].match[0].value']],
    [policy({ match: [{ label: '', value: 'b' }] }), ['policies[0].match[0].label']],
    [policy({ match: [{ label: 'a', value: 1 }] }), ['policies[0].match[0].value']],
    [{ policies: [{ id: 'a' }, { id: 'a' }] }, ['policies[1].id']],
    [{ policies: [{ id: '_none' }] }, ['policies[0].id']],
    [channel({}), []],
    [channel({ type: 'no-such-kind' }), ['channels[0].type']],
    [channel({ type: '__proto__' }), ['channels[0].type']],
    [channel({ sendResolved: 'yes' }), ['channels[0].sendResolved']],
    [channel({ foo: 1 }), ['channels[0].foo']],
    [channel({ url: 'ftp://h/' }), ['channels[0].url']],
    [{ integrations: [{ id: 'a', type: 'pigeon' }] }, ['integrations[0].type']],
    [{ integrations: [{ id: 'a', type: '__proto__' }] }, ['integrations[0].type']],
    [{ integrations: [{ id: 'a', type: 'cloudtrail', access: 'full' }] }, ['integrations[0].access']],
    [{ integrations: [{ id: 'a', type: 'prometheus', access: 'all' }] }, ['integrations[0].access']],
    [{ integrations: [{ id: 'a', type: 'prometheus', generation: 0 }] }, ['integrations[0].generation']],
    [{ inhibitRules: [{ source_matchers: ['a'] }] }, ['inhibitRules[0].source_matchers[0]']],
    [{ inhibitRules: [null] }, []],
    [{ timeIntervals: [{ name: 'a' }, { name: 'a' }] }, ['timeIntervals[1].name']],
    [{ timeIntervals: [{ name: 'a', time_intervals: [{ foo: [] }] }] }, ['timeIntervals[0].time_intervals[0].foo']],
    [{ resolveTimeout: '1 day' }, ['resolveTimeout']],
    [{ receivers: [{ name: 'x' }] }, ['receivers']],
    [{ receivers: [{ name: 'x' }], route: null }, ['receivers']],
  ])('of %j are named by path', (given, expected) => {
    expect(paths(given)).toEqual(expected)
  })

  test.each(['', 'a b', 'a#b', 'a|b', 'a%00', '..', '.', 'é', 'x'.repeat(101), 'a\n', '\u0000'])(
    'of the id %j',
    (id) => {
      expect(paths({ policies: [{ id }] })).toEqual(['policies[0].id'])
    },
  )

  test('of one field are named together, whatever each of them is', () => {
    const read = finish(
      readTocsinYml({ policies: [{ id: 'p', groupBy: ['', 'a', 'a', 1, 'x'.repeat(1_025)] }] }, nothing, box),
    )
    const found = read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`)
    expect(found).toEqual([
      'policies[0].groupBy[0]: must not be empty',
      'policies[0].groupBy[2]: is "a" a second time',
      expect.stringMatching(/groupBy\[3\]: expected string/),
      expect.stringMatching(/groupBy\[4\]: Too big/),
    ])
  })

  test.each<[string, number, (index: number) => object]>([
    ['channels', 1000, (i) => ({ id: `c${i}`, type: 'webhook', url: 'http://h/' })],
    ['integrations', 200, (i) => ({ id: `i${i}`, type: 'prometheus' })],
    ['policies', 500, (i) => ({ id: `p${i}` })],
  ])('of more %s than %d', (section, limit, make) => {
    const list = Array.from({ length: limit + 1 }, (_, index) => make(index))
    expect(paths({ [section]: list.slice(0, limit) })).toEqual([])
    expect(paths({ [section]: list })).toEqual([section])
  })

  test('are all told at once, up to a hundred', () => {
    expect(paths({ policies: Array.from({ length: 300 }, () => ({})) })).toHaveLength(101)
  })

  test('leave nothing half applied', () => {
    const before = JSON.stringify(nothing)
    paths({ ...document, foo: 1 })
    expect(JSON.stringify(nothing)).toBe(before)
  })
})

test('a plan names what is added, changed and removed', () => {
  const next = parsed(
    {
      integrations: [],
      channels: [{ id: 'ops-hook', type: 'webhook', url: '<secret>' }],
      policies: [{ id: 'new' }],
    },
    asCurrent(full),
  )
  expect(planChanges(full, next)).toEqual([
    { section: 'integrations', id: 'prometheus-prod', change: 'removed' },
    { section: 'channels', id: 'ops-hook', change: 'changed' },
    { section: 'policies', id: 'new', change: 'added' },
    { section: 'policies', id: 'everything', change: 'removed' },
    { section: 'policies', id: 'rest', change: 'removed' },
  ])
})
