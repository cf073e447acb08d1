import * as z from 'zod'
import { LEVELS, type LevelCounts, levelOf } from '../../../shared/alert/level.ts'
import { json } from '../../../shared/base/answers.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import { targetKey } from '../../../shared/delivery/target.ts'
import { match } from '../../../shared/document/reading/matchers.ts'
import { sumOf } from '../../../shared/group/card.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { levelCounts, showCounts } from '../groups/group-view.ts'
import { invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { labels, time } from '../http/schemas.ts'
import { matchedAlerts } from './matched-alerts.ts'

const SHOWN_ALERTS = 10
const SHOWN_GROUPS = 100

/** What a silence would hold back now. */
export interface SilencePreview {
  firing: LevelCounts
  /** Firing alerts of the account, of which these are some. */
  of: number
  groups: { id: string; policy: string; title: string; incident?: string; handler?: string; alerts: number }[]
  moreGroups: number
  /** P1 in an incident that nobody has in hand. */
  unclaimedP1: number
  /** Channels that are told of the groups. */
  targets: string[]
  alerts: { labels: Record<string, string>; level: (typeof LEVELS)[number]; summary?: string; startsAt: Millis }[]
  partial: boolean
}

export async function previewSilence(
  deps: Pick<ApiDeps, 'table' | 'clock' | 'configs'>,
  ask: { account: string; now: Millis },
  matchers: readonly Matcher[],
): Promise<SilencePreview> {
  const [matched, config] = await Promise.all([
    matchedAlerts(deps, ask, [matchers], SHOWN_ALERTS),
    deps.configs.current(ask.account),
  ])
  const { groups, looked, partial } = matched[0]!
  const firing: LevelCounts = {}
  for (const group of groups) {
    for (const level of LEVELS) {
      const count = (firing[level] ?? 0) + (group.firing[level] ?? 0)
      if (count > 0) firing[level] = count
    }
  }
  const policies = new Set(groups.map(({ card }) => card.policy))
  const targets = [...policies].flatMap((id) => config.policy(id)?.targets.map(targetKey) ?? [])
  return {
    firing,
    of: looked,
    groups: groups.slice(0, SHOWN_GROUPS).map(({ card, firing: own }) => ({
      ...{ id: card.group, policy: card.policy, title: card.title, alerts: sumOf(own) },
      ...(card.incident !== undefined && { incident: card.incident }),
      ...(card.handler !== undefined && { handler: card.handler }),
    })),
    moreGroups: Math.max(0, groups.length - SHOWN_GROUPS),
    unclaimedP1: groups.reduce((sum, one) => sum + (one.card.handler === undefined ? (one.firing.P1 ?? 0) : 0), 0),
    targets: [...new Set(targets)],
    alerts: groups.flatMap(({ alerts }) =>
      alerts.map(([, { labels, annotations, startsAt }]) => ({
        ...{ labels: { ...labels }, level: levelOf(labels), startsAt },
        ...(annotations.summary !== undefined && { summary: annotations.summary }),
      })),
    ),
    partial,
  }
}

const wanted = z.strictObject({ matchers: match.min(1, 'at least one matcher') }).meta({ id: 'SilenceMatchers' })

const preview = z
  .object({
    firing: levelCounts.describe('Firing alerts that the silence would hold back'),
    of: z.int().describe('Firing alerts that were looked at'),
    groups: z.array(
      z.object({
        id: z.string(),
        policy: z.string(),
        title: z.string(),
        alerts: z.int(),
        incident: z.string().optional(),
        handler: z.string().optional(),
      }),
    ),
    moreGroups: z.int(),
    unclaimedP1: z.int().describe('P1 alerts among them whose incident nobody has in hand'),
    targets: z.array(z.string()).describe('Targets that would not be told of the alerts'),
    alerts: z
      .array(z.object({ labels, level: z.enum(LEVELS), summary: z.string().optional(), startsAt: time }))
      .describe('Some of the alerts'),
    partial: z.boolean().describe('The account has more alerts than were looked at'),
  })
  .meta({ id: 'SilencePreview' })

/** The matchers of a form; undefined: they cannot be read, or there are none. */
export function readMatchers(given: unknown): Matcher[] | undefined {
  const read = wanted.safeParse({ matchers: given })
  return read.success ? read.data.matchers : undefined
}

export function previewRoute(deps: ApiDeps): Route {
  return {
    method: 'POST',
    path: '/api/v1/silences:preview',
    access: 'viewer',
    about: {
      summary: 'What a silence with these matchers would hold back now; nothing is changed',
      body: { schema: wanted },
      answers: {
        200: { text: 'The alerts and groups', schema: preview },
        422: { text: 'Every problem with its path' },
      },
    },
    handle: (ask) => answerPreview(deps, ask),
  }
}

async function answerPreview(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request)
  if (!body.ok) return body.refusal
  const read = wanted.safeParse(body.value)
  if (!read.success) return invalid(zodProblems(read.error))
  const { firing, alerts, ...found } = await previewSilence(deps, ask, read.data.matchers)
  const answer: z.output<typeof preview> = {
    firing: showCounts(firing),
    alerts: alerts.map((one) => ({ ...one, startsAt: toRfc3339(one.startsAt) })),
    ...found,
  }
  return json(200, answer)
}
