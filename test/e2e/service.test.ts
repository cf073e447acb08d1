import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { METRICS } from '../../shared/base/metrics.ts'
import { selfSigned } from '../fakes/certificate.ts'
import { api, endHost, OWNER_KEY, startHostProcess, temporaryDirectory } from '../fault/host-process.ts'
import { freePort } from './free-port.ts'
import { until } from './wait.ts'

/* The files of docs/service.md. */

const ROOT = resolve(import.meta.dirname, '../..')
const FILES = join(ROOT, 'infra/machine/service')
const read = (name: string): string => readFileSync(join(FILES, name), 'utf8')
const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).error === undefined
const skipped = (there: boolean, program: string): string => (there ? '' : ` (SKIPPED: ${program} is not installed)`)

function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'tocsin-service-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const promtool = has('promtool', '--version')
const systemd = has('systemd-analyze', '--version')
const nginx = has('nginx', '-v')

describe('rules', () => {
  test.runIf(promtool)(`are valid, and fire when they should${skipped(promtool, 'promtool')}`, () => {
    for (const args of [
      ['check', 'rules', 'rules.yml'],
      ['test', 'rules', 'rules.test.yml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: FILES })
      expect([args, status, status === 0 ? '' : `${stdout}${stderr}`]).toEqual([args, 0, ''])
    }
  })

  test('name metrics that exist', () => {
    expect(metricsIn(read('rules.yml')).length).toBeGreaterThan(8)
    expect(metricsIn(read('rules.yml')).filter((name) => !exists(name))).toEqual([])
  })
})

describe('the dashboard', () => {
  interface Panel {
    id: number
    type: string
    title: string
    gridPos: { x: number; y: number; w: number; h: number }
    targets?: { expr: string; refId: string }[]
  }
  const { panels } = JSON.parse(read('dashboard.json')) as { panels: Panel[] }

  test('names metrics that exist, in expressions that Prometheus can read', () => {
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    expect(expressions.length).toBeGreaterThan(15)
    expect(expressions.flatMap(metricsIn).filter((name) => !exists(name))).toEqual([])
    if (!promtool) return
    const groups = [
      {
        name: 'dashboard',
        rules: expressions.map((expr, n) => ({ record: `e${n}`, expr: expr.replaceAll('$__rate_interval', '5m') })),
      },
    ]
    const file = join(temporary(), 'rules.yml')
    writeFileSync(file, JSON.stringify({ groups }))
    const { status, stderr } = spawnSync('promtool', ['check', 'rules', file])
    expect([status, String(stderr)]).toEqual([0, ''])
  })

  test('has panels that do not overlap, each with an id of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([])
  })
})

/** Names of metrics in a text. */
function metricsIn(text: string): string[] {
  return text.match(/\b(?:tocsin|alertmanager)_[a-z_]+\b/g) ?? []
}

function exists(name: string): boolean {
  return [name, name.replace(/_(bucket|sum|count)$/, '')].some((one) => one in METRICS)
}

describe('the unit', () => {
  test.runIf(systemd)(`is valid${skipped(systemd, 'systemd-analyze')}`, () => {
    const file = join(temporary(), 'tocsin.service')
    writeFileSync(file, read('tocsin.service').replaceAll('/opt/tocsin', ROOT))
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file])
    // A unit of the machine itself may be at fault; only the lines about this unit count.
    const about = String(stderr)
      .split('\n')
      .filter((line) => line.includes('tocsin'))
    expect([status, about]).toEqual([0, []])
  })

  test('starts a program that is there, and sets variables that Tocsin knows', () => {
    const unit = read('tocsin.service')
    const [, ...words] = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? []
    expect(spawnSync(process.execPath, [...words, '--version'], { cwd: ROOT, encoding: 'utf8' }).stdout).toMatch(
      /^tocsin /,
    )
    const usage = spawnSync(process.execPath, [...words, '--help'], { cwd: ROOT, encoding: 'utf8' }).stdout
    const set = [...unit.matchAll(/^Environment=(\w+)=/gm)].map(([, name]) => name as string)
    expect(set.filter((name) => !usage.includes(`  ${name} `))).toEqual([])
  })
})

