import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { type ChannelHealth, readChannelHealth } from '../../../shared/store/channel-health.ts'
import { listPaused, type PausedChannel } from '../../../shared/store/paused.ts'
import { readConfig } from '../../../shared/store/whole-config.ts'
import type { ApiDeps } from '../http/deps.ts'
import { pageOfArray } from '../http/paging.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { listOf, pagingQuery, time } from '../http/schemas.ts'

const healthItem = z
  .object({
    channel: z.string(),
    state: z
      .enum(['working', 'failing', 'paused', 'unknown'])
      .describe('By the last attempt; `unknown`: nothing was sent for 30 days'),
    lastArrivedAt: time.optional().describe('To a minute'),
    lastFailure: z
      .object({ at: time, kind: z.string(), reason: z.string(), detail: z.string() })
      .optional()
      .describe('To a minute'),
    pausedSince: time.optional(),
    pauseReason: z.string().optional().describe('Why nothing is sent any more'),
  })
  .meta({ id: 'ChannelHealth' })

export type HealthItem = z.output<typeof healthItem>

/** How each channel does. */
export function channelHealthRoute(deps: ApiDeps): Route {
  return {
    method: 'GET',
    path: '/api/v1/channels:health',
    access: 'viewer',
    about: {
      summary: 'How each channel does: the last arrival, and the last failure with its reason',
      query: pagingQuery,
      answers: { 200: { text: 'The channels, in the order of the configuration', schema: listOf(healthItem) } },
    },
    handle: (ask) => listHealth(deps, ask),
  }
}

async function listHealth(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const [{ config }, healthOf] = await Promise.all([
    readConfig(deps, ask.account, ['channels']),
    readHealth(deps, ask.account),
  ])
  const items = config.channels.map(({ id }) => healthOf(id))
  const page = pageOfArray(items, (item) => item, ask, 'channel-health', deps.secrets)
  return 'refused' in page ? page : json(200, page)
}

/** How the channels of an account do, by the id of the channel. */
export async function readHealth(
  { table }: Pick<ApiDeps, 'table'>,
  account: string,
): Promise<(channel: string) => HealthItem> {
  const [health, paused] = await Promise.all([readChannelHealth(table, account), listPaused(table, account)])
  const pauses = new Map(paused.filter(({ user }) => user === undefined).map((one) => [one.channel, one]))
  return (channel) => showHealth(channel, health.get(channel) ?? {}, pauses.get(channel))
}

function showHealth(channel: string, health: ChannelHealth, pause: PausedChannel | undefined): HealthItem {
  const { arrivedAt, failure } = health
  return {
    channel,
    state: pause === undefined ? stateOf(health) : 'paused',
    ...(arrivedAt !== undefined && { lastArrivedAt: toRfc3339(arrivedAt) }),
    ...(failure !== undefined && { lastFailure: { ...failure, at: toRfc3339(failure.at) } }),
    ...(pause !== undefined && { pausedSince: toRfc3339(pause.since), pauseReason: pause.reason }),
  }
}

function stateOf({ arrivedAt, failure }: ChannelHealth): HealthItem['state'] {
  if (failure !== undefined && failure.at > (arrivedAt ?? Number.NEGATIVE_INFINITY)) return 'failing'
  return arrivedAt === undefined ? 'unknown' : 'working'
}
