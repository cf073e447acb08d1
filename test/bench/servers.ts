import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Server {
  name: ServerName
  pid: number
  /** URL for posts of alerts. */
  alertsUrl: string
  /** URL of `GET /api/v2/alerts`, and the headers of the request. */
  readUrl: string
  reading: Record<string, string>
  stop(): Promise<void>
}

/** `before`: Tocsin of another checkout, such as that of an earlier commit. */
export type ServerName = 'tocsin' | 'before' | 'alertmanager'

/** Paths of the measured programs. */
export interface Programs {
  /** Alertmanager's program. */
  alertmanager?: string
  /** Root of another checkout of Tocsin, with installed packages. */
  before?: string
  /** Folder for CPU profiles of this checkout's Tocsin. */
  profileDir?: string
}

export interface Routing {
  groupBy: string[]
  groupWait: string
  groupInterval: string
  /** Base of the webhook's URL; loopback. */
  sinkUrl: string
}

const START_MS = 15_000
const STOP_MS = 10_000
const API_KEY = 'bench-owner-key-0123456789abcdef'
const ROOT = join(import.meta.dirname, '../..')

export async function startServer(name: ServerName, routing: Routing, programs: Programs): Promise<Server> {
  const { alertmanager, before, profileDir } = programs
  if (name === 'tocsin') return startTocsin(name, ROOT, routing, profileDir)
  if (name === 'before' && before !== undefined) return startTocsin(name, before, routing)
  if (name === 'alertmanager' && alertmanager !== undefined) return startAlertmanager(routing, alertmanager)
  throw new Error(`there is no program for ${name}`)
}

/** `npm start` of a checkout, with an own port and directory, and the same alertmanager.yml. */
async function startTocsin(
  name: ServerName,
  root: string,
  { sinkUrl, ...routing }: Routing,
  profileDir?: string,
): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-bench-'))
  const profile = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]
  const child = spawn(process.execPath, [...profile, ...flagsOf(root), join(root, 'infra/machine/start.mjs')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      TOCSIN_DATA: dir,
      TOCSIN_API_KEY: API_KEY,
      TOCSIN_ALLOW_TARGETS: new URL(sinkUrl).host,
    },
  })
  const stop = () => end(child, dir)
  const reading = { authorization: `Bearer ${API_KEY}` }
  try {
    const alertsUrl = `${await integrationUrl(child)}/api/v2/alerts`
    const answer = await fetch(new URL('/api/v1/config/alertmanager', alertsUrl), {
      method: 'PUT',
      headers: { ...reading, 'content-type': 'application/yaml' },
      body: alertmanagerYaml({ sinkUrl, ...routing }),
    })
    if (!answer.ok) throw new Error(`Tocsin refused the configuration: ${answer.status} ${await answer.text()}`)
    return { name, pid: child.pid!, alertsUrl, readUrl: new URL('/api/v2/alerts', alertsUrl).href, reading, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The flags that `npm start` of a checkout gives to Node. */
function flagsOf(root: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
  return scripts.start.split(' ').filter((word) => word.startsWith('--'))
}

/** What the first start prints. */
function integrationUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const give = setTimeout(() => reject(new Error('Tocsin did not start in time')), START_MS)
    child.once('exit', (code) => reject(new Error(`Tocsin ended at its start, code ${code}`)))
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const url = /integration default\b.*?(https?:[^\s"]+)/.exec(line)?.[1]
      if (url === undefined) return
      clearTimeout(give)
      resolve(url)
    })
  })
}

async function startAlertmanager(routing: Routing, program: string): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), 'alertmanager-bench-'))
  writeFileSync(join(dir, 'alertmanager.yml'), alertmanagerYaml(routing))
  const base = `http://127.0.0.1:${await freePort()}`
  const flags = ['--cluster.listen-address=', '--log.level=error']
  const child = spawn(
    program,
    [
      `--config.file=${join(dir, 'alertmanager.yml')}`,
      `--storage.path=${join(dir, 'data')}`,
      `--web.listen-address=${new URL(base).host}`,
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const stop = () => end(child, dir)
  const until = Date.now() + START_MS
  while (Date.now() < until && child.exitCode === null) {
    await sleep(100)
    const ready = await fetch(`${base}/-/ready`).catch(() => undefined)
    if (ready?.ok)
      return {
        name: 'alertmanager',
        pid: child.pid!,
        alertsUrl: `${base}/api/v2/alerts`,
        readUrl: `${base}/api/v2/alerts`,
        reading: {},
        stop,
      }
  }
  await stop()
  throw new Error('Alertmanager did not start in time')
}

function alertmanagerYaml({ groupBy, groupWait, groupInterval, sinkUrl }: Routing): string {
  return `route:
  receiver: sink
  group_by: ${JSON.stringify(groupBy)}
  group_wait: ${groupWait}
  group_interval: ${groupInterval}
  repeat_interval: 4h
receivers:
  - name: sink
    webhook_configs:
      - url: ${sinkUrl}/webhook
        send_resolved: true
`
}

/** Asked to stop, and killed when it does not. Its data goes too. */
async function end(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(kill)
  }
  rmSync(dir, { recursive: true, force: true })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
