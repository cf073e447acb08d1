import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { systemClock } from '../clock.ts'
import { parseEnvironment } from './environment.ts'
import { startHost } from './host.ts'

/** `npm start`. Every reason that keeps Tocsin from starting is a line on stderr and exit code 1. */
async function main(): Promise<void> {
  const parsed = parseEnvironment(process.env)
  if (!parsed.ok) return exitWith(parsed.error)
  const started = await startHost({
    ...parsed.environment,
    clock: systemClock,
    chance: Math.random,
    randomBytes: (size) => randomBytes(size),
    acceptLoss: process.argv.includes('--accept-loss'),
    log: (line) => console.error(line),
  })
  if (!started.ok) return exitWith(started.error)
  const { host } = started
  say(`listening on ${host.url}, data in ${parsed.environment.dataDir}`)
  if (host.made?.apiKey) say(`owner key of account default, shown only this once: ${host.made.apiKey}`)
  if (host.made) say(`integration default: ${host.made.integrationUrl}`)
  stopOn(['SIGTERM', 'SIGINT'], host.stop)
}

/** A second signal ends the process at once: every answered request is durable already. */
function stopOn(signals: NodeJS.Signals[], stop: () => Promise<void>): void {
  let stopping = false
  const end = async (signal: string): Promise<void> => {
    if (stopping) process.exit(1)
    stopping = true
    say(`${signal}: finishing what is in flight`)
    await stop()
    process.exit(0)
  }
  for (const signal of signals) process.on(signal, (name) => void end(name))
}

function say(line: string): void {
  console.log(`tocsin: ${line}`)
}

function exitWith(line: string): void {
  console.error(`tocsin: ${line}`)
  process.exitCode = 1
}

main().catch((error: unknown) => {
  exitWith(`could not start: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
  process.exit(1)
})
