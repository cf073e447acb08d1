import type { Millis } from '../../../shared/base/time.ts'
import { hopOf } from '../../../shared/forwarding/hop.ts'
import type { ForwardedAlert } from '../../../shared/integrations/forward.ts'
import type { Outbound, OutboundRequest } from '../../../shared/outbound/request.ts'
import { createSecretBox, type SecretBox } from '../../../shared/secret/seal.ts'
import { createProcess, type FaultRates, NO_FAULTS, type Process } from '../process.ts'
import { memoryQueue } from '../queue.ts'
import { GOOD_SINK, type SeenAlert, type SinkRates } from '../sink.ts'
import { type MemoryTable, memoryTable } from '../table.ts'
import { createWorld, EPOCH, type World } from '../world.ts'
import { type ChainStory, type Post, SITES, type Site } from './story.ts'

/** One of three installations: a table, queues and a key of its own. */
export interface Installation {
  name: string
  table: MemoryTable
  records: ReturnType<typeof memoryQueue>
  dispatchQueue: ReturnType<typeof memoryQueue>
  deliveries: ReturnType<typeof memoryQueue>
  forwards: ReturnType<typeof memoryQueue>
  secrets: SecretBox
}

/** Messages to the webhook of an account, and events to its bus. */
export interface Heard {
  at: Millis
  /** `webhook-id`. */
  id: string
  alerts: SeenAlert[]
}

export interface HeardEvent {
  at: Millis
  /** Id of the delivery, and id of the event itself. */
  delivery: string
  id: string
}

/** A forward as received by an installation. */
export interface Passed {
  /** Moment of arrival. */
  at: Millis
  to: Site
  /** Answered 2xx, and not as a forward that went round. */
  accepted: boolean
  hops: string[]
  alerts: ForwardedAlert[]
}

export interface ChainStage {
  world: World
  story: ChainStory
  installations: Map<string, Installation>
  hooks: Map<Site, Heard[]>
  buses: Map<Site, HeardEvent[]>
  passed: Passed[]
  accepted: (Post & { at: Millis })[]
  /** By host name. */
  network: Map<string, Outbound>
  stormy(): boolean
  faults(): FaultRates
  sinkRates(): SinkRates
  born(name: string): Process
  errors: string[]
}

export function createChainStage(seed: number, story: ChainStory): ChainStage {
  const world = createWorld(seed)
  const stormy = (): boolean => world.now() < EPOCH + story.stormMs
  const errors: string[] = []
  const clock = world.clock()
  const installations = ['A', 'B', 'C'].map((name, place): [string, Installation] => [
    name,
    {
      name,
      table: memoryTable(clock),
      records: memoryQueue(clock),
      dispatchQueue: memoryQueue(clock),
      deliveries: memoryQueue(clock, seed % 2 === 0 ? 8 * 1024 : undefined),
      forwards: memoryQueue(clock),
      secrets: createSecretBox(Buffer.alloc(32, place + 1), (size) => Buffer.alloc(size, 1)),
    },
  ])
  return {
    world,
    story,
    installations: new Map(installations),
    hooks: new Map(SITES.map((site) => [site, []])),
    buses: new Map(SITES.map((site) => [site, []])),
    passed: [],
    accepted: [],
    network: new Map(),
    stormy,
    faults: () => (stormy() ? story.faults : NO_FAULTS),
    sinkRates: () => (stormy() ? story.sink : { ...GOOD_SINK, latencyMs: story.sink.latencyMs }),
    born: (name) => createProcess(name, (effect) => errors.push(`floating: ${name} did not wait for "${effect}"`)),
    errors,
  }
}

export function accountOf(site: Site): string {
  return site.slice(2)
}

export function installationOf({ installations }: ChainStage, site: Site): Installation {
  return installations.get(site.slice(0, 1))!
}

export function hop(stage: ChainStage, site: Site): string {
  return hopOf(installationOf(stage, site).secrets, accountOf(site))
}

/** The account of a host: `hook.A-one.test`. */
export function hostOf(kind: 'hook' | 'bus' | 'hub', site: Site): string {
  return `${kind}.${site.replace('/', '-').toLowerCase()}.test`
}

export function reach({ network }: ChainStage, request: OutboundRequest): ReturnType<Outbound> {
  const outbound = network.get(new URL(request.url).hostname)
  return outbound!(request)
}
