import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { parseRfc3339 } from '../../../shared/base/rfc3339.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import type { Group, LogEntry } from '../../../shared/group/group.ts'
import { entryAbout, targetsOf } from '../../../shared/group/log-entry.ts'
import { loadGroup } from '../../../shared/group-store/heads.ts'
import type { IncidentRecord } from '../../../shared/group-store/incidents.ts'
import { readEntries } from '../../../shared/group-store/timeline.ts'
import { reasonKey } from '../../../shared/reason/reason.ts'
import { invalid } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { notFound } from '../http/route.ts'
import { time } from '../http/schemas.ts'
import { showTimelineEntry, timelineEntry } from './incident-view.ts'
import { belongsTo, findIncident } from './read-incident.ts'
import { pastStandings, presentStandings, type TargetStanding, targetStanding } from './target-standing.ts'

const explanation = z
  .object({
    incident: z.string(),
    at: time,
    targets: z
      .array(targetStanding)
      .describe('Every target of an open incident now; else the targets that the timeline names until then'),
    why: z.array(timelineEntry).describe('The last entry of the timeline about each target'),
  })
  .meta({ id: 'Explanation' })

/** Entries read for an answer, so many items at once. An incident of many months has more; the timeline shows the rest. */
const MOST_ENTRIES = 5000
const PAGE = 100

/** The reason why a target was told or not at a moment: the last timeline entry about the target until then. */
export function explainRoute(deps: ApiDeps): Route {
  return {
    method: 'GET',
    path: '/api/v1/incidents/{id}/explain',
    access: 'viewer',
    about: {
      summary: 'How each target stands, and why it was told or not; at a moment of the past: by the last decision',
      query: {
        at: time.describe('RFC 3339; now when absent'),
        target: z.string().describe('One target only'),
      },
      answers: {
        200: {
          text: 'Who was told, who was not and why, and who is next',
          schema: explanation,
        },
        404: { text: 'No entry has the id' },
      },
    },
    handle: (ask) => explain(deps, ask),
  }
}

async function explain(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const asked = ask.query.get('at')
  const at = asked === null ? undefined : parseRfc3339(asked)
  if (asked !== null && at === undefined) {
    return invalid([{ path: 'at', message: 'expected a time, such as 2026-11-21T12:00:00Z' }])
  }
  const history = await readIncidentHistory(deps, ask)
  if (history === undefined) return notFound('incident')
  const { incident } = history
  const only = ask.query.get('target')
  const { targets, words } = await explainAt(deps, ask, history, { at, only })
  const why = words.map(({ target, entry }) => showTimelineEntry(entryAbout(target, entry, { id: incident.group })))
  const answer: z.output<typeof explanation> = { incident: incident.id, at: toRfc3339(at ?? ask.now), targets, why }
  return json(200, answer)
}

/** An incident with its timeline, oldest entry first. */
export interface IncidentHistory {
  incident: IncidentRecord
  entries: LogEntry[]
}

export async function readIncidentHistory(
  deps: ApiDeps,
  { account, param }: Ask,
): Promise<IncidentHistory | undefined> {
  const incident = await findIncident(deps, account, param('id'))
  return incident && { incident, entries: await readAll(deps, incident) }
}

/** The standings of the targets at a moment, or now, and the last words of the timeline about the targets. */
export async function explainAt(
  deps: ApiDeps,
  { account, now }: Ask,
  { incident, entries: all }: IncidentHistory,
  { at, only }: { at: Millis | undefined; only: string | null },
): Promise<{ targets: TargetStanding[]; words: LastWord[] }> {
  const moment = at ?? now
  const entries = all.filter((entry) => entry.at <= moment)
  const group = at === undefined ? await openGroup(deps, incident) : undefined
  const targets =
    group === undefined
      ? pastStandings(entries, (incident.closedAt ?? Number.POSITIVE_INFINITY) <= moment)
      : await presentStandings(deps, await deps.configs.current(account), group, now)
  return {
    targets: targets.filter(({ target }) => only === null || target === only),
    words: lastWords(entries, only),
  }
}

/** The group in which the incident is open; undefined: the incident is over. */
async function openGroup(deps: ApiDeps, { account, group, id }: IncidentRecord): Promise<Group | undefined> {
  const loaded = await loadGroup(deps.table, account, group)
  return loaded?.group.incident?.id === id ? loaded.group : undefined
}

async function readAll(deps: ApiDeps, incident: IncidentRecord): Promise<LogEntry[]> {
  const { account, group } = incident
  const entries: LogEntry[] = []
  let after: string | undefined
  do {
    const page = await readEntries(deps.table, account, group, {
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    })
    entries.push(...page.entries.filter((entry) => belongsTo(entry, incident)))
    after = page.next
  } while (after !== undefined && entries.length < MOST_ENTRIES)
  return entries
}

export interface LastWord {
  /** Absent: the entry is about the whole group. */
  target?: string
  entry: LogEntry
}

/**
 * The last entry about every target, or about one target only; of entries about no target in particular, the last entry
 * for every reason.
 */
function lastWords(entries: readonly LogEntry[], only: string | null): LastWord[] {
  const last = new Map<string, LastWord>()
  const say = (key: string, word: LastWord): void => {
    last.delete(key)
    last.set(key, word)
  }
  for (const entry of entries) {
    const targets = targetsOf(entry)
    for (const target of targets) if (only === null || target === only) say(target, { target, entry })
    const aboutGroup = targets.length === 0 && (entry.kind === 'not-told' || entry.by !== undefined)
    if (aboutGroup && only === null) say(`\n${reasonKey(entry.reason)}`, { entry })
  }
  return [...last.values()]
}
