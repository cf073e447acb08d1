import { findAlertmanager } from './alertmanager.ts'
import { type Programs, type Routing, type Server, type ServerName, startServer } from './servers.ts'
import { type Sink, startSink } from './sink.ts'

/** Values by server, one for a round. */
export type Found<T> = Record<ServerName, T[]>

/** Measures every server in every round, each time with a process and a sink of its own. */
export type InTurns = <T>(
  routing: Omit<Routing, 'sinkUrl'>,
  measure: (server: Server, sink: Sink) => Promise<T>,
) => Promise<Found<T>>

export interface Contestants {
  names: ServerName[]
  inTurns: InTurns
}

export interface ContestantOptions {
  rounds: number
  /** Without Alertmanager. */
  alone: boolean
  /** Root of another checkout. */
  before: string | undefined
  profileDir: string | undefined
}

export function findContestants({ rounds, alone, before, profileDir }: ContestantOptions): Contestants {
  const peer = alone ? undefined : findAlertmanager()
  if (peer !== undefined) {
    console.log(`Alertmanager ${peer.version}, in memory; Tocsin answers when it is on disk (fsync)\n`)
  } else if (!alone) {
    console.log('!!! NO ALERTMANAGER: neither Go nor the package prometheus-alertmanager is there. !!!')
    console.log('!!! Tocsin is measured alone, NO RATIO is checked.                                !!!\n')
  }
  const programs: Programs = { alertmanager: peer?.path, before, profileDir }
  const names: ServerName[] = [
    ...(peer === undefined ? [] : (['alertmanager'] as const)),
    ...(before === undefined ? [] : (['before'] as const)),
    'tocsin',
  ]
  return {
    names,
    async inTurns<T>(routing: Omit<Routing, 'sinkUrl'>, measure: (server: Server, sink: Sink) => Promise<T>) {
      const found: Found<T> = { tocsin: [], before: [], alertmanager: [] }
      for (let round = 0; round < rounds; round++) {
        for (const name of names) {
          const sink = await startSink()
          const server = await startServer(name, { ...routing, sinkUrl: sink.url }, programs)
          try {
            found[name].push(await measure(server, sink))
          } finally {
            await server.stop()
            await sink.stop()
          }
        }
      }
      return found
    },
  }
}

export function pick<T>(found: Found<T>, value: (measured: T) => number): Found<number> {
  const of = (name: ServerName): number[] => found[name].map(value)
  return { tocsin: of('tocsin'), before: of('before'), alertmanager: of('alertmanager') }
}
