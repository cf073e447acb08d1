import { toRfc3339 } from '../../shared/base/time.ts'
import { alertmanager } from './alertmanager.ts'
import type { Outcome } from './stage.ts'
import { labelsOf, timesOf } from './story.ts'
import { EPOCH } from './world.ts'

/**
 * Differences from Alertmanager: where nothing fails, the same is told as Alertmanager would tell, at the same moments.
 */
export function differences(run: Outcome): string[] {
  const { story, world } = run
  return story.accounts.flatMap((account) => {
    const posts = run.accepted
      .filter((post) => post.account === account)
      .map((post) => ({ at: post.at, labels: labelsOf(post), ...timesOf(post, post.at) }))
    const { sections } = story
    const silences = story.silences.map(({ name, atMs, untilMs }) => ({
      name,
      from: EPOCH + atMs,
      until: EPOCH + untilMs,
    }))
    const resolveTimeoutMs = sections.integrations[0]!.autoRecoverAfterMs!
    const expected = alertmanager({ ...sections, resolveTimeoutMs }, silences, posts, world.now()).map(
      ({ at, policy, labels, target, reason, alerts }) => {
        const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
        const key = `{}/{${policy}}:{${pairs.sort().join(', ')}}`
        return line(
          at,
          target,
          key,
          reason,
          alerts.map(({ labels: { name, group }, startsAt, endsAt }) => {
            return words(`${name}/${group}`, toRfc3339(startsAt), endsAt === undefined ? undefined : toRfc3339(endsAt))
          }),
        )
      },
    )
    const told = [...run.sinks].flatMap(([name, { seen }]) => {
      const [owner, target] = name.split('/')
      if (owner !== account) return []
      return seen.map(({ at, groupKey, reason, alerts }) =>
        line(
          at,
          target!,
          groupKey,
          reason,
          alerts.map(({ labels: { name, group }, status, startsAt, endsAt }) => {
            return words(`${name}/${group}`, startsAt, status === 'resolved' ? endsAt : undefined)
          }),
        ),
      )
    })
    return unlike(account, expected.sort(), told.sort())
  })
}

function line(at: number, target: string, groupKey: string, reason: string, alerts: string[]): string {
  const seconds = ((at - EPOCH) / 1000).toFixed(3).padStart(9)
  return `${seconds} ${target} ${groupKey} ${reason}: ${alerts.sort().join(', ')}`
}

function words(name: string, startsAt: string, endsAt: string | undefined): string {
  const from = startsAt.slice(14, 23)
  return endsAt === undefined ? `${name} firing since ${from}` : `${name} resolved ${from}-${endsAt.slice(14, 23)}`
}

function unlike(account: string, expected: string[], told: string[]): string[] {
  const missing = expected.filter((one) => !told.includes(one)).map((one) => `${one} is missing`)
  const extra = told.filter((one, index) => !expected.includes(one) || told.indexOf(one) < index)
  return [...missing, ...extra.map((one) => `${one} is too much`)].sort().map((one) => `peer: ${account}${one}`)
}
