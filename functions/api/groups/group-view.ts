import * as z from 'zod'
import { LEVELS, type LevelCounts } from '../../../shared/alert/level.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { sumOf } from '../../../shared/group/card.ts'
import type { GroupCard } from '../../../shared/group-store/cards.ts'
import { labels, time } from '../http/schemas.ts'
import { alertInGroupView, showAlertInGroup } from './alert-in-group.ts'
import { levelOfCard } from './group-query.ts'
import type { ReadGroup } from './read-groups.ts'

export const levelCounts = z
  .object({ P1: z.int(), P2: z.int(), P3: z.int(), P4: z.int() })
  .meta({ id: 'LevelCounts' })
  .describe('Numbers of alerts by level')

export function showCounts(counts: LevelCounts = {}): z.output<typeof levelCounts> {
  const { P1 = 0, P2 = 0, P3 = 0, P4 = 0 } = counts
  return { P1, P2, P3, P4 }
}

export const groupItem = z
  .object({
    id: z.string(),
    policy: z.string(),
    level: z.enum(LEVELS).describe('The worst level'),
    state: z
      .enum(['firing', 'held', 'over'])
      .describe('`held`: all that fires was muted at the last look of the group; `over`: nothing fires any more'),
    title: z.string().describe('The name of the alert that fires longest'),
    summary: z.string().optional().describe('Where all alerts have the same'),
    labels: labels.describe('Labels that all firing alerts share'),
    firing: levelCounts,
    held: levelCounts.describe('The part of `firing` that was muted at the last look of the group'),
    since: time,
    incident: z.string().optional(),
    openedAt: time.optional(),
    handler: z.string().optional(),
    failing: z.array(z.string()).optional().describe('Targets that could not be reached, or are paused; at most three'),
    moreFailing: z.int().optional(),
    alerts: z.array(alertInGroupView).optional().describe('With `alerts=N`: the first N alerts'),
    moreAlerts: z.int().optional().describe('At least so many further alerts'),
  })
  .meta({ id: 'Group' })

export function stateOfCard({ rank, firing }: GroupCard): z.output<typeof groupItem>['state'] {
  if (sumOf(firing) === 0) return 'over'
  return rank === 'held' ? 'held' : 'firing'
}

export function showGroup({ card, alerts, moreAlerts }: ReadGroup): z.output<typeof groupItem> {
  const { group, policy, title, summary, labels, firing, held, since, incident, openedAt, handler } = card
  return {
    ...{ id: group, policy, level: levelOfCard(card), state: stateOfCard(card), title, summary, labels: { ...labels } },
    ...{ firing: showCounts(firing), held: showCounts(held), since: toRfc3339(since), incident },
    ...{ openedAt: openedAt === undefined ? undefined : toRfc3339(openedAt), handler },
    ...{ failing: card.failing, moreFailing: card.moreFailing, moreAlerts },
    alerts: alerts?.map(showAlertInGroup),
  }
}
