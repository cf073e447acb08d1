import { quotaOf } from '../../shared/config/quota.ts'
import { wallText } from '../../shared/interval/zone.ts'
import type { Outcome } from './stage.ts'

/** A user is sent no more messages in a day than the account allows, whatever became of each message. */
export function exceededQuotas({ story, sinks }: Outcome): string[] {
  const { channels, users, quotas } = story.sections
  const found: string[] = []
  for (const { id, type } of channels) {
    const most = quotaOf(quotas, type)
    if (most === undefined) continue
    for (const account of story.accounts) {
      for (const user of users) {
        const name = `${account}/${id}@${user.id}`
        const days = Map.groupBy(sinks.get(name)?.seen ?? [], ({ at }) => wallText(at, user.timeZone).slice(0, 10))
        for (const [day, seen] of days) {
          if (seen.length > most)
            found.push(`quota: ${name} took ${seen.length} messages on ${day}, ${most} are allowed`)
        }
      }
    }
  }
  return found
}
