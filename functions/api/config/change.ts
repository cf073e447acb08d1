import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { inSlices, pause, type Steps } from '../../../shared/base/steps.ts'
import type { Config } from '../../../shared/config/config.ts'
import { type Sections, sectionsOf } from '../../../shared/config/sections.ts'
import { withFields } from '../../../shared/document/changed-fields.ts'
import { planChanges } from '../../../shared/document/plan.ts'
import type { DocumentResult } from '../../../shared/document/tocsin-yml.ts'
import type { Problem } from '../../../shared/problem/problem.ts'
import type { ToldOtherwise } from '../../../shared/rehearsal/would-tell.ts'
import { readConfig, type StoredConfig, saveConfig } from '../../../shared/store/whole-config.ts'
import { retryLost } from '../../../shared/table/update.ts'
import { invalid } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { readFlag } from '../http/flag.ts'
import { MATCH_NOTE, staleRefusal } from '../http/match.ts'
import type { Answer, Ask, Refusal } from '../http/route.ts'
import { isRefusal, refuseWith } from '../http/route.ts'
import { problem } from '../http/schemas.ts'
import { endPausesOfRemoved } from './paused.ts'
import { emptyInboxes, neededByKeys, removedUsers } from './removed-users.ts'
import { ruleFormOf } from './rule-form.ts'
import { announceChange, wakeGroups } from './wakes.ts'
import { wouldTell, wouldTellSchema } from './would-tell.ts'

const changedField = z
  .object({
    path: z.string().describe('The path in the entry'),
    from: z.unknown().optional().describe('Absent: the entry had no such field'),
    to: z.unknown().optional().describe('Absent: the entry has no such field any more'),
    secret: z.literal(true).optional().describe('A secret, or personal data: neither value is shown'),
  })
  .meta({ id: 'ChangedField' })

const plannedChange = z
  .object({
    section: z.string(),
    id: z.string(),
    change: z.enum(['added', 'removed', 'changed']),
    fields: z.array(changedField).optional().describe('Of a changed entry of a list, at most 20'),
  })
  .meta({ id: 'PlannedChange' })

const plan = z.array(plannedChange)

const warnings = z
  .array(problem)
  .optional()
  .describe('Places that are accepted and not heeded, or that do not do what their author surely meant')

/** The answer of a dry run. */
export const planned = z.object({ plan, wouldTell: wouldTellSchema, warnings }).meta({ id: 'Plan' })

export const changed = z
  .object({
    revision: z.string().optional().describe('Absent after a dry run'),
    plan,
    wouldTell: wouldTellSchema,
    warnings,
  })
  .meta({ id: 'ChangedConfig' })

export const dryRunQuery = {
  dryRun: z.boolean().default(false).describe('Answer with the plan, change nothing'),
}

export const matchHeaders = { 'If-Match': z.string().describe(MATCH_NOTE) }

/**
 * A change that loses to a concurrent change is read and decided again. After a second loss the client has to look at the
 * configuration.
 */
const TRIES = 2

export type ChangeMade = { ok: true; next: Sections; warnings?: Problem[] } | { ok: false; refusal: Refusal }

/** `revision` is absent after a dry run, and of a change that was held. */
export type ChangeResult =
  | {
      ok: true
      next: Sections
      plan: ReturnType<typeof withFields>
      warnings?: Problem[]
      revision?: string
      wouldTell?: ToldOtherwise[]
    }
  | Refusal

/** Whether a change is held, by the incidents with changed targets: the answer is then the answer of a dry run. */
export type Hold = (told: readonly ToldOtherwise[]) => boolean

/** Reads the configuration, lets `make` change it, and saves the result unless a concurrent change came first. */
export async function applyChange(
  deps: ApiDeps,
  ask: Ask,
  make: (current: Config, stored: StoredConfig) => ChangeMade | Promise<ChangeMade>,
  { tries = TRIES, hold }: { tries?: number; hold?: Hold | undefined } = {},
): Promise<ChangeResult> {
  const changed = await retryLost(() => applyOnce(deps, ask, make, hold), { tries })
  if (changed !== 'lost') return changed
  return refuseWith(409, 'conflict', 'the configuration was changed by somebody else at the same moment: read it again')
}

