import { integrationToken, integrationUrl } from '../../../shared/account/token.ts'
import type { Alert, Fingerprint } from '../../../shared/alert/alert.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import type { Integration } from '../../../shared/config/config.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import { previousUntil } from '../../../shared/document/rotation.ts'
import { shownEntries } from '../../../shared/document/sections/registry.ts'
import type { Collection, Shown } from '../../../shared/document/sections/section.ts'
import type { ApiDeps } from './deps.ts'
import { atLeast } from './role.ts'
import type { Ask } from './route.ts'

/** The entries of a collection, as the caller may see them. */
export function shownTo(deps: ApiDeps, ask: Ask, collection: Collection, sections: Sections): Shown[] {
  const entries = shownEntries(collection, sections)
  if (collection.key !== 'integrations' || !atLeast(ask.role, 'editor')) return entries
  return sections.integrations.map((integration, place) => ({ ...entries[place], ...urlOf(deps, ask, integration) }))
}

/** What every view of an alert begins with. */
export function shownAlert(fingerprint: Fingerprint, { labels, annotations, startsAt, endsAt }: Alert): object {
  return { fingerprint, labels, annotations, startsAt: toRfc3339(startsAt), endsAt: toRfc3339(endsAt) }
}

/** The URL lets whoever has it post alerts, so it is for those who could make one themselves. */
function urlOf(deps: ApiDeps, { account, now }: Ask, integration: Integration): object {
  const token = integrationToken(deps.secrets, account, integration.id, integration.generation)
  const until = previousUntil(integration, now)
  return {
    url: integrationUrl(deps.publicUrl, token),
    ...(until === undefined ? {} : { previousUrlUntil: toRfc3339(until) }),
  }
}
