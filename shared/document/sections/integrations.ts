import * as z from 'zod'
import { formatDuration } from '../../base/duration.ts'
import type { Config, Integration } from '../../config/config.ts'
import { DEFAULT_INTEGRATION } from '../../config/sections.ts'
import { customMapping } from '../../integrations/custom-settings.ts'
import { integrations } from '../../integrations/registry.ts'
import { severityMap } from '../../integrations/setting-fields.ts'
import type { Problem } from '../../problem/problem.ts'
import { duration, id, name } from '../reading/fields.ts'
import { readList } from '../reading/list.ts'
import { type EntryResult, readMapping } from '../reading/mapping.ts'
import { type Collection, entriesById, type Shown } from './section.ts'

const LIMIT = 200

/** `integrations`: where alerts and audit records come in. The default integration stays, listed or not. */
export const integrationsSection: Collection<'integrations'> = {
  key: 'integrations',
  name: 'integrations',
  one: 'integration',
  limit: LIMIT,
  read(given, { current }) {
    const list = readList(given, { limit: LIMIT, nameField: 'id' }, (entry) => readIntegration(entry, current))
    const value = list.entries.map(({ value }) => value)
    const listed = value.some(({ id }) => id === DEFAULT_INTEGRATION)
    const kept = listed ? [] : current.integrations.filter(({ id }) => id === DEFAULT_INTEGRATION)
    return { value: [...value, ...kept], problems: list.problems, names: list.names }
  },
  show: (list) => list.map(showIntegration),
  entries: entriesById,
  collection: true,
  kept: 'every account has it',
}

const types = [...integrations.keys()].join(', ')
const mapped = [...integrations.values()].flatMap((format) => (format.mapped ? [format.type] : [])).join(' and ')

const schema = z.strictObject({
  id,
  type: z.string().refine((type) => integrations.has(type), `is not supported; supported: ${types}`),
  name: name.optional(),
  description: z.string().max(2000).optional(),
  autoRecoverAfter: duration.optional(),
  access: z.enum(['post', 'full']).default('post'),
  paused: z.boolean().default(false),
  severityMap: severityMap.optional(),
  custom: customMapping.optional(),
  // Shown beside an integration; they are derived and cannot be chosen.
  url: z.unknown().optional(),
  previousUrlUntil: z.unknown().optional(),
  statistics: z.unknown().optional(),
})
type Written = z.output<typeof schema>

function readIntegration(given: unknown, current: Config): EntryResult<Integration> {
  const { partial, value, problems } = readMapping(schema, given)
  problems.push(...typeProblems(partial))
  if (value === undefined || problems.length > 0) return { ok: false, problems }
  const { url: _url, previousUrlUntil: _until, statistics: _statistics, autoRecoverAfter, ...integration } = value
  return {
    ok: true,
    value: {
      ...integration,
      name: integration.name ?? integration.id,
      ...(autoRecoverAfter === undefined ? {} : { autoRecoverAfterMs: autoRecoverAfter }),
      ...tokensOf(integration.id, current),
    },
  }
}

/** Fields that the integration's type has no use for. */
function typeProblems({ type = '', access, severityMap, custom }: Partial<Written>): Problem[] {
  const format = integrations.get(type)
  if (format === undefined) return []
  const problems: Problem[] = []
  if (access === 'full' && format.alertmanagerApi === false) {
    problems.push({ path: 'access', message: `full is for prometheus; with ${type} it is post` })
  }
  if (severityMap !== undefined && format.gives === 'records') {
    const message = `is for what gives alerts; of what comes as ${type} the rules say how bad it is`
    problems.push({ path: 'severityMap', message })
  }
  if (custom !== undefined && format.mapped !== true) {
    problems.push({ path: 'custom', message: `is for ${mapped} only` })
  }
  return problems
}

/**
 * No document writes these: they stay as a rotation left them. A new integration gets a generation above every
 * token that was ever derived for its name, so that a name that comes back does not revive its old URLs. Every
 * rotation is a revision, so no generation is above the next revision.
 */
function tokensOf(id: string, { integrations, revision }: Config): Pick<Integration, 'generation' | 'previous'> {
  const known = integrations.find((integration) => integration.id === id)
  if (known === undefined) return { generation: (Number.parseInt(revision, 10) || 0) + 1 }
  const { generation, previous } = known
  return previous === undefined ? { generation } : { generation, previous }
}

function showIntegration(integration: Integration): Shown {
  const { generation: _generation, previous: _previous, autoRecoverAfterMs, ...shown } = integration
  return autoRecoverAfterMs === undefined ? shown : { ...shown, autoRecoverAfter: formatDuration(autoRecoverAfterMs) }
}
