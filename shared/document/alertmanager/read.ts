import type * as z from 'zod'
import type { Channel, Config, NamedInterval, Route } from '../../config/config.ts'
import { type Sections, sectionsOf } from '../../config/sections.ts'
import { capProblems, type Problem, shown, zodProblems } from '../../problem/problem.ts'
import { buildRoute } from '../../routing/route.ts'
import type { SecretBox } from '../../secret/seal.ts'
import { type Parsed, repeated } from '../checks.ts'
import { integrityProblems } from '../integrity.ts'
import { readDocument, textual } from '../text.ts'
import { receiverChannels } from './receivers.ts'
import { alertmanagerFile, upstreamDraft } from './schema.ts'

type File = z.output<typeof alertmanagerFile>

/**
 * An alertmanager.yml as it is. It replaces what an import makes: the route tree, the channels of its
 * receivers, inhibit rules, time intervals and `resolve_timeout`. Policies and channels of Tocsin's
 * own stay. What Tocsin cannot do as Alertmanager does is a problem, all of them at once.
 */
export function importAlertmanager(yaml: string, current: Config, secrets: SecretBox): Parsed {
  const read = readDocument(yaml, 'text')
  if (!read.ok) return read
  if (typeof read.document !== 'object' || read.document === null || Array.isArray(read.document)) {
    return { ok: false, problems: [{ path: '', message: 'no routes provided' }] }
  }
  const file = alertmanagerFile.safeParse(textual(read.document))
  if (!file.success) return { ok: false, problems: capProblems(zodProblems(file.error)) }
  const problems: Problem[] = []
  const next = importedSections(file.data, current, secrets, problems)
  if (problems.length === 0) {
    const places = { channels: 'receivers', timeIntervals: 'time_intervals', route: 'route' }
    problems.push(...integrityProblems(next, places))
  }
  return problems.length === 0 ? { ok: true, next } : { ok: false, problems: capProblems(problems) }
}

function importedSections(file: File, current: Config, secrets: SecretBox, problems: Problem[]): Sections {
  const { route: _route, resolveTimeoutMs: _timeout, ...kept } = sectionsOf(current)
  const channels = [
    ...current.channels.filter(({ receiver }) => receiver === undefined),
    ...importedChannels(file, current, secrets, problems),
  ]
  const route = importedRoute(file, channels, problems)
  const resolveTimeoutMs = file.global?.resolve_timeout
  return {
    ...kept,
    channels,
    ...(route === undefined ? {} : { route }),
    inhibitRules: file.inhibit_rules ?? [],
    timeIntervals: importedIntervals(file, problems),
    ...(resolveTimeoutMs === undefined ? {} : { resolveTimeoutMs }),
  }
}

function importedChannels(file: File, current: Config, secrets: SecretBox, problems: Problem[]): Channel[] {
  const receivers = file.receivers ?? []
  const made = receiverChannels(receivers, file.global?.http_config, current.channels, secrets)
  problems.push(...made.problems)
  const seen = new Set<string>()
  for (const [index, { name }] of receivers.entries()) {
    const path = `receivers[${index}].name`
    if (seen.has(name)) problems.push({ path, message: `notification config name ${shown(name)} is not unique` })
    seen.add(name)
  }
  return made.channels
}

function importedRoute(file: File, channels: Channel[], problems: Problem[]): Route | undefined {
  if (file.route === undefined) {
    problems.push({ path: 'route', message: 'no routes provided' })
    return undefined
  }
  const receivers = new Set((file.receivers ?? []).map(({ name }) => name))
  const built = buildRoute(upstreamDraft(file.route, 'route'), channels, receivers)
  if (built.ok) return built.route
  problems.push(...built.problems)
  return undefined
}

/** `mute_time_intervals` is the older name of the same section; names are unique over both. */
function importedIntervals(file: File, problems: Problem[]): NamedInterval[] {
  const older = file.mute_time_intervals ?? []
  const intervals = [...older, ...(file.time_intervals ?? [])]
  const path = (index: number) =>
    index < older.length ? `mute_time_intervals[${index}].name` : `time_intervals[${index - older.length}].name`
  problems.push(
    ...repeated(
      intervals.map(({ name }) => name),
      path,
    ),
  )
  return intervals
}
