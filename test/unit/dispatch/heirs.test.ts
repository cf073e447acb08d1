import { describe, expect, test } from 'vitest'
import { regroup, regroupAgain } from '../../../functions/dispatch/regroup.ts'
import { groupId } from '../../../shared/group/identity.ts'
import type { TargetState } from '../../../shared/group/target-state.ts'
import { compileConfig } from '../../../shared/routing/compile.ts'
import { parsed } from '../document/setup.ts'
import { alertInput, unborn } from '../group/setup.ts'

/** Who tells the ends of alerts that a changed configuration moves, and which ends are dropped. */

const CHANNELS = ['hook', 'desk'].map((id) => ({ id, type: 'webhook', url: 'https://hooks.example/path' }))

interface PolicyInput {
  id?: string
  groupBy?: string[]
  host?: string
  notify?: string[]
}

function configOf(policies: PolicyInput[], channels = CHANNELS) {
  const written = policies.map(({ id = 'all', groupBy = ['alertname'], host, notify = ['hook'] }) => {
    const match = host === undefined ? [] : [{ label: 'host', value: host }]
    return { id, groupBy, match, notify: notify.map((channel) => ({ channel })) }
  })
  return compileConfig({ ...parsed({ channels, policies: written }), revision: '2', since: 0 })
}

/** The group of the policy `all` told `hook` that a and b fire. */
function told() {
  const labels = { alertname: 'X' }
  const alerts = ['a', 'b'].map((host) => alertInput({ ...labels, host }, { tie: host, endsAt: 5 }).arrival)
  const members = new Map(alerts.map(({ fingerprint, ...member }) => [fingerprint, member]))
  const state: TargetState = { count: 1, told: { at: 1, firing: [...members.keys()], resolved: [] } }
  const id = groupId('acme', 'all', labels)
  const names = new Map(alerts.map(({ fingerprint, alert }) => [fingerprint, alert.labels.host!]))
  return {
    group: { ...unborn(), id, policy: 'all', labels, members, targets: new Map([['hook', state]]) },
    named: (prints: readonly string[]) => prints.map((print) => names.get(print)).join(''),
  }
}

describe('ends of alerts that move', () => {
  test.each<[string, PolicyInput[], string[], string[]]>([
    ['a policy under another name', [{ id: 'other' }], ['other told ab'], []],
    ['grouped coarser', [{ groupBy: [] }], ['all told ab'], []],
    // The first end may close the ticket of both, so both are told anew.
    ['grouped finer', [{ groupBy: ['host'] }], ['all perhaps a', 'all perhaps b'], []],
    ['narrowed, and the policy still names the target', [{ host: 'z' }], ['_none told ab'], []],
    ['narrowed to one of them', [{ host: 'a' }], ['_none perhaps b'], []],
    [
      'narrowed, and another policy names another target',
      [{ host: 'z' }, { id: 'rest', notify: ['desk'] }],
      ['rest told ab'],
      [],
    ],
    [
      'two policies, of which the second names the target',
      [{ id: 'one', notify: ['desk'] }, { id: 'two' }],
      ['one', 'two told ab'],
      [],
    ],
    ['two policies that name the target', [{ id: 'one' }, { id: 'two' }], ['one told ab', 'two'], []],
    ['no policy names the target', [{ id: 'one', notify: ['desk'] }], ['one'], ['hook not-named ab']],
    ['no policy at all', [], ['_none'], ['hook not-named ab']],
    [
      'one of them stays in a group that names the target no longer',
      [{ host: 'a', notify: [] }],
      ['_none'],
      ['hook not-named b'],
    ],
  ])('%s', (_, policies, heard, dropped) => {
    const { group, named } = told()
    const { leaving, dropped: lost } = regroup(group, configOf(policies), 10)
    const messages = leaving.map(({ policy, told, doubt }) => {
      const surely = told.map(([, { firing }]) => ` told ${named(firing)}`)
      return policy + surely.join('') + doubt.map(([, { firing }]) => ` perhaps ${named(firing)}`).join('')
    })
    expect(messages.sort()).toEqual(heard)
    expect(lost.map(({ target, reason, alerts }) => `${target} ${reason.code} ${named(alerts)}`)).toEqual(dropped)
    for (const { told, doubt, from, tellers } of leaving) {
      expect(from).toBe(group.id)
      const groupKeys = tellers?.map(([id, { groupKey }]) => `${id === group.id} ${groupKey}`)
      expect(groupKeys).toEqual(told.length + doubt.length > 0 ? ['true {}/{all}:{alertname="X"}'] : [])
    }
  })

  test('are perhaps told where an alert that ended and fires anew has a tombstone beside its member', () => {
    const { group, named } = told()
    const tombstones = new Map(
      Array.from(group.members, ([fingerprint, { alert, stamp }]) => [fingerprint, { alert, stamp, until: 100 }]),
    )
    const { leaving } = regroup({ ...group, tombstones }, configOf([{ groupBy: ['host'] }]), 10)
    const heard = leaving.map(({ told, doubt }) => [told, doubt.map(([, { firing }]) => named(firing)).join()])
    expect(heard).toEqual([
      [[], 'a'],
      [[], 'b'],
    ])
  })

  test('are dropped with their channel', () => {
    const { group } = told()
    const { dropped } = regroup(group, configOf([{ id: 'other', notify: ['desk'] }], CHANNELS.slice(1)), 10)
    expect(dropped.map(({ reason }) => reason.code)).toEqual(['channel-gone'])
  })
})

describe('ends of alerts that a second change moves on', () => {
  test('stay owed under the first key', () => {
    const { group } = told()
    const [first] = regroup(group, configOf([{ id: 'other' }]), 10).leaving
    const [again] = regroupAgain(first!, configOf([{ id: 'third' }]), 20)
    expect(again).toMatchObject({ policy: 'third', under: [['hook', [[group.id, [...group.members.keys()]]]]] })
    expect(again!.tellers).toEqual(first!.tellers)
    expect(again!.dropped).toBeUndefined()
  })

  test('go back to the group that told them', () => {
    const { group } = told()
    const [first] = regroup(group, configOf([{ id: 'other' }]), 10).leaving
    const [again] = regroupAgain(first!, configOf([{}]), 20)
    expect(again).toMatchObject({ policy: 'all', labels: group.labels })
    expect(again!.members).toHaveLength(2)
  })

  test('are said to be dropped by the next group', () => {
    const { group, named } = told()
    const [first] = regroup(group, configOf([{ id: 'other' }]), 10).leaving
    const [again] = regroupAgain(first!, configOf([{ id: 'third', notify: ['desk'] }]), 20)
    expect(again!.told).toEqual([])
    const [dropped] = again!.dropped!
    expect([dropped!.target, dropped!.reason.code, named(dropped!.alerts)]).toEqual(['hook', 'not-named', 'ab'])
  })
})
