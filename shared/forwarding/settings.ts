import type { Forwarding } from '../config/config.ts'
import { type Problem, under } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { Settings } from '../settings/field.ts'
import { readSettings } from '../settings/read.ts'
import { maskSettings } from '../settings/secrets.ts'
import { forwardKind } from './kind.ts'

/*
 * `forwarding: {url, sources?}`: the integration of another account that the account's alerts are passed on to.
 * Null, or an empty mapping, stops forwarding. The URL is a secret, because the token at its end is one.
 */

const SOURCES = ['own', 'all'] as const

export type ReadForwarding = { ok: true; forwarding: Forwarding | undefined } | { ok: false; problems: Problem[] }

export function readForwarding(given: unknown, stored: Forwarding | undefined, secrets: SecretBox): ReadForwarding {
  if (given === null) return { ok: true, forwarding: undefined }
  if (typeof given !== 'object' || Array.isArray(given)) return refused([{ path: '', message: 'expected a mapping' }])
  const { sources = 'own', ...settings } = given as { sources?: unknown } & Settings
  if (Object.keys(given as object).length === 0) return { ok: true, forwarding: undefined }
  if (!SOURCES.some((source) => source === sources)) {
    return refused([{ path: 'sources', message: 'has to be own or all' }])
  }
  const read = readSettings(forwardKind, settings, stored?.settings ?? {}, secrets)
  if (!read.ok) return refused(read.problems)
  return { ok: true, forwarding: { settings: read.settings, sources: sources as Forwarding['sources'] } }
}

export function maskForwarding({ settings, sources }: Forwarding): Settings {
  return { ...maskSettings(forwardKind.fields, settings), sources }
}

function refused(problems: Problem[]): ReadForwarding {
  return { ok: false, problems: under('forwarding', problems) }
}
