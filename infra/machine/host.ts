import { join } from 'node:path'
import { basePathOf } from '../../shared/account/request-path.ts'
import type { Log } from '../../shared/base/log.ts'
import type { Chance } from '../../shared/base/time.ts'
import { Unavailable } from '../../shared/base/unavailable.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'
import { isFileFailure } from '../../shared/sqlite/failures.ts'
import { type OpenOptions, openSqlite, type SqliteFile } from '../../shared/sqlite/file.ts'
import { DataLost } from '../../shared/sqlite/highwater.ts'
import type { HostClock } from '../clock.ts'
import type { Checked } from './check.ts'
import { makeDirectory, tighten } from './data-directory.ts'
import { firstAccount } from './first-account.ts'
import type { Generation, Generations } from './generations.ts'
import { type HttpServer, listen, type Serving } from './http.ts'
import { lockDirectory } from './lock.ts'
import type { OwnMemory } from './rest.ts'
import { checkSecretsKey, secretsKey } from './secrets-key.ts'
import { createWrongKeyLimit } from './wrong-key-limit.ts'

export interface HostOptions {
  clock: HostClock
  chance: Chance
  randomBytes(size: number): Buffer
  dataDir: string
  host: string
  /** 0: a free port chosen by the system. */
  port: number
  /** Base of links; absent: where the host listens. */
  publicUrl?: string
  /** The address of the publisher of events, unless a channel has another. */
  hostAddress?: string
  allowTargets: readonly string[]
  /** Name servers for the targets, `address` or `address:port`; absent: those of the operating system. */
  nameServers?: readonly string[]
  adminKey?: string
  /** Owner key of the account `default`; absent: the host makes a key together with the account. */
  apiKey?: string
  secretsKey?: Buffer
  /** Start on data that is known to have lost commits (damaged, or an older copy). */
  acceptLoss?: boolean
  log: Log
  /** Ends the process: a commit failed, and the database cannot be opened again. */
  giveUp(error: string): void
  /** Checks the database file at this path, now and then. Absent: nothing watches the host. */
  check?(path: string, signal: AbortSignal): Promise<Checked>
  /** The memory of this process, of which a quiet host gives back. Absent: the host keeps its memory. */
  memory?: OwnMemory
}

export interface Host {
  /** The URL on which the host listens. */
  url: string
  /**
   * The results of this start that can be shown only now: the integration URL, and the owner key unless the operator
   * gave a key.
   */
  made?: { apiKey?: string; integrationUrl: string; signInUrl: string }
  /** Changes of existing files by this start, a sentence for every change. */
  changed: readonly string[]
  /** The work under way that will end without time moving: requests, invocations, commits. */
  busy(): number
  /** Accepts no new work, finishes the work under way within GRACE_MS, closes the data. */
  stop(): Promise<void>
}

export type Started = { ok: true; host: Host } | { ok: false; error: string }

const GRACE_MS = 8000

/**
 * Starts the whole product on a single machine. A problem that an operator can solve is a returned line; a throw is a
 * bug.
 */
export async function startHost(options: HostOptions): Promise<Started> {
  const opened = openData(options)
  if (!opened.ok) return opened
  const started = await serve(options, opened).catch((error: unknown) => {
    opened.close()
    throw error
  })
  if (!started.ok) {
    opened.close()
    return started
  }
  const { server, generations, made } = started
  return {
    ok: true,
    host: {
      url: urlOf(options.host, server.port),
      made,
      changed: opened.changed,
      busy: () => server.open() + generations.busy(),
      async stop() {
        await Promise.all([server.stop(GRACE_MS), generations.stop(GRACE_MS)])
        generations.close()
        opened.release()
      },
    },
  }
}

interface OpenedData {
  file: SqliteFile
  /** Opens the file once more, after a commit that failed. */
  openAgain(failure: unknown): SqliteFile
  key: Buffer
  changed: readonly string[]
  /** Lets go of the directory. */
  release(): void
  /** Closes the file, and lets go of the directory. */
  close(): void
}

function openData(options: HostOptions): ({ ok: true } & OpenedData) | StartFailure {
  const { dataDir, secretsKey: given, randomBytes, clock, acceptLoss = false } = options
  let lock: { release(): void } | undefined
  try {
    makeDirectory(dataDir)
    const changed = tighten(dataDir)
    const locked = lockDirectory(dataDir)
    if (!locked.ok) return refuse(`another process works on ${dataDir}: one at a time`)
    lock = locked
    const open = (how: OpenOptions): SqliteFile => openSqlite(databasePath(dataDir), { clock, ...how })
    const file = open({ acceptLoss })
    if (file.removed > 0) changed.push(`removed ${file.removed} items and messages that were not as they were written`)
    const { release } = locked
    const close = (): void => {
      file.close()
      release()
    }
    const key = secretsKey(dataDir, given, hasData(file), randomBytes)
    const openAgain = (failure: unknown): SqliteFile => open({ after: { failure } })
    if (key.ok) return { ok: true, file, openAgain, key: key.key, changed, release, close }
    close()
    return key
  } catch (error) {
    lock?.release()
    return refuse(cannotUse(dataDir, error))
  }
}

