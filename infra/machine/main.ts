import { randomBytes } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import process from 'node:process'
import { errorText } from '../../shared/base/log.ts'
import { VERSION } from '../../shared/base/version.ts'
import { systemClock } from '../clock.ts'
import { parseArguments, USAGE } from './arguments.ts'
import { checkInProcess } from './check.ts'
import { parseEnvironment } from './environment.ts'
import { hostAddress } from './host-address.ts'
import { ownMemory } from './own-memory.ts'
import { logError, logEverything, logInfo } from './process-log.ts'

/** `npm start`. Every reason that keeps Tocsin from starting is one entry on stderr and exit code 1. */
async function main(): Promise<void> {
  const asked = parseArguments(process.argv.slice(2))
  if (asked.kind === 'help') return say(process.stdout, USAGE)
  if (asked.kind === 'version') return say(process.stdout, `tocsin ${VERSION}\n`)
  if (asked.kind === 'unknown') {
    say(process.stderr, `unknown: ${asked.words.map((word) => JSON.stringify(word)).join(', ')}\n\n${USAGE}`)
    process.exitCode = 2
    return
  }
  logEverything()
  // Without a listener, Node answers this signal by opening its debugger to whoever shares the loopback.
  process.on('SIGUSR1', () => {})
  // Files that SQLite makes are for the owner alone.
  process.umask(0o077)
  await start(asked.acceptLoss)
}

async function start(acceptLoss: boolean): Promise<void> {
  const parsed = parseEnvironment(process.env)
  if (!parsed.ok) return refuse(parsed.error)
  const { dataDir } = parsed.environment
  // Imported late: warnings of Node about a module come when the module is loaded.
  const { startHost } = await import('./host.ts')
  const started = await startHost({
    ...parsed.environment,
    hostAddress: hostAddress(parsed.environment.host, networkInterfaces()),
    clock: systemClock,
    chance: Math.random,
    randomBytes: (size) => randomBytes(size),
    acceptLoss,
    log: logError,
    giveUp(error) {
      logError({ function: 'host', what: 'end', error })
      process.exit(1)
    },
    check: checkInProcess,
    memory: ownMemory,
  })
  if (!started.ok) return refuse(started.error)
  const { host } = started
  for (const change of host.changed) logInfo(change)
  logInfo(`listening on ${host.url}, data in ${dataDir}`)
  if (host.made?.apiKey) logInfo('owner key of account default, shown only this once', { apiKey: host.made.apiKey })
  if (host.made) logInfo('integration default', { url: host.made.integrationUrl })
  if (host.made) logInfo('console: signs in once, for ten minutes', { url: host.made.signInUrl })
  stopOn(['SIGTERM', 'SIGINT'], host.stop)
}

/** A second signal ends the process at once: every answered request is durable already. */
function stopOn(signals: NodeJS.Signals[], stop: () => Promise<void>): void {
  let stopping = false
  const end = async (signal: string): Promise<void> => {
    if (stopping) process.exit(1)
    stopping = true
    logInfo(`${signal}: finishing what is in flight`)
    await stop()
    process.exit(0)
  }
  for (const signal of signals) process.on(signal, (name) => void end(name))
}

/** The answer to a question at the command line is plain text, not an entry of the log. */
function say(to: NodeJS.WriteStream, text: string): void {
  to.write(text)
}

function refuse(error: string): void {
  logError({ function: 'host', what: 'start', error })
  process.exitCode = 1
}

main().catch((error: unknown) => {
  refuse(errorText(error))
  process.exit(1)
})
