import * as z from 'zod'
import { formatDuration } from '../../base/duration.ts'
import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import type { Config, Integration } from '../../config/config.ts'
import { DEFAULT_INTEGRATION } from '../../config/sections.ts'
import { customFields } from '../../integrations/custom-settings.ts'
import { integrations } from '../../integrations/registry.ts'
import { maskIntegrationSettings, readIntegrationSettings } from '../../integrations/settings.ts'
import type { Problem } from '../../problem/problem.ts'
import type { SecretBox } from '../../secret/seal.ts'
import { settingsSchema } from '../../settings/field.ts'
import { duration, id, name } from '../reading/fields.ts'
import { readList } from '../reading/list.ts'
import { type EntryResult, readMapping } from '../reading/mapping.ts'
import { type Collection, entriesById, type Shown } from './section.ts'

/** `integrations`: where alerts and audit records come in. The default integration stays, listed or not. */
export const integrationsSection: Collection<'integrations'> = {
  key: 'integrations',
  name: 'integrations',
  one: 'integration',
  limit: LIMITS.integrations,
  *read(given, { current, secrets }) {
    const list = yield* readList(given, { limit: LIMITS.integrations, nameField: 'id' }, (entry) =>
      readIntegration(entry, current, secrets),
    )
    const value = list.entries.map(({ value }) => value)
    const listed = value.some(({ id }) => id === DEFAULT_INTEGRATION)
    const kept = listed ? [] : current.integrations.filter(({ id }) => id === DEFAULT_INTEGRATION)
    return { value: [...value, ...kept], problems: list.problems, names: list.names }
  },
  show: (list) => list.map(showIntegration),
  entries: entriesById,
  get schema() {
    return z.array(described).max(LIMITS.integrations)
  },
  get entry() {
    return described
  },
  collection: true,
  kept: 'every account has it',
}

const types = [...integrations.keys()].join(', ')

/** The fields of every integration; the other fields are settings of the integration's format. */
const schema = z.looseObject({
  id,
  type: z.string().refine((type) => integrations.has(type), `is not supported; supported: ${types}`),
  name: name.optional(),
  description: z.string().max(2000).optional(),
  autoRecoverAfter: duration.optional(),
  access: z.enum(['post', 'full']).default('post'),
  paused: z.boolean().default(false),
  // Shown beside an integration; these values are derived and cannot be chosen.
  url: z.unknown().optional(),
  previousUrlUntil: z.unknown().optional(),
  statistics: z.unknown().optional(),
})

/** What an answer shows beside the fields; a document that has it back is not refused. */
const derived = {
  url: z.string().optional().describe('Where to post to; for editors and owners').meta({ readOnly: true }),
  previousUrlUntil: z.iso
    .datetime()
    .optional()
    .describe('After a rotation: the end of the old URL')
    .meta({ readOnly: true }),
  statistics: z
    .object({
      events: z.int().describe('Alerts or records of the last hour'),
      failures: z.int().describe('Bodies that could not be read'),
      lastSeenAt: z.iso.datetime().optional(),
    })
    .optional()
    .describe('Only of a single integration')
    .meta({ readOnly: true }),
}

/** One entry of `integrations` for the OpenAPI document: settings of every format. Reading knows which fit the type. */
const described = z
  .strictObject({
    ...schema.shape,
    type: z.enum([...integrations.keys()]),
    ...derived,
    ...settingsSchema(customFields).shape,
  })
  .meta({ id: 'Integration' })

function readIntegration(given: unknown, current: Config, secrets: SecretBox): EntryResult<Integration> {
  const { partial, value, problems } = readMapping(schema, given)
  if (!isObject(given) || partial.type === undefined) return { ok: false, problems }
  const { type } = partial
  const own = Object.entries(given).filter(([name]) => !Object.hasOwn(schema.shape, name))
  const stored = current.integrations.find((one) => one.id === partial.id && one.type === type)?.settings ?? {}
  const read = readIntegrationSettings(type, Object.fromEntries(own), stored, secrets)
  problems.push(...accessProblems(type, partial.access), ...(read.ok ? [] : read.problems))
  if (value === undefined || !read.ok || problems.length > 0) return { ok: false, problems }
  const { id, name, description, access, paused, autoRecoverAfter } = value
  const integration: Integration = {
    id,
    type,
    name: name ?? id,
    access,
    paused,
    settings: read.settings,
    ...(description === undefined ? {} : { description }),
    ...(autoRecoverAfter === undefined ? {} : { autoRecoverAfterMs: autoRecoverAfter }),
    ...tokensOf(id, current),
  }
  return { ok: true, value: integration }
}

function accessProblems(type: string, access: Integration['access'] = 'post'): Problem[] {
  if (access === 'post' || integrations.get(type)?.alertmanagerApi !== undefined) return []
  return [{ path: 'access', message: `full is for prometheus; with ${type} it is post` }]
}

/**
 * The token generations of an integration, as the last rotation left the generations; no document writes
 * generations. A new integration gets a generation above every token that was ever derived for the name, so that a
 * name that comes back does not revive old URLs. Every rotation is a revision, so no generation is above the next
 * revision.
 */
function tokensOf(id: string, { integrations, revision }: Config): Pick<Integration, 'generation' | 'previous'> {
  const known = integrations.find((integration) => integration.id === id)
  if (known === undefined) return { generation: (Number.parseInt(revision, 10) || 0) + 1 }
  const { generation, previous } = known
  return previous === undefined ? { generation } : { generation, previous }
}

function showIntegration(integration: Integration): Shown {
  const { generation: _generation, previous: _previous, autoRecoverAfterMs, settings, ...shown } = integration
  return {
    ...shown,
    ...(autoRecoverAfterMs === undefined ? {} : { autoRecoverAfter: formatDuration(autoRecoverAfterMs) }),
    ...maskIntegrationSettings(integration.type, settings),
  }
}