/** Each stage of a large configuration takes milliseconds; others come first in between. */
async function applyOnce(
  deps: ApiDeps,
  ask: Ask,
  make: (current: Config, stored: StoredConfig) => ChangeMade | Promise<ChangeMade>,
  hold: Hold | undefined,
): Promise<ChangeResult | 'lost'> {
  const dry = readFlag(ask.query, 'dryRun')
  if (typeof dry !== 'boolean') return dry
  const stored = await readConfig(deps, ask.account)
  const { config, version } = stored
  await pause()
  const made = await make(config, stored)
  if (!made.ok) return made.refusal
  const { next, warnings } = made
  const current = sectionsOf(config)
  await pause()
  const changes = withFields(await inSlices(planChanges(current, next)), current, next)
  await pause()
  const removed = removedUsers(changes)
  const needed = await neededByKeys(deps, ask, removed)
  if (needed !== undefined) return needed
  const told = dry || hold !== undefined ? await wouldTell(deps, ask, config, next, changes) : undefined
  if (dry || hold?.(told ?? [])) return { ok: true, next, plan: changes, warnings, ...(told && { wouldTell: told }) }
  // Safe twice: a change made already has an empty plan and is not saved again, so no timer restarts.
  const same = changes.length === 0
  if (!same) await announceChange(deps, ask.account)
  const saved = same
    ? ({ ok: true, revision: config.revision } as const)
    : await saveConfig(deps, ask.account, next, {
        now: ask.now,
        expectVersion: version,
        parsedRules: ruleFormOf(next.rules),
      })
  if (saved.ok) {
    await wakeGroups(deps, ask.account)
    await endPausesOfRemoved(deps, ask, next)
    await emptyInboxes(deps, ask, removed)
    return { ok: true, next, plan: changes, warnings, revision: saved.revision }
  }
  return saved.reason === 'lost' ? 'lost' : invalid([{ path: '', message: saved.message }])
}

/** The plan of a change that was made, or of a dry run. */
export interface DocumentChanged {
  /** Absent after a dry run. */
  revision?: string
  plan: ReturnType<typeof withFields>
  /** Of a dry run. */
  wouldTell?: ToldOtherwise[]
  warnings: Problem[]
}

/** A change of the document. `match`: the tag of the document that the author of the change has read. */
export async function changeDocument(
  deps: ApiDeps,
  ask: Ask,
  make: (current: Config) => Steps<DocumentResult>,
  match = ask.request.headers.get('if-match'),
): Promise<DocumentChanged | Refusal> {
  const changed = await applyChange(deps, ask, async (current, { version }) => {
    const refusal = staleRefusal(match, documentTag(version))
    if (refusal !== undefined) return { ok: false, refusal }
    const made = await inSlices(make(current))
    return made.ok ? made : { ok: false, refusal: invalid(made.problems) }
  })
  if ('refused' in changed) return changed
  const { revision, plan, wouldTell: told, warnings = [] } = changed
  return { plan, ...(told && { wouldTell: told }), warnings, ...(revision === undefined ? {} : { revision }) }
}

/** What every answer to a change says; of a dry run of one entry all that the answer says. */
export function dryRunAnswer({
  plan,
  wouldTell: told,
  warnings = [],
}: Pick<DocumentChanged, 'plan' | 'wouldTell'> & { warnings?: Problem[] }) {
  return { plan, ...(told && { wouldTell: told }), ...(warnings.length === 0 ? {} : { warnings }) }
}

export function changeAnswer(done: DocumentChanged | Refusal): Answer {
  if (isRefusal(done)) return done
  return json(200, { revision: done.revision, ...dryRunAnswer(done) })
}

/** The tag of the whole document: a change of people or views makes no new revision. */
export function documentTag(version: StoredConfig['version']): string {
  return `"${version}"`
}
