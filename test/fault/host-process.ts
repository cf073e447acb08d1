import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

export const OWNER_KEY = 'the-owner-of-this-test'

/** The one-machine host as a process of its own, on a free port. */
export interface HostProcess {
  child: ChildProcess
  /** Its URL, once the process listens; throws when the process ends before. */
  url: Promise<string>
  /** The whole standard output and standard error. */
  stdout(): string
  stderr(): string
  /** The entries of the log on both outputs; throws on a line that is no entry. */
  entries(): Record<string, string>[]
  ended: Promise<{ code: number | null; afterMs: number }>
}

/**
 * `wrapper`: a command in front of node, such as strace. `more`: further environment variables. `words`: arguments of
 * the host.
 */
export function startHostProcess(
  dataDir: string,
  wrapper: readonly string[] = [],
  more: Record<string, string> = {},
  words: readonly string[] = [],
): HostProcess {
  const began = performance.now()
  const [command = '', ...args] = [...wrapper, process.execPath, 'infra/machine/main.ts', ...words]
  const env = { TOCSIN_DATA: dataDir, TOCSIN_API_KEY: OWNER_KEY, TOCSIN_ALLOW_TARGETS: '127.0.0.0/8' }
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, PORT: '0', ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  const ended = new Promise<{ code: number | null; afterMs: number }>((resolve) =>
    child.on('close', (code) => resolve({ code, afterMs: performance.now() - began })),
  )
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      const found = /listening on (\S+),/.exec(out)?.[1]
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => reject(new Error(`ended before it listened: ${err}`)))
  })
  url.catch(() => {})
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  return {
    child,
    url,
    stdout: () => out,
    stderr: () => err,
    entries: () => [...entriesIn(out), ...entriesIn(err)],
    ended,
  }
}

/** Complete lines only: the last line may still be on its way. */
function entriesIn(text: string): Record<string, string>[] {
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Record<string, string>)
}

export async function endHost(host: HostProcess, signal: NodeJS.Signals): Promise<number | null> {
  host.child.kill(signal)
  return (await host.ended).code
}

/** A directory, and a function that removes the directory. */
export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tocsin-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A directory that is new for each test of the file, and a function that starts a host which ends with its test. */
export function hostsOfEachTest(): { readonly path: string; start: StartHere } {
  let data: ReturnType<typeof temporaryDirectory>
  const hosts: HostProcess[] = []
  beforeEach(() => {
    data = temporaryDirectory()
  })
  afterEach(async () => {
    for (const host of hosts.splice(0)) await endHost(host, 'SIGKILL')
    data.remove()
  })
  return {
    get path() {
      return data.path
    },
    start(...more) {
      const host = startHostProcess(data.path, ...more)
      hosts.push(host)
      return host
    },
  }
}

type StartHere = (wrapper?: readonly string[], more?: Record<string, string>, words?: readonly string[]) => HostProcess

/** A request with the owner key; a body other than text is sent as JSON. */
export async function api(url: string, method: string, path: string, body?: unknown): Promise<Response> {
  const type = typeof body === 'string' ? 'application/yaml' : 'application/json'
  return await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${OWNER_KEY}`, 'content-type': type },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

/** Every alert is its own group and is told at once. Returns the path of the integration. */
export async function tellEachAlone(url: string, webhook: string): Promise<string> {
  const policy = { id: 'each', groupBy: ['...'], groupWait: '0s', groupInterval: '5m', notify: [{ channel: 'sink' }] }
  const channels = [{ id: 'sink', type: 'webhook', url: webhook }]
  const put = await api(url, 'PUT', '/api/v1/config', { channels, policies: [policy] })
  if (put.status !== 200) throw new Error(`config: ${put.status} ${await put.text()}`)
  return await integrationPath(url)
}

export async function integrationPath(url: string): Promise<string> {
  const shown = (await (await api(url, 'GET', '/api/v1/integrations/default')).json()) as { url: string }
  return `${new URL(shown.url).pathname}/api/v2/alerts`
}

/** Waits up to `ms` until `done`; returns whether `done` became true. */
export async function until(done: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const end = performance.now() + ms
  while (!(await done()) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
  return await done()
}
