import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import {
  candidates,
  createLookup,
  LOOKUP_MS,
  type Lookup,
  parseHosts,
  parseResolver,
} from '../../../shared/outbound/names.ts'
import { type NameAnswer, type NameServer, startNameServer } from '../../fakes/name-server.ts'
import { createVirtualClock, type VirtualClock } from '../../flow/virtual-clock.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Rig {
  lookup: Lookup
  server: NameServer
  clock: VirtualClock
}

async function rig(names: Record<string, NameAnswer>, { hosts = '', resolver = '' } = {}): Promise<Rig> {
  const server = await startNameServer(names)
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-names-'))
  closing.push(server.stop, () => rmSync(folder, { recursive: true }))
  const [hostsFile, resolverFile] = [join(folder, 'hosts'), join(folder, 'resolv.conf')]
  writeFileSync(hostsFile, hosts)
  writeFileSync(resolverFile, resolver)
  const clock = createVirtualClock(0, () => 0)
  return { server, clock, lookup: createLookup({ timer: clock, servers: [server.address], hostsFile, resolverFile }) }
}

describe('a name', () => {
  test('has its addresses of both families, IPv4 first', async () => {
    const { lookup } = await rig({
      'both.test': ['2001:db8::7', '192.0.2.1', '192.0.2.2'],
      'six.test': ['2001:db8::1'],
    })
    expect(await lookup('both.test')).toEqual({ ok: true, addresses: ['192.0.2.1', '192.0.2.2', '2001:db8::7'] })
    expect(await lookup('SIX.test')).toEqual({ ok: true, addresses: ['2001:db8::1'] })
  })

  test.each<[what: string, answer: NameAnswer | undefined, why: string]>([
    ['that does not exist', undefined, 'no address found'],
    ['without an address', [], 'no address found'],
    ['whose servers fail', 'refuse', 'its name servers failed (ESERVFAIL)'],
  ])('%s says so', async (_what, answer, why) => {
    const { lookup } = await rig(answer === undefined ? {} : { 'bad.test': answer })
    expect(await lookup('bad.test')).toEqual({ ok: false, why })
  })

  test('is given up when its servers take too long, and says so', async () => {
    const { lookup, server, clock } = await rig({ 'slow.test': 'silent' })
    const slow = lookup('slow.test')
    while (server.asked.length === 0) await new Promise((turn) => setImmediate(turn))
    await clock.advanceTo(LOOKUP_MS)
    expect(await slow).toEqual({ ok: false, why: 'its name servers gave no answer in time' })
  })

  test('that is slow delays no other name, however many ask for it', async () => {
    const { lookup, server } = await rig({ 'slow.test': 'silent', 'good.test': ['192.0.2.1'] })
    const ended: string[] = []
    for (let index = 0; index < 100; index++) void lookup('slow.test').then(() => ended.push('slow'))
    while (server.asked.length < 200) await new Promise((turn) => setImmediate(turn))
    for (let index = 0; index < 20; index++) {
      expect(await lookup('good.test')).toEqual({ ok: true, addresses: ['192.0.2.1'] })
    }
    expect(ended).toEqual([])
  })

  test('that is an address, or localhost, or in the file of hosts needs no server', async () => {
    const hosts = '# ours\n192.0.2.7 db.local  DB # comment\n192.0.2.8 db\nnothing here\n'
    const { lookup, server } = await rig({ db: ['203.0.113.1'] }, { hosts })
    expect(await lookup('192.0.2.3')).toEqual({ ok: true, addresses: ['192.0.2.3'] })
    expect(await lookup('::1')).toEqual({ ok: true, addresses: ['::1'] })
    expect(await lookup('localhost')).toEqual({ ok: true, addresses: ['127.0.0.1', '::1'] })
    expect(await lookup('a.localhost.')).toEqual({ ok: true, addresses: ['127.0.0.1', '::1'] })
    expect(await lookup('Db')).toEqual({ ok: true, addresses: ['192.0.2.7', '192.0.2.8'] })
    expect(server.asked).toEqual([])
  })

  test('is looked for in the domains of the resolver, unless it ends with a dot', async () => {
    const resolver = 'nameserver 192.0.2.53\nsearch ns.svc.test svc.test\noptions edns0 ndots:2\n'
    const { lookup, server } = await rig({ 'hook.team.svc.test': ['192.0.2.1'], 'hook.team': [] }, { resolver })
    expect(await lookup('hook.team')).toEqual({ ok: true, addresses: ['192.0.2.1'] })
    const names = [...new Set(server.asked.map((asked) => asked.split(' ')[0]))]
    expect(names).toEqual(['hook.team.ns.svc.test', 'hook.team.svc.test'])
    expect(await lookup('hook.team.')).toEqual({ ok: false, why: 'no address found' })
  })
})

test.each([
  ['a', 1, ['a.x', 'a.y', 'a']],
  ['a.b', 1, ['a.b', 'a.b.x', 'a.b.y']],
  ['a.b', 2, ['a.b.x', 'a.b.y', 'a.b']],
])('%s with ndots %i is asked for as %j', (name, ndots, names) => {
  expect(candidates(name, { search: ['x', 'y'], ndots })).toEqual(names)
})

test('the options of the resolver are those of resolv.conf(5)', () => {
  expect(parseResolver('')).toEqual({ search: [], ndots: 1 })
  expect(parseResolver('domain A.Test.\n')).toEqual({ search: ['a.test'], ndots: 1 })
  expect(parseResolver('search a b\nsearch c ; d\noptions ndots:99')).toEqual({ search: ['c'], ndots: 15 })
})

test('the file of hosts may have anything in it', () => {
  expect(parseHosts('\n#\n127.0.0.1\nx y\n::1 __proto__ b\n').get('__proto__')).toEqual(['::1'])
})
