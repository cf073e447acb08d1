import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

interface Run {
  child: ChildProcessByStdio<null, Readable, Readable>
  out: string[]
  err: string[]
  /** Resolves with the first line of standard output that matches. */
  says(pattern: RegExp): Promise<string>
  ended: Promise<{ code: number | null; afterMs: number }>
}

let dataDir = ''
const runs: Run[] = []
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tocsin-'))
})
afterEach(async () => {
  for (const { child, ended } of runs.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
  rmSync(dataDir, { recursive: true, force: true })
})

/** The program of `npm start`, as a process of its own. */
function start(env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ['infra/machine/start.mjs'], {
    env: { PATH: process.env.PATH, PORT: '0', TOCSIN_DATA: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const began = performance.now()
  const run: Run = {
    child,
    out: [],
    err: [],
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = run.out.find((text) => pattern.test(text))
          if (line !== undefined) resolve(line)
        }
        child.stdout.on('data', look)
        child.on('close', () => reject(new Error(`ended before it said ${pattern}: ${run.err.join('')}`)))
        look()
      }),
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, afterMs: performance.now() - began }))),
  }
  collect(child.stdout, run.out)
  collect(child.stderr, run.err)
  runs.push(run)
  return run
}

function collect(stream: Readable, lines: string[]): void {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
}

const urlIn = (line: string): string => /https?:\/\/[^\s,"]+/.exec(line)?.[0] ?? ''
const entry = (line: string): Record<string, string> => JSON.parse(line) as Record<string, string>

async function refusal(run: Run): Promise<string> {
  const { code } = await run.ended
  expect([code, run.err.length]).toEqual([1, 1])
  return entry(run.err.join()).error ?? ''
}

describe('npm start', () => {
  test('the first start shows the owner key and the integration once; accepted alerts are there after a restart', async () => {
    const first = start()
    const url = urlIn(await first.says(/listening on/))
    const key = entry(await first.says(/owner key/)).apiKey
    const integration = urlIn(await first.says(/integration default/))
    const body = JSON.stringify([{ labels: { alertname: 'kept' }, endsAt: '2099-01-01T00:00:00Z' }])
    const posted = await fetch(integration, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    expect([posted.status, await posted.json()]).toEqual([202, { accepted: 1 }])
    expect(integration.startsWith(url)).toBe(true)
    first.child.kill('SIGTERM')
    expect(await first.ended).toMatchObject({ code: 0 })

    const second = start()
    const again = urlIn(await second.says(/listening on/))
    const alerts = await fetch(`${again}/api/v1/alerts`, { headers: { authorization: `Bearer ${key}` } })
    expect(await alerts.json()).toMatchObject({ items: [{ labels: { alertname: 'kept' } }] })
    expect(second.out.join('\n')).not.toMatch(/key|integration/)
    expect([first.err, second.err]).toEqual([[], []])
  })

  test('a given owner key is used and never shown', async () => {
    const run = start({ TOCSIN_API_KEY: 'given-by-the-operator' })
    const url = urlIn(await run.says(/integration default/).then(() => run.says(/listening on/)))
    const answer = await fetch(`${url}/api/v1/config`, { headers: { authorization: 'Bearer given-by-the-operator' } })
    expect(answer.status).toBe(200)
    expect(run.out.join('\n')).not.toMatch(/given-by-the-operator|owner key/)
  })

  test('a second process on the same data says so and ends within two seconds, and the first process goes on', async () => {
    const first = start()
    const url = urlIn(await first.says(/listening on/))
    const second = start()
    expect(await refusal(second)).toBe(`another process works on ${dataDir}: one at a time`)
    expect((await second.ended).afterMs).toBeLessThan(2000)
    expect((await fetch(`${url}/-/ready`)).status).toBe(200)
  })

  test('after a kill -9 the next start takes over at once', async () => {
    const first = start()
    await first.says(/listening on/)
    first.child.kill('SIGKILL')
    await first.ended
    await start().says(/listening on/)
  })

  test('a port in use is reported in one line', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const line = await refusal(start({ PORT: String(port) }))
    taken.close()
    expect(line).toBe(`port ${port} on 127.0.0.1 is in use: set PORT to another one`)
  })

  test('an invalid value is reported in one line', async () => {
    expect(await refusal(start({ PORT: 'eighty' }))).toContain('PORT is "eighty"')
  })

  test('the secrets key is readable by its owner only, and data is not opened without the key or with another key', async () => {
    const first = start()
    await first.says(/listening on/)
    first.child.kill('SIGTERM')
    await first.ended
    const path = join(dataDir, 'secrets.key')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await refusal(start({ TOCSIN_SECRETS_KEY: 'ab'.repeat(32) }))).toContain('the secrets key is not the one')
    rmSync(path)
    expect(await refusal(start())).toContain('secrets.key is missing')
  })
})
