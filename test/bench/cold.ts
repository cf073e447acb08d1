import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundleFunctions } from '../../infra/bundle.ts'
import { type AwsServices, startAwsServices } from '../fakes/aws-services.ts'
import { httpEvent } from '../fakes/lambda-events.ts'

/*
 * Cold starts of the deployed functions: CPU of a new process until the handler is there, with the request for the
 * secret, over that of a process with an empty handler. Of ingest also until the first post is answered. All in turns.
 */

const [SECRETS, ADMIN] = ['/tocsin/bench/secrets-key', '/tocsin/bench/admin-key']
const ADMIN_KEY = 'admin-key-of-the-bench'
const ROUNDS = 15
const TARGET_MS = 40

/** Prints its CPU in ms until the handler is there, and for the event. */
const CHILD = `
const [file, event] = process.argv.slice(2)
const { handler } = await import(file)
const cpuMs = (since) => { const { user, system } = process.cpuUsage(since); return (user + system) / 1000 }
const start = cpuMs()
const { readFileSync } = await import('node:fs')
const before = process.cpuUsage()
const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 20_000 }
const answer = event && (await handler(JSON.parse(readFileSync(event, 'utf8')), context))
if (event && answer.statusCode !== 200) throw new Error(JSON.stringify(answer))
console.log(JSON.stringify([start, event ? cpuMs(before) : 0]))
process.exit()
`

interface Started {
  name: string
  file: string
  /** A file with the first event. */
  event?: string
}

/** `before`: another checkout, whose bundles are measured in the same turns. */
export async function benchCold(before?: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-cold-'))
  const services = await startAwsServices({ [SECRETS]: Buffer.alloc(32, 7).toString('base64'), [ADMIN]: ADMIN_KEY })
  const environment = {
    ...services.environment,
    SECRETS_KEY_PARAMETER: SECRETS,
    ADMIN_KEY_PARAMETER: ADMIN,
    TOCSIN_PUBLIC_URL: 'https://tocsin.example',
  }
  const child = join(folder, 'child.mjs')
  writeFileSync(child, CHILD)
  const empty = join(folder, 'empty.mjs')
  writeFileSync(empty, 'export const handler = async () => ({ statusCode: 200 })')
  const bundles = await bundleFunctions(join(folder, 'now'))
  const older = before === undefined ? [] : await bundlesOf(before, join(folder, 'before'))
  const api = bundles.find(({ name }) => name === 'api')!.file
  const event = await firstPost(api, environment, join(folder, 'event.json'))
  const measured: Started[] = [
    ...bundles.map(({ name, file }) => ({ name, file })),
    ...older.map(({ name, file }) => ({ name: `${name}, before`, file })),
  ].map((one) => (one.name.startsWith('ingest') ? { ...one, event } : one))
  const times = await inTurns([{ name: 'empty', file: empty }, ...measured], child, environment)
  report(measured, times)
  await services.stop()
  await rm(folder, { recursive: true })
}

type Bundler = typeof import('../../infra/bundle.ts')

async function bundlesOf(checkout: string, folder: string): Promise<{ name: string; file: string }[]> {
  const bundler = (await import(join(checkout, 'infra/bundle.ts'))) as Bundler
  return await bundler.bundleFunctions(folder)
}

/** Makes an account with an integration, and writes the event of a post to the integration. */
async function firstPost(api: string, environment: AwsServices['environment'], file: string): Promise<string> {
  Object.assign(process.env, environment)
  const { handler } = (await import(api)) as {
    handler: (event: unknown, context: unknown) => Promise<{ body: string }>
  }
  const ask = async (method: string, path: string, key: string, body?: object): Promise<Record<string, string>> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
    const words = { method, path, headers, ...(body && { body: JSON.stringify(body) }) }
    const answer = await handler(httpEvent(words), { awsRequestId: 'bench', getRemainingTimeInMillis: () => 20_000 })
    return JSON.parse(answer.body)
  }
  const { apiKey = '' } = await ask('POST', '/api/v1/accounts', ADMIN_KEY, { id: 'bench', name: 'bench' })
  await ask('PUT', '/api/v1/config', apiKey, { integrations: [{ id: 'prom', type: 'prometheus', name: 'Prometheus' }] })
  const { url = '' } = await ask('GET', '/api/v1/integrations/prom', apiKey)
  const alert = { labels: { alertname: 'DiskFull' }, annotations: {}, startsAt: '2026-01-01T00:00:00Z' }
  const headers = { 'Content-Type': 'application/json' }
  const path = `${new URL(url).pathname}/api/v2/alerts`
  writeFileSync(file, JSON.stringify(httpEvent({ method: 'POST', path, headers, body: JSON.stringify([alert]) })))
  return file
}

type Times = Map<string, { start: number[]; first: number[] }>

async function inTurns(all: readonly Started[], child: string, environment: object): Promise<Times> {
  const times: Times = new Map(all.map(({ name }) => [name, { start: [], first: [] }]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, file, event } of all) {
      const words = [child, file, ...(event === undefined ? [] : [event])]
      const { stdout } = await promisify(execFile)(process.execPath, words, { env: { ...process.env, ...environment } })
      const [start, first] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as [number, number]
      times.get(name)!.start.push(start)
      times.get(name)!.first.push(first)
    }
  }
  return times
}

function report(measured: readonly Started[], times: Times): void {
  const empty = median(times.get('empty')!.start)
  console.log(`cold starts, CPU-ms over an empty handler (${empty.toFixed(0)}), median of ${ROUNDS} processes`)
  for (const { name, event } of measured) {
    const { start, first } = times.get(name)!
    const ms = median(start) - empty
    const verdict = name === 'ingest' ? ` (target <= ${TARGET_MS}) ${ms <= TARGET_MS ? 'ok' : 'MISSED'}` : ''
    const post = event === undefined ? '' : `; with the first post ${(ms + median(first)).toFixed(0)}`
    console.log(`${name}: ${ms.toFixed(0)}${verdict}${post}`)
  }
  console.log()
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
