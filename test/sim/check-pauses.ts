import { resolvedAt } from '../../shared/alert/alert.ts'
import { parseTargetKey } from '../../shared/delivery/target.ts'
import type { Group } from '../../shared/group/group.ts'
import { listGroups } from '../../shared/group-store/heads.ts'
import type { Outcome } from './stage.ts'

/**
 * The alerts of an account about its own paused channels, when the run has come to rest:
 * - a channel fires if, and only if, a group has the channel paused or has heard nothing from the channel since a
 *   pause;
 * - every pause is announced;
 * - no target is told the same twice.
 */
export async function wrongPauses(run: Outcome): Promise<string[]> {
  const found: string[] = []
  for (const account of run.story.accounts) {
    const { groups } = await listGroups(run.table, account, { limit: 500 })
    const [firing, paused] = [firingChannels(groups, run.world.now()), pausedChannels(groups)]
    for (const channel of paused)
      if (!firing.has(channel)) found.push(`pause: ${account} is not told that ${channel} is paused`)
    for (const channel of firing)
      if (!paused.has(channel)) found.push(`pause: ${account} still thinks that ${channel} is paused`)
    for (const [key, state] of groups.flatMap(({ targets }) => [...targets])) {
      if (state.paused !== undefined && state.paused.announced !== true)
        found.push(`pause: ${account}/${key} is not announced`)
    }
  }
  for (const [name, { own }] of run.sinks) {
    const words = own.map(({ alerts }) =>
      alerts.map(({ labels, status, startsAt }) => `${labels.channel} ${status} ${startsAt}`).join(),
    )
    if (words.some((text, index) => text === words[index - 1])) found.push(`pause: ${name} heard the same twice`)
  }
  return found
}

function firingChannels(groups: readonly Group[], now: number): Set<string> {
  const alerts = groups.flatMap(({ members }) => [...members.values()].map(({ alert }) => alert))
  const firing = alerts.filter((alert) => alert.labels.alertname === 'TocsinTargetPaused' && !resolvedAt(alert, now))
  return new Set(firing.map(({ labels }) => labels.channel!))
}

function pausedChannels(groups: readonly Group[]): Set<string> {
  const targets = groups.flatMap(({ targets }) => [...targets])
  const paused = targets.filter(([, state]) => state.paused !== undefined || state.unproven === true)
  return new Set(paused.map(([key]) => parseTargetKey(key).channel))
}
