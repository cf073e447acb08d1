import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createDispatch } from '../../functions/dispatch/handler.ts'
import { createEvaluate } from '../../functions/evaluate/handler.ts'
import { createIngest } from '../../functions/ingest/handler.ts'
import { systemClock as clock } from '../../infra/clock.ts'
import { integrationToken } from '../../shared/account/token.ts'
import type { RuleEntry } from '../../shared/config/config.ts'
import { defaultConfig } from '../../shared/config/sections.ts'
import { createRegistry } from '../../shared/metrics/registry.ts'
import type { Queue, QueueHandler } from '../../shared/queue/port.ts'
import type { Receiver } from '../../shared/queue/receiver.ts'
import { compileConfig } from '../../shared/routing/compile.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'

/*
 * The cost of audit records, from the post to the alert: the time of every function for the same 2,900 CloudTrail
 * records, posted as files of 50 to an account with 57 rules of SigmaHQ and a shipped correlation, call after call over
 * a synced SQLite file. `npm start` and Lambda run the same handlers; on Lambda the table and the queues are a network
 * away, which this measurement leaves out.
 */

const WARM_UP = 2
const A_FILE = 50
const BATCH = 10
const COUNTED = 'cloudtrail/unauthorized-calls'
const STEPS = ['ingest', 'evaluate', 'dispatch'] as const

interface Spent {
  seconds: number
  cpu: number
}

type Round = Record<(typeof STEPS)[number], Spent>

/** Prints a line for every function. */
export async function benchRecords(rounds: number): Promise<void> {
  const data = process.env.TOCSIN_TEST_DATA
  if (!data) {
    console.log('!!! TOCSIN_TEST_DATA names no folder with rules and records: RECORDS ARE NOT MEASURED !!!')
    return
  }
  const lines = gunzipSync(readFileSync(join(data, 'cloudtrail/invictus.ndjson.gz')))
    .toString()
    .trim()
    .split('\n')
  const rules = globSync('sigma/*.yml', { cwd: data }).map(
    (file): RuleEntry => ({ id: basename(file), enabled: true, sigma: readFileSync(join(data, file), 'utf8') }),
  )
  rules.push({ id: COUNTED, enabled: true, template: COUNTED })
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-bench-'))
  const hub = openHub(join(dir, 'hub.db'), rules)
  const found: Round[] = []
  for (let round = -WARM_UP; round < rounds; round++) {
    const spent = await hub.run(filesOf(lines))
    if (round >= 0) found.push(spent)
  }
  hub.close()
  rmSync(dir, { recursive: true })
  console.log(`${lines.length} records in files of ${A_FILE}, ${rules.length} rules, median of ${rounds} rounds`)
  for (const step of STEPS) {
    const of = (kind: keyof Spent): string =>
      ((median(found.map((round) => round[step][kind])) / lines.length) * 1e6).toFixed(1)
    console.log(`  ${step.padEnd(9)} ${of('seconds').padStart(7)} ms a thousand, ${of('cpu').padStart(7)} of them CPU`)
  }
  const whole = median(found.map((round) => STEPS.reduce((sum, step) => sum + round[step].seconds, 0)))
  console.log(
    `  ${'together'.padEnd(9)} ${((whole / lines.length) * 1000).toFixed(4)} handler-seconds per 1,000 records\n`,
  )
}

function filesOf(lines: readonly string[]): Buffer[] {
  return Array.from({ length: Math.ceil(lines.length / A_FILE) }, (_, n) =>
    gzipSync(`{"Records":[${lines.slice(n * A_FILE, (n + 1) * A_FILE).join()}]}`),
  )
}

function openHub(path: string, rules: RuleEntry[]) {
  const file = openSqlite(path)
  const [dispatchQueue, records, deliveries] = (['alerts', 'records', 'deliveries'] as const).map((name) =>
    sqliteQueue(file, clock, name),
  ) as [Queue & Receiver, Queue & Receiver, Queue & Receiver]
  const trail = {
    id: 'trail',
    type: 'cloudtrail',
    name: 'Trail',
    access: 'post',
    paused: false,
    generation: 0,
    settings: {},
  } as const
  const account = defaultConfig()
  const config = compileConfig({ ...account, integrations: [...account.integrations, trail], rules })
  const secrets = createSecretBox(Buffer.alloc(32, 7), (size) => Buffer.alloc(size))
  const deps = {
    ...{ clock, dispatchQueue, records, deliveries, forwards: deliveries, secrets, chance: Math.random },
    ...{
      table: sqliteTable(file, clock, Math.random),
      metrics: createRegistry(),
      configs: { current: async () => config },
      publicUrl: 'http://bench.test',
    },
  }
  const ingest = createIngest(deps)
  const evaluate = createEvaluate(deps)
  const dispatch = createDispatch(deps)
  const url = `http://bench.test/i/${integrationToken(secrets, 'bench', 'trail', 0)}`
  const headers = { 'content-encoding': 'gzip' }
  return {
    async run(files: readonly Buffer[]): Promise<Round> {
      const asked = files.map((body) => new Request(url, { method: 'POST', headers, body: new Uint8Array(body) }))
      return {
        ingest: await spent(async () => {
          for (const one of asked) if ((await ingest(one)).status !== 202) throw new Error('a post was refused')
        }),
        evaluate: await drain(records, evaluate),
        dispatch: await drain(dispatchQueue, dispatch),
      }
    },
    close: () => file.close(),
  }
}

/** Works a queue off; only the handler's own time counts. */
async function drain(receiver: Receiver, handle: QueueHandler): Promise<Spent> {
  const sum: Spent = { seconds: 0, cpu: 0 }
  for (let some = await receiver.receive(BATCH); some.length > 0; some = await receiver.receive(BATCH)) {
    const took = await spent(async () => {
      const { failed } = await handle(some)
      if (failed.length > 0) throw new Error(`${failed.length} messages failed`)
    })
    sum.seconds += took.seconds
    sum.cpu += took.cpu
    await receiver.ack(some.map(({ id }) => id))
  }
  return sum
}

async function spent(work: () => Promise<void>): Promise<Spent> {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
