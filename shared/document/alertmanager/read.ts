import { LIMITS } from '../../base/limits.ts'
import { STRETCH, type Steps } from '../../base/steps.ts'
import { isObject } from '../../base/value.ts'
import type { Config, Route } from '../../config/config.ts'
import { type Sections, sectionsOf } from '../../config/sections.ts'
import { capProblems, type Problem, under, zodProblems } from '../../problem/problem.ts'
import { buildRoute, retarget } from '../../routing/route.ts'
import type { SecretBox } from '../../secret/seal.ts'
import { integrityProblems, type WrittenSection } from '../integrity.ts'
import { NO_NAMES } from '../reading/list.ts'
import { isEmpty, readMapping } from '../reading/mapping.ts'
import { textual } from '../reading/yaml.ts'
import { inhibitRulesSection } from '../sections/inhibit-rules.ts'
import { putSection } from '../sections/registry.ts'
import { resolveTimeoutSection } from '../sections/resolve-timeout.ts'
import { routeProblems, routeReferences } from '../sections/route-tree.ts'
import { type ReadContext, readSection, type SectionResult } from '../sections/section.ts'
import { templateFilesSection } from '../sections/template-files.ts'
import { timeIntervalsSection } from '../sections/time-intervals.ts'
import type { DocumentResult } from '../tocsin-yml.ts'
import type { ImportedFile } from './envelope.ts'
import { readHttpConfig } from './file/http-config.ts'
import { alertmanagerFile, globals, ROUTE_FORMAT, route, routeDraft } from './file/schema.ts'
import { readReceivers } from './receivers.ts'
import { idleSettings, importWarnings } from './warnings.ts'

/**
 * Reads an alertmanager.yml as it is, in steps; its YAML is read already, every scalar as text. The file replaces the sections that an import makes: the route tree, the
 * channels of the receivers, inhibit rules, time intervals and `resolve_timeout`. Policies and channels of Tocsin's
 * own stay. A setting that Alertmanager would heed and Tocsin cannot is a problem; every problem is named at once.
 */
export function* readAlertmanagerDocument(
  { document: given, templateFiles }: ImportedFile,
  current: Config,
  secrets: SecretBox,
): Steps<DocumentResult> {
  if (!isObject(given)) return { ok: false, problems: [{ path: '', message: 'no routes provided' }] }
  const document = textual(given) as Record<string, unknown>
  const { partial: file, problems } = readMapping(alertmanagerFile, document)
  const context = { document: {}, current, secrets }
  const filesMissing = templateFiles === undefined && !isEmpty(file.templates)
  const { next, written, idle } = yield* readSections(file, { ...context, filesMissing }, problems)
  if (templateFiles !== undefined) {
    const files = yield* readSection(templateFilesSection, templateFiles, context)
    problems.push(...under('template_files', files.problems))
    next.templateFiles = files.value
    written.set('templateFiles', { path: 'template_files', names: files.names ?? NO_NAMES, references: [] })
  }
  const all = [...problems, ...(yield* integrityProblems({ next, document: {} }, written))]
  if (all.length > 0) return { ok: false, problems: capProblems(all) }
  const warnings = importWarnings(document, { filesMissing })
  return { ok: true, next, warnings: capProblems([...idle, ...warnings]) }
}

type File = Partial<Record<keyof typeof alertmanagerFile.shape, unknown>>

/**
 * The account's own sections and the imported sections. Problems are added to `problems`. `idle`: settings that are taken, and that do
 * not do what the file says.
 */