type StartFailure = Extract<Started, { ok: false }>

/** Listens first: only then the port is known, and with the port the public URL. Early requests wait for the parts. */
async function serve(
  options: HostOptions,
  opened: OpenedData,
): Promise<{ ok: true; server: HttpServer; generations: Generations; made: Host['made'] } | StartFailure> {
  const { host, port, log, randomBytes } = options
  const ready = Promise.withResolvers<Generations>()
  let serving = (): Serving => servingLater(ready.promise)
  const newId = () => randomBytes(8).toString('hex')
  const base = basePathOf(options.publicUrl ?? '')
  const wrongKeys = createWrongKeyLimit({ clock: options.clock, base, newId })
  const asked = (): Serving => serving()
  const listening = await listen({ host, port, origin: ORIGIN, serving: asked, wrongKeys, newId, log }).catch(
    (error: NodeJS.ErrnoException) => error,
  )
  if (listening instanceof Error) return refuse(cannotListen(listening, host, port))
  const publicUrl = options.publicUrl ?? urlOf(publicHost(host), listening.port)
  const assembled = await assemble(options, opened, publicUrl).catch((error: unknown) => {
    if (error instanceof Unavailable || isFileFailure(error)) return refuse(cannotUse(options.dataDir, error))
    throw error
  })
  if (!assembled.ok) {
    await listening.stop(0)
    return assembled
  }
  const { generations } = assembled
  serving = generations.serving
  ready.resolve(generations)
  return { ...assembled, server: listening }
}

/** A request that came before anything can serve the request. */
function servingLater(generations: Promise<Generations>): Serving {
  const later = generations.then(({ serving }) => serving())
  // A start that fails answers nobody.
  later.catch(() => {})
  return {
    handle: async (request) => (await later).handle(request),
    durable: async () => (await later).durable(),
  }
}

/** The functions, and on a first start the account. */
async function assemble(
  options: HostOptions,
  { file, openAgain, key }: OpenedData,
  publicUrl: string,
): Promise<{ ok: true; generations: Generations; made: Host['made'] } | StartFailure> {
  const { randomBytes, check, dataDir, apiKey, clock, log } = options
  const secrets = createSecretBox(key, randomBytes)
  // Imported late: the host checks the directory and the port before the rest of the code is loaded.
  const [{ wire }, { createRegistry }, { startGenerations }] = await Promise.all([
    import('./wire.ts'),
    import('../../shared/metrics/registry.ts'),
    import('./generations.ts'),
  ])
  const checkOwn = check && ((signal: AbortSignal) => check(databasePath(dataDir), signal))
  const metrics = createRegistry()
  const over = (opened: SqliteFile): Generation => {
    return { file: opened, machine: wire({ ...options, publicUrl, file: opened, metrics, secrets, check: checkOwn }) }
  }
  const first = over(file)
  const { machine } = first
  if (!(await checkSecretsKey(machine.table, secrets))) {
    await machine.stop(0)
    return refuse('the secrets key is not the one that this data was written with')
  }
  const made = await firstAccount(machine.table, secrets, { publicUrl, apiKey, randomBytes, now: clock.now() })
  // The operator is shown keys that are kept.
  await machine.table.durable()
  const giveUp = (error: unknown): void => options.giveUp(cannotUse(dataDir, error))
  const next = (failure: unknown): Generation => over(openAgain(failure))
  const generations = startGenerations({ clock, log, first, next, giveUp })
  machine.start()
  return { ok: true, generations, made }
}

/** The base URL of every request, whatever the Host header says; handlers read no more than the path. */
const ORIGIN = 'http://tocsin'

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Links to "every address" lead nowhere. */
function publicHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

function databasePath(dataDir: string): string {
  return join(dataDir, 'tocsin.db')
}

function hasData({ db }: SqliteFile): boolean {
  return db.prepare('SELECT 1 FROM items LIMIT 1').get() !== undefined
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} on ${host} is in use: set PORT to another one`
  if (error.code === 'EACCES') return `port ${port} needs more rights: set PORT to one above 1023`
  return `cannot listen on ${host}, port ${port}: ${firstLine(error)}`
}

function cannotUse(dataDir: string, error: unknown): string {
  const way = error instanceof DataLost ? `. ${AFTER_LOSS}` : ''
  return `cannot use the data directory ${dataDir}: ${firstLine(error)}${way}`
}

const AFTER_LOSS = 'Restore the latest copy of the directory, or start on what is there: npm start -- --accept-loss'

function refuse(error: string): StartFailure {
  return { ok: false, error }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
