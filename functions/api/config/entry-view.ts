import { integrationToken, integrationUrl } from '../../../shared/account/token.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import type { Integration } from '../../../shared/config/config.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import { previousUntil } from '../../../shared/document/rotation.ts'
import { shownEntries, warningsOfEntry } from '../../../shared/document/sections/registry.ts'
import type { Collection, Shown } from '../../../shared/document/sections/section.ts'
import type { ApiDeps } from '../http/deps.ts'
import { atLeast } from '../http/role.ts'
import type { Ask } from '../http/route.ts'

/** The entries of a collection as the caller may see the entries. */
export function showEntriesTo(deps: ApiDeps, ask: Ask, collection: Collection, sections: Sections): Shown[] {
  const isEditor = atLeast(ask.role, 'editor')
  const entries = shownEntries(collection, sections, { personal: isEditor })
  if (collection.key !== 'integrations' || !isEditor) return entries
  return sections.integrations.map((integration, place) => ({ ...entries[place], ...urlOf(deps, ask, integration) }))
}

/** The entry, with its warnings. */
export function withWarnings(collection: Collection, entry: Shown, sections: Sections): Shown {
  const warnings = warningsOfEntry(collection, sections, String(entry.id))
  return warnings.length === 0 ? entry : { ...entry, warnings }
}

/** The URL of an integration is its credential: only roles that could make an integration see the URL. */
function urlOf(deps: ApiDeps, { account, now }: Ask, integration: Integration) {
  const token = integrationToken(deps.secrets, account, integration.id, integration.generation)
  const until = previousUntil(integration, now)
  return {
    url: integrationUrl(deps.publicUrl, token),
    previousUrlUntil: until === undefined ? undefined : toRfc3339(until),
  }
}