function* readSections(
  file: File,
  context: ReadContext & { filesMissing: boolean },
  problems: Problem[],
): Steps<{ next: Sections; written: Map<string, WrittenSection>; idle: Problem[] }> {
  const { current, secrets, filesMissing } = context
  const take = <T>(path: string, result: SectionResult<T>): SectionResult<T> => {
    for (const problem of inside(path, result).problems) problems.push(problem)
    return result
  }
  const global = readMapping(globals, file.global ?? {})
  problems.push(...under('global', global.problems))
  const { resolve_timeout: timeout = null, http_config: http, ...defaults } = global.partial
  const shared = readHttpConfig(http)
  const { idle, heeded } = idleSettings(file, under('global.http_config', shared.problems))
  problems.push(...heeded)
  const known = { http: shared.settings, global: defaults, current: current.channels, secrets, filesMissing }
  const receivers = yield* readReceivers(file.receivers, known)
  yield STRETCH
  const route = take('route', readRoute(file.route))
  const inhibitRules = take('inhibit_rules', yield* readSection(inhibitRulesSection, file.inhibit_rules, context))
  const intervals = take('', yield* readIntervals(file, context))
  const resolveTimeout = take('global.resolve_timeout', yield* readSection(resolveTimeoutSection, timeout, context))
  for (const problem of receivers.problems) problems.push(problem)
  const own = current.channels.filter(({ receiver }) => receiver === undefined)
  const channels = [...own, ...receivers.channels]
  problems.push(...channelLimitProblems(channels))
  const next = { ...sectionsOf(current), channels, inhibitRules: inhibitRules.value, timeIntervals: intervals.value }
  next.receivers = receivers.receivers
  putSection(next, 'route', route.value && retarget(route.value, channels))
  putSection(next, 'resolveTimeoutMs', resolveTimeout.value)
  const written = new Map<string, WrittenSection>([
    ['receivers', { path: 'receivers', names: receivers.names, references: [] }],
    ['channels', { path: 'receivers', names: receivers.channelNames, references: receivers.references }],
    ['timeIntervals', { path: 'time_intervals', names: intervals.names ?? NO_NAMES, references: [] }],
    ['route', { path: 'route', names: NO_NAMES, references: routeReferences(file.route, ROUTE_FORMAT) }],
  ])
  return { next, written, idle: [...idle, ...receivers.warnings] }
}

function channelLimitProblems({ length }: readonly unknown[]): Problem[] {
  if (length <= LIMITS.channels) return []
  const message = `limit: webhooks and channels of your own are ${length} or more, at most ${LIMITS.channels} are allowed`
  return [{ path: 'receivers', message }]
}

function readRoute(given: unknown): SectionResult<Route | undefined> {
  if (given === undefined) return { value: undefined, problems: [{ path: '', message: 'no routes provided' }] }
  const read = route.safeParse(given)
  const problems = [...(read.success ? [] : zodProblems(read.error)), ...routeProblems(given, ROUTE_FORMAT)]
  return { value: read.success ? buildRoute(routeDraft(read.data)) : undefined, problems }
}

/** `mute_time_intervals` is the older name of the same section; names are unique over both. */
function* readIntervals(file: File, context: ReadContext): Steps<SectionResult<Sections['timeIntervals']>> {
  const read = (given: unknown) => readSection(timeIntervalsSection, given, context)
  const { mute_time_intervals: older = [], time_intervals: newer = [] } = file
  if (!Array.isArray(older)) return inside('mute_time_intervals', yield* read(older))
  if (!Array.isArray(newer)) return inside('time_intervals', yield* read(newer))
  const { problems, ...all } = yield* read([...older, ...newer])
  const located = problems.map(({ path, message }) => ({ path: intervalPath(path, older.length), message }))
  return { ...all, problems: located }
}

function inside<T>(path: string, result: SectionResult<T>): SectionResult<T> {
  return { ...result, problems: under(path, result.problems) }
}

/** A path in the joined list of intervals as a path in the file: the older section comes first. */
function intervalPath(path: string, olderLength: number): string {
  const [, index, rest = ''] = /^\[(\d+)\](.*)$/s.exec(path) ?? []
  if (index === undefined) return 'time_intervals'
  const place = Number(index)
  if (place < olderLength) return `mute_time_intervals${path}`
  return `time_intervals[${place - olderLength}]${rest}`
}
