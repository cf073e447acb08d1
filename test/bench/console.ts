import { setTimeout as sleep } from 'node:timers/promises'
import { bodiesOf, USUAL_GROUPS } from './alerts.ts'
import { createClient, postAll } from './client.ts'
import { cpuSeconds, untilQuiet } from './process.ts'
import type { Server } from './servers.ts'

/** Cost of the page of alerts for the host, in CPU-milliseconds. */
export interface ConsoleCost {
  page: number
  /** The same page asks whether there is news, and there is none. */
  poll: number
  /** The page with its 25 groups among many alerts. */
  amongMany: number
  /** The lists of incidents and of silences, which cost little more than a request. */
  incidents: PageCost
  silences: PageCost
  /** A request with a session that leads to another page: nothing is read but the key. */
  empty: number
}

/** A page, and the poll of the page without news. */
interface PageCost {
  page: number
  poll: number
}

/** Groups on a page, and the alerts in them at first. */
const GROUPS = 25
const FEW = 128
export const MANY = 98_304
const BLOCKS = 10
const A_BLOCK = 50
const WARM_UP = 100
const CONNECTIONS = 4
const LISTED_MS = 60_000

export async function measureConsole(server: Server): Promise<ConsoleCost> {
  const visitor = await signIn(server)
  await post(server, { alerts: FEW, groups: GROUPS })
  const { page, poll } = await measureTurns(server, visitor)
  const incidents = await measureTurns(server, await signIn(server, '/incidents'), 'data-open')
  const silences = await measureTurns(server, await signIn(server, '/silences'), '')
  const empty = await measureEmpty(server, visitor)
  await post(server, { alerts: MANY, groups: USUAL_GROUPS })
  return { page, poll, incidents, silences, empty, amongMany: (await measureTurns(server, visitor)).page }
}

async function post(server: Server, { alerts, groups }: { alerts: number; groups: number }): Promise<void> {
  const client = createClient(server.alertsUrl, CONNECTIONS)
  const bodies = bodiesOf({ run: `console-${alerts}`, alerts, perPost: 64, groups, now: Date.now() })
  const bad = await postAll(client, bodies, CONNECTIONS)
  client.close()
  if (bad > 0) throw new Error(`${bad} posts were refused`)
  await untilListed(server, groups)
  await untilQuiet(server.pid, LISTED_MS)
}

async function untilListed({ reading, readUrl }: Server, groups: number): Promise<void> {
  const url = new URL('/api/v1/groups?limit=200&alerts=0', readUrl)
  for (const end = Date.now() + LISTED_MS; Date.now() < end; await sleep(200)) {
    const { items } = (await (await fetch(url, { headers: reading })).json()) as { items: unknown[] }
    if (items.length >= groups) return
  }
  throw new Error('the groups were not listed in time')
}

interface Visitor {
  page(): Promise<string>
  poll(): Promise<void>
  empty(): Promise<void>
}

/** A browser that reads no file and runs no script. */
async function signIn({ readUrl, reading }: Server, path = '/'): Promise<Visitor> {
  const answer = await fetch(new URL('/session', readUrl), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ key: reading.authorization!.replace('Bearer ', '') }),
  })
  const [cookie = ''] = answer.headers.getSetCookie().map((one) => one.split(';')[0]!)
  let tag = ''
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(new URL(path, readUrl), { redirect: 'manual', headers: { cookie, ...headers } })
    const text = await answer.text()
    if (![200, 303, 304].includes(answer.status)) throw new Error(`${path}: ${answer.status}`)
    return { text, tag: answer.headers.get('hx-ptag') ?? '' }
  }
  return {
    page: async () => (await ask(path)).text,
    empty: async () => void (await ask('/sign-in')),
    // The tag is another one after each minute.
    poll: async () => {
      const answer = await ask(`${path}?part=live`, { 'hx-request': 'true', 'hx-ptag': tag })
      tag = answer.tag
    },
  }
}

/** In turns, so that a slow moment of the machine meets pages and polls alike. */
async function measureTurns({ pid }: Server, { page, poll }: Visitor, row = '<article '): Promise<PageCost> {
  for (let n = 0; n < WARM_UP; n++) {
    const found = (await page()).split(row).length - 1
    if (row !== '' && found !== GROUPS) throw new Error(`the page has ${found} groups`)
    await poll()
  }
  const spent = { page: 0, poll: 0 }
  for (let block = 0; block < BLOCKS; block++) {
    spent.page += await cpuOf(pid, page)
    spent.poll += await cpuOf(pid, poll)
  }
  const each = 1000 / (BLOCKS * A_BLOCK)
  return { page: spent.page * each, poll: spent.poll * each }
}

async function measureEmpty({ pid }: Server, { empty }: Visitor): Promise<number> {
  let spent = 0
  for (let block = 0; block < BLOCKS; block++) spent += await cpuOf(pid, empty)
  return (spent * 1000) / (BLOCKS * A_BLOCK)
}

async function cpuOf(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = cpuSeconds(pid)
  for (let n = 0; n < A_BLOCK; n++) await work()
  return cpuSeconds(pid) - before
}
