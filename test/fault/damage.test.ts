import { spawnSync } from 'node:child_process'
import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { api, endHost, hostsOfEachTest, integrationPath, temporaryDirectory } from './host-process.ts'
import { post } from './load.ts'

const PAGE = 4096
const data = hostsOfEachTest()
const { start } = data

/** The status and text of `/-/ready`, once the host complains; the last answer when the host does not. */
async function complaint(url: string): Promise<[status: number, text: string]> {
  for (let n = 0; ; n++) {
    const answer = await fetch(`${url}/-/ready`)
    const text = await answer.text()
    if (answer.status !== 200 || n > 300) return [answer.status, text]
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The value of a counter, once something was counted. */
async function metric(url: string, name: string): Promise<string> {
  for (let n = 0; ; n++) {
    const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n')
    const [line] = lines.filter((one) => one.startsWith(`${name} `))
    if ((line !== undefined && !line.endsWith(' 0')) || n > 300) return line?.slice(name.length + 1) ?? lines.join('\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Data of a real process that has ended: groups with long texts, deliveries, messages that wait. */
async function makeData(): Promise<string> {
  const host = start()
  const url = await host.url
  const path = await integrationPath(url)
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '1h' }]
  expect((await api(url, 'PUT', '/api/v1/config', { integrations: [], channels: [], policies })).status).toBe(200)
  for (let n = 0; n < 40; n++) {
    const alerts = Array.from({ length: 5 }, (_, k) => ({
      labels: { alertname: `a${n}`, k: `${k}` },
      annotations: { text: `${n} ${k} `.repeat(400) },
    }))
    await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    })
  }
  expect(await endHost(host, 'SIGTERM')).toBe(0)
  return join(data.path, 'tocsin.db')
}

/** Changes every seventh page from the second page that is neither schema nor header. */
function damage(path: string, change: (bytes: Buffer, page: number) => void): void {
  const file = openSync(path, 'r+')
  const bytes = Buffer.alloc(PAGE)
  const pages = statSync(path).size / PAGE
  expect(pages).toBeGreaterThan(60)
  for (let page = 12; page < pages; page += 7) {
    readSync(file, bytes, 0, PAGE, page * PAGE)
    change(bytes, page)
    writeSync(file, bytes, 0, PAGE, page * PAGE)
  }
  closeSync(file)
}

test.each<[what: string, change: (path: string) => void]>([
  ['zeros', (path) => damage(path, (bytes) => bytes.fill(0))],
  ['noise', (path) => damage(path, (bytes, page) => bytes.set(bytes.map((_, at) => (at * page * 131) >> 3)))],
  [
    'pages of other places',
    (path) => {
      const whole = readFileSync(path)
      damage(path, (bytes, page) => whole.copy(bytes, 0, (page - 1) * PAGE, page * PAGE))
    },
  ],
  ['changed letters', (path) => damage(path, (bytes) => bytes.fill('z', PAGE - 20, PAGE - 10))],
  ['a cut file', (path) => truncateSync(path, statSync(path).size - 20 * PAGE)],
])('%s in the file: the host says that it is not ready and why, or does not start', async (_what, change) => {
  const path = await makeData()
  change(path)
  const host = start()
  const url = await host.url.catch(() => undefined)
  if (url === undefined) {
    // The second words: the page with the mark of the database has the bytes of another page.
    const error = expect.stringMatching(/malformed|is not the database that was here before/)
    expect(host.entries()).toMatchObject([{ level: 'error', what: 'start', error }])
    return
  }
  expect(await complaint(url)).toEqual([503, expect.stringMatching(/^the database is damaged$/m)])
  expect((await fetch(`${url}/-/healthy`)).status).toBe(200)
  expect(await metric(url, 'tocsin_database_checks_total{result="damaged"}')).toBe('1')
  // Each answer that something is away has an entry, under its request id, that names the part.
  const lists = ['/api/v1/alerts', '/api/v1/incidents', '/api/v1/deliveries', '/api/v1/config']
  for (const list of lists) {
    const answer = await api(url, 'GET', list)
    if (answer.status === 200) continue
    const { error } = (await answer.json()) as { error: { requestId: string } }
    expect([answer.status, host.entries()]).toEqual([
      503,
      expect.arrayContaining([
        expect.objectContaining({ function: 'api', dependency: 'table', requestId: error.requestId }),
      ]),
    ])
  }
  expect(host.entries()).toEqual(
    expect.arrayContaining([expect.objectContaining({ level: 'error', what: 'the database is damaged' })]),
  )
  await endHost(host, 'SIGTERM')
  host.entries()
})

test('damage that a start cannot do without: the start is refused in one entry, and nothing listens on', async () => {
  const path = await makeData()
  const db = new DatabaseSync(path)
  const { rootpage } = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'messages'").get() as {
    rootpage: number
  }
  db.close()
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(PAGE, 7), 0, PAGE, (rootpage - 1) * PAGE)
  closeSync(file)
  const host = start()
  expect((await host.ended).code).toBe(1)
  const error = expect.stringMatching(/^cannot use the data directory \S+: .*malformed/)
  expect(host.entries()).toMatchObject([{ level: 'error', what: 'start', error }])
})

