import * as z from 'zod'
import { isObject } from '../../base/value.ts'
import type { Forwarding } from '../../config/config.ts'
import { forwardKind } from '../../forwarding/kind.ts'
import type { Problem } from '../../problem/problem.ts'
import { settingsSchema } from '../../settings/field.ts'
import { readSettings } from '../../settings/read.ts'
import { maskSettings } from '../../settings/secrets.ts'
import { isEmpty } from '../reading/mapping.ts'
import type { ReadContext, Section, SectionResult, Shown } from './section.ts'

/** The forwarding of an account as documents write the forwarding. */
export const forwardingSchema = settingsSchema(forwardKind.fields)
  .extend({
    sources: z.enum(['own', 'all']).default('own').describe('`own`: alerts that rules of the account raise'),
  })
  .meta({ id: 'Forwarding' })

/**
 * `forwarding: {url, sources?}`: the integration of another account that receives the account's alerts. Null or an
 * empty mapping stops forwarding. The URL is a secret, because the token at the end of the URL is a secret.
 */
export const forwardingSection: Section<'forwarding'> = {
  key: 'forwarding',
  name: 'forwarding',
  one: 'forwarding',
  limit: 1,
  read(given, context) {
    if (given === null || (isObject(given) && isEmpty(given))) return { value: undefined, problems: [] }
    if (isObject(given)) return readForwarding(given, context)
    return { value: context.current.forwarding, problems: [{ path: '', message: 'expected a mapping' }] }
  },
  show: showForwarding,
  schema: forwardingSchema,
  entries: (forwarding) => [['forwarding', forwarding]],
}

function readForwarding(
  { sources = 'own', ...settings }: Record<string, unknown>,
  { current: { forwarding }, secrets }: ReadContext,
): SectionResult<Forwarding | undefined> {
  const problems: Problem[] = []
  if (!forwardingSchema.shape.sources.safeParse(sources).success)
    problems.push({ path: 'sources', message: 'has to be own or all' })
  const read = readSettings(forwardKind, settings, forwarding?.settings ?? {}, secrets)
  if (!read.ok) problems.push(...read.problems)
  if (!read.ok || problems.length > 0) return { value: forwarding, problems }
  return { value: { settings: read.settings, sources: sources as Forwarding['sources'] }, problems }
}

export function showForwarding({ settings, sources }: Forwarding): Shown {
  return { ...maskSettings(forwardKind.fields, settings), sources }
}
