import { type Chance, HOUR, MINUTE, SECOND } from '../../../shared/base/time.ts'
import { type FaultRates, NO_FAULTS } from '../process.ts'
import { GOOD_SINK, type SinkRates } from '../sink.ts'
import { between, pick } from '../world.ts'
import type { Burst, RecordDraft } from './rules.ts'

/*
 * The steps of one run of the chain: audit records to several accounts, their rules, forwards between installations,
 * and a bus for the life-cycle events of incidents. Every id is the same in every account.
 */

/** `<installation>/<account>`: three installations, and one of them has a second account. */
export type Site = 'A/one' | 'B/one' | 'C/one' | 'C/two'

export const SITES: readonly Site[] = ['A/one', 'B/one', 'C/one', 'C/two']

export interface Link {
  from: Site
  to: Site
  sources: 'own' | 'all'
}

export type Post = { atMs: number; site: Site } & ({ records: RecordDraft[] } | { alert: AlertDraft })

/** An alert of a sender; the sender reports the end. */
export interface AlertDraft {
  name: string
  status: 'firing' | 'resolved'
}

export interface ChainStory {
  clean: boolean
  trail: 'actiontrail' | 'cloudtrail'
  burst: Burst
  links: Link[]
  groupBy: string[] | 'all'
  /** An alert has the same labels at every site, so only its annotations tell its site. */
  alike: boolean
  /** Recovery times of alerts raised by rules, and of forwarded alerts. */
  trailRecoverMs: number
  hubRecoverMs: number
  posts: Post[]
  /** Concurrent senders at each site. */
  senders: number
  faults: FaultRates
  sink: SinkRates
  duplicate: number
  shuffleMs: number
  skewsMs: number[]
  /** From and until: the bus does not answer; the installations do not answer. */
  /** Bytes of alerts in a body at most, enough for two alerts or three; absent: as many as the product allows. */
  bodyBytes?: number
  busDownMs: [number, number]
  hubDownMs: [number, number]
  stormMs: number
  calmMs: number
}

/** Label of the site of an alert. */
export function siteLabel({ alike }: Pick<ChainStory, 'alike'>, site: Site): { site?: string } {
  return alike ? {} : { site }
}

/** Delay until a sender reports the end. */
export const HELD_MS = 20 * MINUTE

export function drawChain(chance: Chance, clean: boolean): ChainStory {
  const stormMs = between(chance, 20, 120) * SECOND
  const burst = { count: between(chance, 2, 4), seconds: pick(chance, [5, 20, 60]) }
  const circle = chance() < 0.35
  // In a part of the runs all records come within moments, so that workers get in each other's way.
  const rush = chance() < 0.3
  const links: Link[] = [
    { from: 'B/one', to: 'A/one', sources: pick(chance, ['own', 'own', 'all']) },
    { from: 'C/one', to: 'A/one', sources: pick(chance, ['own', 'all']) },
    ...(circle ? [{ from: 'A/one', to: 'B/one', sources: 'all' } as const] : []),
  ]
  const story: ChainStory = {
    clean,
    trail: pick(chance, ['actiontrail', 'cloudtrail']),
    burst,
    links,
    groupBy: pick(chance, [['rule'], [], 'all']),
    alike: false,
    trailRecoverMs: pick(chance, [3, 5, 8]) * MINUTE,
    hubRecoverMs: pick(chance, [4, 6]) * MINUTE,
    posts: drawPosts(chance, stormMs, burst, rush ? 10 * SECOND : 1),
    senders: rush ? 3 : 1,
    faults: NO_FAULTS,
    sink: GOOD_SINK,
    duplicate: 0,
    shuffleMs: 0,
    skewsMs: [0],
    busDownMs: drawDown(chance, stormMs),
    hubDownMs: [0, 0],
    stormMs,
    calmMs: 6 * HOUR,
  }
  const drawn = clean ? story : { ...story, ...drawTrouble(chance, stormMs) }
  const alike = chance() < 0.25
  // Drawn last, so the other draws of a seed do not depend on this draw.
  const standAfter = !clean && chance() > 0.9 ? chance() * 0.01 : 0
  const bodyBytes = clean ? undefined : pick(chance, [undefined, undefined, 1000])
  return { ...drawn, alike, faults: { ...drawn.faults, standAfter }, bodyBytes }
}

function drawTrouble(chance: Chance, stormMs: number): Partial<ChainStory> {
  const maybe = (most: number): number => (chance() < 0.25 ? 0 : chance() * most)
  const skew = pick(chance, [0, 0, 500, 3000])
  return {
    faults: {
      errorBefore: maybe(0.03),
      errorAfter: maybe(0.03),
      crashBefore: maybe(0.02),
      crashAfter: maybe(0.02),
      standAfter: 0,
      partial: maybe(0.15),
      latencyMs: pick(chance, [0, 5, 50, 400]),
    },
    sink: {
      refuse: maybe(0.3),
      reject: maybe(0.1),
      lostAnswer: maybe(0.3),
      hang: maybe(0.1),
      down: maybe(0.3),
      latencyMs: pick(chance, [0, 20, 1000]),
    },
    duplicate: maybe(0.3),
    shuffleMs: pick(chance, [0, 100, 2000, 20_000]),
    skewsMs: [0, skew, -skew].slice(0, between(chance, 1, 3)),
    hubDownMs: chance() < 0.4 ? drawDown(chance, stormMs) : [0, 0],
  }
}

function drawDown(chance: Chance, stormMs: number): [number, number] {
  const from = chance() < 0.5 ? 0 : Math.floor(chance() * stormMs)
  return [from, from + between(chance, 5, 400) * SECOND]
}

const NAMES = ['Delete', 'DeleteAll', 'Put', 'PutRoute', 'Get', 'List']
const USERS = ['ann', 'bob', 'robot']

function drawPosts(chance: Chance, stormMs: number, { seconds }: Burst, stepMs: number): Post[] {
  const posts: Post[] = []
  for (const site of SITES) {
    const known: RecordDraft[] = []
    const users = USERS.slice(0, between(chance, 1, 3))
    const count = between(chance, 1, 8)
    for (let n = 0; n < count; n++) {
      const atMs = Math.floor((chance() * stormMs) / stepMs) * stepMs
      if (chance() < 0.3) {
        posts.push({
          atMs,
          site,
          alert: { name: pick(chance, ['x', 'y']), status: pick(chance, ['firing', 'resolved']) },
        })
        continue
      }
      // Now and then an earlier record is sent again.
      const records = Array.from({ length: between(chance, 1, 3) }, () => {
        if (known.length > 0 && chance() < 0.15) return pick(chance, known)
        const late = chance() < 0.2 ? chance() * 4 * seconds : (chance() * seconds) / 2
        const denied = chance() < 0.6
        const name = denied ? 'Get' : pick(chance, NAMES)
        const timeMs = Math.floor(atMs - late * SECOND)
        known.push({ id: `e${known.length}`, timeMs, name, user: pick(chance, users), denied })
        return known.at(-1)!
      })
      posts.push({ atMs, site, records })
    }
  }
  return posts.sort((a, b) => a.atMs - b.atMs)
}
