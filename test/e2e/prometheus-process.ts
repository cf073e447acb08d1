import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** Why a real Prometheus cannot be started here; undefined when Prometheus can be started. */
export function prometheusMissing(): string | undefined {
  const found = spawnSync('prometheus', ['--version'], { stdio: 'ignore' })
  return found.error ? `no prometheus to run: ${found.error.message} (Debian: apt-get install prometheus)` : undefined
}

/** The scraped target: one metric, `shop_down`, 0 at first. */
export interface Exporter {
  target: string
  set(value: 0 | 1): void
  stop(): Promise<void>
}

export async function startExporter(): Promise<Exporter> {
  let value = 0
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`shop_down ${value}\n`)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      value = next
    },
    async stop() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

export interface Prometheus {
  /** Number of alerts sent so far, each sending counted; 0 while Prometheus does not answer yet. */
  sent(): Promise<number>
  /** Ends Prometheus at once, by a kill. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Scrapes and evaluates every second; the end of a sent alert lies four times `resendDelay` ahead. */
export async function startPrometheus(options: {
  integrationUrl: string
  exporter: string
  resendDelay: string
}): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-prometheus-'))
  writeFileSync(join(folder, 'prometheus.yml'), config(options.integrationUrl, options.exporter))
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'shop', rules: [RULE] }] }))
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      `--rules.alert.resend-delay=${options.resendDelay}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  child.stderr.on('data', (chunk) => (log += chunk))
  const exited = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  return {
    async sent() {
      if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}:\n${log}`)
      const metrics = await fetch(`http://${address}/metrics`).then(
        (response) => response.text(),
        () => '',
      )
      return Number(/^prometheus_notifications_sent_total\{.*\} (\S+)$/m.exec(metrics)?.[1] ?? 0)
    },
    kill,
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const RULE = {
  alert: 'ShopDown',
  expr: 'shop_down == 1',
  labels: { severity: 'critical' },
  annotations: { summary: 'nobody can buy' },
}

/** JSON is YAML. */
function config(integrationUrl: string, exporter: string): string {
  const { host, pathname } = new URL(integrationUrl)
  return JSON.stringify({
    global: { scrape_interval: '1s', evaluation_interval: '1s', external_labels: { cluster: 'test' } },
    rule_files: ['rules.yml'],
    scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [exporter] }] }],
    alerting: {
      alertmanagers: [{ scheme: 'http', path_prefix: pathname, static_configs: [{ targets: [host] }] }],
    },
  })
}
