import * as z from 'zod'
import { LEVELS, type LevelCounts } from '../../../shared/alert/level.ts'
import { json } from '../../../shared/base/answers.ts'
import { DAY, HOUR, type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import type { Config } from '../../../shared/config/config.ts'
import { sumOf } from '../../../shared/group/card.ts'
import type { GroupCard } from '../../../shared/group-store/cards.ts'
import { silenceState } from '../../../shared/silence/silence.ts'
import { listRefusedTimes } from '../../../shared/store/refused.ts'
import { readSilences } from '../../../shared/store/silences.ts'
import { readLastSeen } from '../../../shared/store/statistics.ts'
import type { Table } from '../../../shared/table/port.ts'
import type { ApiDeps } from '../http/deps.ts'
import { createKept } from '../http/kept.ts'
import type { Route } from '../http/route.ts'
import { time } from '../http/schemas.ts'
import { levelCounts, showCounts } from './group-view.ts'
import { allCards } from './walk-cards.ts'

/** More cards than these are not counted: 10,000 cards are some 4 MB. */
const MOST_CARDS = 10_000
const MOST_REFUSED = 100
/** The last event of each integration is one read. */
const MOST_INTEGRATIONS = 50
const QUIET_MS = DAY

/** What an account looks like at a moment, in numbers. */
export interface Summary {
  at: Millis
  /** Alerts that fire and are told, by level; alerts that are held back stand apart. */
  firing: LevelCounts
  held: number
  incidents: { open: number; unclaimed: number }
  silences: { active: number; pending: number; endingSoon: number }
  deliveries: { failing: number; refused: number }
  /** Ids of integrations that sent something once, and nothing for a day. */
  quiet: string[]
  /** There are more groups than were counted. */
  partial: boolean
}

export type ReadSummary = (account: string) => Promise<Summary>

/** Numbers of an account, by its cards. Numbers of a large account are some seconds old. */
export function createSummaries(deps: Pick<ApiDeps, 'table' | 'configs' | 'clock'>): ReadSummary {
  return createKept(deps.clock, (account) => countAccount(deps, account, deps.clock.now()))
}

async function countAccount(
  { table, configs }: Pick<ApiDeps, 'table' | 'configs'>,
  account: string,
  now: Millis,
): Promise<Summary> {
  const [{ cards, more }, silences, refused, quiet] = await Promise.all([
    allCards(table, account, MOST_CARDS),
    readSilences(table, account),
    listRefusedTimes(table, account, MOST_REFUSED),
    configs.current(account).then(({ config }) => quietIntegrations(table, account, config, now)),
  ])
  const states = silences.map((silence) => silenceState(silence, now))
  const active = silences.filter((_, index) => states[index] === 'active')
  return {
    at: now,
    ...countCards(cards),
    silences: {
      active: active.length,
      pending: states.filter((state) => state === 'pending').length,
      endingSoon: active.filter(({ endsAt }) => endsAt - now <= HOUR).length,
    },
    deliveries: {
      failing: cards.reduce((sum, { failing = [], moreFailing = 0 }) => sum + failing.length + moreFailing, 0),
      refused: refused.filter((at) => at > now - DAY).length,
    },
    quiet,
    partial: more,
  }
}

function countCards(cards: readonly GroupCard[]): Pick<Summary, 'firing' | 'held' | 'incidents'> {
  const firing: LevelCounts = {}
  let [held, open, unclaimed] = [0, 0, 0]
  for (const card of cards) {
    for (const level of LEVELS) {
      const told = Math.max(0, (card.firing[level] ?? 0) - (card.held?.[level] ?? 0))
      if (told > 0) firing[level] = (firing[level] ?? 0) + told
    }
    held += Math.min(sumOf(card.held ?? {}), sumOf(card.firing))
    if (card.incident === undefined) continue
    open++
    if (card.handler === undefined) unclaimed++
  }
  return { firing, held, incidents: { open, unclaimed } }
}

async function quietIntegrations(
  table: Table,
  account: string,
  { integrations }: Config,
  now: Millis,
): Promise<string[]> {
  const asked = integrations.filter(({ paused }) => !paused).slice(0, MOST_INTEGRATIONS)
  const seen = await Promise.all(asked.map(({ id }) => readLastSeen(table, account, id)))
  return asked.flatMap(({ id }, index) => ((seen[index] ?? now) < now - QUIET_MS ? [id] : []))
}

const summaryView = z
  .object({
    at: time.describe('When the numbers were counted; those of a large account are some seconds old'),
    alerts: z.object({ firing: levelCounts, held: z.int().describe('Alerts that fire and are held back') }),
    incidents: z.object({ open: z.int(), unclaimed: z.int() }),
    silences: z.object({ active: z.int(), pending: z.int(), endingWithinHour: z.int() }),
    deliveries: z.object({
      failing: z.int().describe('Targets of groups that could not be reached, or are paused'),
      refused: z.int().describe('Bodies and messages of the last day that could not be read; at most 100'),
    }),
    integrations: z.object({ quiet: z.array(z.string()).describe('Nothing for a day, and something before') }),
    partial: z.boolean().describe('The account has more groups than were counted'),
  })
  .meta({ id: 'Summary' })

export function summaryRoute(summaryOf: ReadSummary): Route {
  return {
    method: 'GET',
    path: '/api/v1/summary',
    access: 'viewer',
    about: {
      summary: 'The account in numbers',
      answers: { 200: { text: 'The numbers', schema: summaryView } },
    },
    handle: async ({ account }) => json(200, showSummary(await summaryOf(account))),
  }
}

function showSummary({ at, firing, held, incidents, silences, deliveries, quiet, partial }: Summary) {
  const { active, pending, endingSoon } = silences
  const shown: z.output<typeof summaryView> = {
    ...{ at: toRfc3339(at), alerts: { firing: showCounts(firing), held }, incidents },
    ...{ silences: { active, pending, endingWithinHour: endingSoon }, deliveries, integrations: { quiet }, partial },
  }
  return shown
}
