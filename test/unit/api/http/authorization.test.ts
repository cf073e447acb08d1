import { beforeAll, describe, expect, test } from 'vitest'
import { apiRoutes } from '../../../../functions/api/handler.ts'
import { LINK_RIGHTS, type LinkClaims, signLink } from '../../../../shared/account/link.ts'
import { DAY } from '../../../../shared/base/time.ts'
import { ADMIN_KEY, type Answered, ROLES, startApi } from '../harness.ts'
import { type Row, TABLE } from './authorization-table.ts'
import { MARK, startWorld, urlOf, type World } from './authorization-world.ts'

/*
 * Every route of the api × every credential. The routes are the mounted routes; the rights are written a second time
 * in `authorization-table.ts`, so that neither a new route nor a changed right passes unseen.
 */

const rows = Object.entries(TABLE).map(([name, row]) => ({ name, ...row }))
const method = (name: string): string => name.split(' ')[0]!
const path = (name: string): string => name.split(' ')[1]!

type Sent = Row & { headers?: Record<string, string> }

function ask({ api }: World, name: string, at: string, { body, type, headers }: Sent, key?: string): Promise<Answered> {
  const sent = {
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(type === undefined ? {} : { type }),
  }
  return api.ask(method(name), at, { ...sent, ...(key === undefined ? {} : { key }) })
}

/** The path of a route with an integration's token and an entry's id. */
function filled({ ids }: World, name: string, { id }: Row, integration: string): string {
  return path(name)
    .replace('/i/{token}', integration)
    .replace('{id}', id === undefined ? 'x' : encodeURIComponent(ids[id]))
}

const denied = ({ status }: Answered): number | 'let in' => (status === 401 || status === 403 ? status : 'let in')

test('the table has every route that is mounted, and no other', async () => {
  const mounted = apiRoutes((await startApi()).deps)
    .filter(({ page }) => !page)
    .map(({ method, path }) => `${method} ${path}`)
  expect(Object.keys(TABLE).sort()).toEqual(mounted.sort())
})

describe('who is let in', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })

  const keyed = rows.filter(({ who }) => who !== 'token' && who !== 'link')
  test.each(keyed)('$name: $who', async ({ name, ...row }) => {
    const rank = (ROLES as readonly string[]).indexOf(row.who)
    const at = path(name).replace('{id}', 'x')
    const expected: [string | undefined, number | 'let in'][] = [
      [undefined, row.who === 'anyone' ? 'let in' : 401],
      ['', row.who === 'anyone' ? 'let in' : 401],
      ['tsk_wrong', row.who === 'anyone' ? 'let in' : 401],
      ...ROLES.map((role, index): [string, number | 'let in'] => {
        if (row.who === 'admin') return [`a-${role}`, 401]
        return [`a-${role}`, row.who === 'anyone' || index >= rank ? 'let in' : 403]
      }),
      [ADMIN_KEY, row.who === 'anyone' || row.who === 'admin' ? 'let in' : 401],
    ]
    for (const [key, answer] of expected) {
      expect([key, denied(await ask(world, name, at, row, key))]).toEqual([key, answer])
      const headers = { authorization: `Basic ${Buffer.from(`any:${key ?? ''}`).toString('base64')}` }
      expect(['Basic', key, denied(await ask(world, name, at, { ...row, headers }))]).toEqual(['Basic', key, answer])
    }
  })

  test.each(rows.filter(({ who }) => who === 'token'))('$name: by a URL with full access', async ({ name, ...row }) => {
    const fresh = await startWorld()
    const by = async (integration: string, key?: string) =>
      denied(await ask(fresh, name, filled(fresh, name, { ...row, id: undefined } as Row, integration), row, key))
    expect(await by('/i/x', 'a-owner')).toBe(401)
    expect(await by(`${fresh.full}x`)).toBe(401)
    expect(await by(fresh.post, 'a-owner')).toBe(403)
    expect(await by(fresh.full)).toBe('let in')
    for (const authorization of ['Basic eDp4', 'Bearer x']) {
      const sent = { ...row, headers: { authorization, origin: 'https://evil.example' } }
      const stray = await ask(fresh, name, filled(fresh, name, { ...row, id: undefined } as Row, fresh.full), sent)
      expect([authorization, denied(stray)]).toEqual([authorization, 'let in'])
    }
  })
})

describe('by a signed link', () => {
  const linkTo = ({ api, ids }: World, of: Partial<LinkClaims>): string => {
    const { now } = api.time
    const claims = { account: 'a', incident: ids.incident, rights: [], madeAt: now, endsAt: now + DAY, ...of }
    return signLink(api.secrets, claims)
  }

  test.each(rows.filter(({ who }) => who === 'link'))('$name', async ({ name, ...row }) => {
    const world = await startWorld()
    const json = { accept: 'application/json' }
    const by = (link: string, key?: string) =>
      ask(world, name, path(name).replace('{signed}', link), { ...row, headers: json }, key)

    const rights = [...LINK_RIGHTS]
    const others = [{ account: 'b' }, { incident: `${'0'.repeat(32)}-1` }].map((of) => linkTo(world, { rights, ...of }))
    for (const link of ['x', ...others, `${linkTo(world, {})}x`, linkTo(world, { endsAt: world.api.time.now })]) {
      for (const key of [undefined, ...ROLES.map((role) => `a-${role}`), ADMIN_KEY]) {
        const { status, text } = await by(link, key)
        expect([status, text.includes(MARK)]).toEqual([404, false])
      }
    }
    expect((await by(linkTo(world, {}))).status).toBe(method(name) === 'GET' ? 200 : 403)
    expect(world.written).toEqual([])
    expect(world.api.sent).toEqual([])

    const own = await by(linkTo(world, { rights }))
    expect(own.status).toBe(row.own ?? 200)
    expect(own.text.includes(MARK)).toBe(row.blank !== true)
  })
})

describe('what is whose', () => {
  test.each(rows.filter(({ who }) => !['anyone', 'admin', 'link'].includes(who)))('$name', async ({ name, ...row }) => {
    const world = await startWorld()
    const other = row.who === 'token' ? await urlOf(world.api, 'b', 'full') : undefined
    const theirs = await ask(world, name, filled(world, name, row, other ?? ''), row, 'b-owner')
    expect(theirs.text).not.toContain(MARK)
    if (row.id !== undefined) expect(theirs.status).toBe(404)
    else expect([401, 403]).not.toContain(theirs.status)
    const touched = world.written.filter(
      ({ partition, sort }) => /^[aip]#a(#|$)/.test(partition) || sort === 'account#a',
    )
    expect(touched).toEqual([])
    expect(world.api.sent.filter(({ account }) => account !== 'b')).toEqual([])

    const own = await ask(world, name, filled(world, name, row, world.full), row, 'a-owner')
    expect(own.status).toBe(row.own ?? 200)
    expect(own.text.includes(MARK)).toBe(row.blank !== true)
  })
})
