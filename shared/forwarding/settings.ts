import type { Forwarding } from '../config/config.ts'
import { type Problem, under } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import { maskSettings, type Settings, sealSettings, unmaskSettings } from '../settings/secrets.ts'
import { forwardKind } from './kind.ts'

/*
 * `forwarding: {url, sources?}`: where the account's alerts are passed on to. Null, or an empty mapping,
 * stops it. The URL is a secret, because the token at its end is one.
 */

const SOURCES = ['own', 'all'] as const

export type ReadForwarding = { ok: true; forwarding: Forwarding | undefined } | { ok: false; problems: Problem[] }

export function readForwarding(given: unknown, stored: Forwarding | undefined, secrets: SecretBox): ReadForwarding {
  if (given === null) return { ok: true, forwarding: undefined }
  if (typeof given !== 'object' || Array.isArray(given)) return refused('', 'expected a mapping')
  const { sources = 'own', ...settings } = given as { sources?: unknown } & Settings
  if (Object.keys(given as object).length === 0) return { ok: true, forwarding: undefined }
  if (!SOURCES.some((source) => source === sources)) return refused('sources', 'has to be own or all')
  const old = stored?.settings ?? {}
  const { settings: open, missing } = unmaskSettings(forwardKind.fields, settings, old, secrets)
  if (missing.length > 0) return refused('url', 'is <secret>, but no URL is stored: give the URL itself')
  const parsed = forwardKind.parse(open)
  if (!parsed.ok) return { ok: false, problems: under('forwarding', parsed.problems) }
  const sealed = sealSettings(forwardKind.fields, parsed.settings as Settings, old, secrets)
  return { ok: true, forwarding: { settings: sealed, sources: sources as Forwarding['sources'] } }
}

export function maskForwarding({ settings, sources }: Forwarding): Record<string, unknown> {
  return { ...maskSettings(forwardKind.fields, settings), sources }
}

function refused(path: string, message: string): ReadForwarding {
  return { ok: false, problems: under('forwarding', [{ path, message }]) }
}