test.each<[string, (path: string) => void]>([
  ['a mark that is empty', (path) => writeFileSync(`${path}.highwater`, '')],
  ['a database that is gone', (path) => rmSync(path)],
])('%s: the start is refused, and the entry says how to go on', async (_what, change) => {
  change(await makeData())
  const host = start()
  expect((await host.ended).code).toBe(1)
  const error = expect.stringMatching(/ Restore the latest copy .* npm start -- --accept-loss$/)
  expect(host.entries()).toMatchObject([{ level: 'error', what: 'start', error }])
})

test('a disk that takes no writes: a first start is refused in one entry', async () => {
  const host = start(['bash', '-c', `trap '' XFSZ; ulimit -f 1; exec "$@"`, 'bash'])
  expect((await host.ended).code).toBe(1)
  const error = expect.stringMatching(/^cannot use the data directory \S+: /)
  expect(host.entries()).toMatchObject([{ level: 'error', what: 'start', error }])
})

/** Runs a command on a small disk of its own, which lies on the data directory. */
const onSmallDisk = (directory: string): string[] => [
  ...['unshare', '-Urm', 'sh', '-c', 'mount -t tmpfs -o size=3m tmpfs "$1" && shift && exec "$@"', 'sh'],
  directory,
]
const disk = (): boolean => {
  const directory = temporaryDirectory()
  const [command = '', ...args] = [...onSmallDisk(directory.path), 'true']
  const { status } = spawnSync(command, args)
  directory.remove()
  return status === 0
}
const canMount = disk()

test.runIf(canMount)(
  `a full disk: posts are refused, the host says that it is not ready, and each refusal is in the log${canMount ? '' : ' (skipped: this user may not mount a disk)'}`,
  async () => {
    const host = start(onSmallDisk(data.path))
    const url = await host.url
    const path = await integrationPath(url)
    expect((await fetch(`${url}/-/ready`)).status).toBe(200)
    let refused = 0
    for (let n = 0; refused < 5 && n < 20_000; n++) if (!(await post(url + path, `alert-${n}`))) refused++
    expect(refused).toBe(5)
    expect(await complaint(url)).toEqual([503, expect.stringMatching(/^the database cannot be used: .*(full|I\/O)/m)])
    // The first refused post met the failed commit, and the later posts met a queue that takes nothing.
    const lost = host.entries().filter(({ function: name, what }) => name === 'host' && what === 'POST request')
    const away = host.entries().filter(({ function: name, dependency }) => name === 'ingest' && dependency === 'queue')
    expect(lost.length).toBeGreaterThanOrEqual(1)
    expect(lost.length + away.length).toBeGreaterThanOrEqual(5)
    await endHost(host, 'SIGTERM')
    host.entries()
  },
  120_000,
)
