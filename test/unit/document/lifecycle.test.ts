import { describe, expect, test } from 'vitest'
import { lifecycleTarget, notificationTarget } from '../../../shared/delivery/target.ts'
import { showConfig } from '../../../shared/document/show.ts'
import { planChanges } from './plan.ts'
import { asCurrent, box, parsed, paths, problems, readAlertmanagerYml } from './setup.ts'

const hook = { id: 'hook', type: 'webhook', url: 'http://h/' }
const bus = {
  id: 'bus',
  type: 'cloudevents',
  url: 'http://bus.example.com/t0ken',
  source: 'arms',
  eventBus: 'armstest',
  region: 'cn-hangzhou',
  timeZone: 'Asia/Shanghai',
  secret: 's3cret',
}
const policy = { id: 'p', notify: [{ channel: 'hook' }], lifecycle: ['bus'] }
const document = { channels: [hook, bus], policies: [policy] }
const full = parsed(document)
const current = asCurrent(full)

describe('a policy that names channels for life-cycle events', () => {
  test('is taken', () => {
    expect(full.policies).toMatchObject([
      { id: 'p', targets: [notificationTarget('hook')], lifecycle: [lifecycleTarget('bus')] },
    ])
  })

  test.each([undefined, null, []])('may name none: %j', (lifecycle) => {
    expect(parsed({ policies: [{ id: 'p', lifecycle }] }).policies[0]?.lifecycle).toEqual([])
  })

  test('is shown without secrets, and changes nothing when it is put back', () => {
    const shown = JSON.parse(JSON.stringify(showConfig(full)))
    expect(JSON.stringify(shown)).not.toMatch(/t0ken|s3cret|sealed/)
    expect(shown.policies).toMatchObject([{ lifecycle: ['bus'] }])
    expect(shown.channels[1]).toEqual({
      ...bus,
      url: '<secret>',
      secret: '<secret>',
      mode: 'structured',
      sendResolved: true,
    })
    expect(planChanges(full, parsed(shown, current))).toEqual([])
    expect(planChanges(full, parsed(document, current))).toEqual([])
  })

  test('is changed when only these change', () => {
    const next = parsed({ policies: [{ ...policy, lifecycle: [] }] }, current)
    expect(planChanges(full, next)).toEqual([{ section: 'policies', id: 'p', change: 'changed' }])
  })

  test.each<[unknown, string[]]>([
    ['bus', ['policies[0].lifecycle']],
    [[{ channel: 'bus' }], ['policies[0].lifecycle[0]']],
    [['bus', 1], ['policies[0].lifecycle[1]']],
    [['bus', 'nobody'], ['policies[0].lifecycle[1]']],
    [['__proto__'], ['policies[0].lifecycle[0]']],
    [['bus', 'bus'], ['policies[0].lifecycle[1]']],
    [['hook'], ['policies[0].lifecycle[0]']],
  ])('is refused as %j', (lifecycle, expected) => {
    expect(paths({ ...document, policies: [{ ...policy, lifecycle }] })).toEqual(expected)
  })

  test('cannot be told anything else through them', () => {
    const policies = [{ id: 'p', notify: [{ channel: 'hook' }, { channel: 'bus' }] }]
    expect(problems({ ...document, policies })).toEqual([
      {
        path: 'policies[0].notify[1].channel',
        message: 'names "bus", a channel for life-cycle events: name it in lifecycle',
      },
    ])
  })
})

describe('a channel for life-cycle events', () => {
  test('cannot go, or become another kind, while a policy names it', () => {
    expect(problems({ channels: [hook] }, current)).toEqual([
      { path: 'channels', message: 'policy "p" names a channel "bus" that does not exist' },
    ])
    expect(paths({ channels: [hook, { ...bus, type: 'webhook' }] }, current)).toEqual([
      'channels[1].source',
      'channels[1].eventBus',
      'channels[1].region',
      'channels[1].timeZone',
      'channels',
    ])
    expect(paths({ channels: [hook, { ...hook, id: 'bus' }] }, current)).toEqual(['channels'])
  })

  test.each<[object, string[]]>([
    [{ timeZone: 'Mars/Olympus' }, ['channels[1].timeZone']],
    [{ mode: 'x', source: '' }, ['channels[1].mode', 'channels[1].source']],
    [{ sendResolved: false }, ['channels[1].sendResolved']],
    [{ receiver: 'x' }, ['channels[1].receiver']],
    [{ maxAlerts: 1 }, ['channels[1].maxAlerts']],
  ])('is refused with %j', (more, expected) => {
    expect(paths({ ...document, channels: [hook, { ...bus, ...more }] })).toEqual(expected)
  })

  test('outlives the import of an alertmanager.yml', () => {
    const yaml = 'route: {receiver: x}\nreceivers: [{name: x, webhook_configs: [{url: "http://h/1"}]}]'
    const read = readAlertmanagerYml(yaml, current, box)
    expect(read.ok && read.next.channels.map(({ id }) => id).sort()).toEqual(['bus', 'hook', 'x/webhook/0'])
    expect(read.ok && read.next.policies).toEqual(full.policies)
  })
})