describe('the container', () => {
  const dockerfile = read('Dockerfile')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))

  test('has the files that it copies in its context', () => {
    const kept = [...read('Dockerfile.dockerignore').matchAll(/^!(.*)$/gm)].map(([, path]) => path)
    expect(kept.sort()).toEqual([...copied].sort())
  })

  test('starts with the packages of the lock file that are not for tests', async () => {
    const image = temporary()
    for (const path of copied) cpSync(join(ROOT, path), join(image, path), { recursive: true })
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean; os?: string[]; cpu?: string[] }>
    }
    for (const [path, { dev, cpu }] of Object.entries(lock.packages)) {
      const nested = path.lastIndexOf('node_modules/') > 0
      if (path === '' || dev || nested || (cpu && !cpu.includes(process.arch))) continue
      mkdirSync(dirname(join(image, path)), { recursive: true })
      symlinkSync(join(ROOT, path), join(image, path))
    }
    mkdirSync(join(image, 'node_modules/.bin'))
    symlinkSync(process.execPath, join(image, 'node_modules/.bin/node'))
    const [command = '', ...args] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]') as string[]
    const port = String(await freePort())
    const env = { PORT: port, HOST: '0.0.0.0', TOCSIN_DATA: join(image, 'data'), TOCSIN_API_KEY: OWNER_KEY }
    const child = spawn(join(image, command), args, { cwd: image, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
    onTestFinished(() => void child.kill('SIGKILL'))
    const url = `http://127.0.0.1:${port}`
    await until('ready', () => {
      if (child.exitCode !== null) throw new Error(text)
      return text.includes('listening on')
    })
    expect((await fetch(`${url}/-/ready`)).status).toBe(200)
    expect((await api(url, 'GET', '/api/v1/config')).status).toBe(200)
    const [, health = ''] = /^ {2}CMD (.*)$/m.exec(dockerfile) ?? []
    const [, ...check] = JSON.parse(health) as string[]
    expect(spawnSync(process.execPath, check, { env }).status).toBe(0)
    child.kill('SIGTERM')
    await until('end', () => child.exitCode !== null)
    expect([child.exitCode, /"level":"(error|warning)"/.test(text)]).toEqual([0, false])
  })
})

describe.runIf(nginx)(`the proxy${skipped(nginx, 'nginx')}`, () => {
  const NAME = 'alerts.example.com'
  const PREFIXED = read('nginx.conf')
    .replace(/^ {2}location \/ \{\n.*\n {2}\}\n/m, '')
    .replaceAll(/^ {2}# ( *(?:location|proxy_pass|\}).*)$/gm, '  $1')

  test.each<[what: string, base: string, conf: string]>([
    ['without a path prefix', '', read('nginx.conf')],
    ['with a prefix that is passed on', '/tocsin', PREFIXED],
    [
      'with a prefix that is taken away',
      '/tocsin',
      PREFIXED.replace('proxy_pass http://tocsin;', 'proxy_pass http://tocsin/;'),
    ],
  ])('%s: alerts come in through TLS, and no secret is in the access log', async (_what, base, conf) => {
    const directory = temporary()
    const data = temporaryDirectory()
    const [port, hostPort] = [await freePort(), await freePort()]
    const origin = `https://${NAME}:${port}`
    const host = startHostProcess(data.path, [], { TOCSIN_PUBLIC_URL: origin + base, PORT: String(hostPort) })
    onTestFinished(async () => {
      await endHost(host, 'SIGKILL')
      data.remove()
    })
    await host.url
    const { key, cert } = selfSigned(NAME)
    writeFileSync(join(directory, 'privkey.pem'), key)
    writeFileSync(join(directory, 'fullchain.pem'), cert)
    writeFileSync(
      join(directory, 'tocsin.conf'),
      conf
        .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
        .replace('127.0.0.1:8080', `127.0.0.1:${hostPort}`)
        .replaceAll('/etc/ssl/tocsin/', `${directory}/`)
        .replace('/var/log/nginx/', `${directory}/`),
    )
    const proxy = startNginx(directory)
    onTestFinished(() => void proxy.kill('SIGKILL'))
    const ask = (method: string, path: string, body = ''): Promise<{ status: number; text: string }> =>
      askTls({ port, name: NAME, ca: cert, method, path, body })
    await until('the proxy', async () => (await ask('GET', `${base}/-/ready`).catch(() => undefined))?.status === 200)

    const shown = JSON.parse((await ask('GET', `${base}/api/v1/integrations/default`)).text) as { url: string }
    expect(shown.url.startsWith(`${origin}${base}/i/tsn_`)).toBe(true)
    const { pathname } = new URL(shown.url)
    const posted = await ask('POST', `${pathname}/api/v2/alerts`, '[{"labels":{"alertname":"Through"}}]')
    expect(posted.status).toBe(200)
    // The answer to a large body is Tocsin's own.
    const large = await ask('POST', pathname, 'x'.repeat(9e6))
    expect(large.text).toMatch(/^\{"error":/)
    await until('the alert', async () => (await ask('GET', `${base}/api/v1/alerts`)).text.includes('Through'))
    const log = readFileSync(join(directory, 'tocsin.log'), 'utf8')
    expect(log).toContain(`POST ${base}/i/...`)
    expect(log).not.toContain('tsn_')
  })
})

function startNginx(directory: string): ChildProcess {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${directory}/${of};`)
  writeFileSync(
    join(directory, 'nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; pid ${directory}/pid; error_log stderr;
    events {} http { ${temp.join(' ')} include ${directory}/tocsin.conf; }`,
  )
  return spawn('nginx', ['-e', 'stderr', '-c', join(directory, 'nginx.conf')], { stdio: 'ignore' })
}

interface TlsRequest {
  port: number
  name: string
  ca: string
  method: string
  path: string
  body: string
}

function askTls({ port, name, ca, method, path, body }: TlsRequest): Promise<{ status: number; text: string }> {
  const headers = {
    host: `${name}:${port}`,
    authorization: `Bearer ${OWNER_KEY}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, servername: name, ca, method, path, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk) => (text += chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
