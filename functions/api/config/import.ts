import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import { inSlices, type Steps } from '../../../shared/base/steps.ts'
import type { Config } from '../../../shared/config/config.ts'
import { prepareDocument } from '../../../shared/document/prepare.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import type { Import, LineRemark } from '../../../shared/people/import.ts'
import { importGroups } from '../../../shared/people/import-groups.ts'
import { importUsers } from '../../../shared/people/import-users.ts'
import { capProblems } from '../../../shared/problem/problem.ts'
import type { ToldOtherwise } from '../../../shared/rehearsal/would-tell.ts'
import { invalid, readBytes } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { readFlag } from '../http/flag.ts'
import type { Ask, Refusal, Route } from '../http/route.ts'
import { applyChange, type ChangeMade, dryRunQuery } from './change.ts'

type Section = 'users' | 'userGroups'

/** Entries as a table in CSV: read line by line, and taken whole or, with `partial`, as far as the lines are right. */
export function importRoutes(deps: ApiDeps): Route[] {
  return [
    importRoute(deps, '/api/v1/users/import', 'users'),
    importRoute(deps, '/api/v1/user-groups/import', 'userGroups'),
  ]
}

const remarks = z.array(z.object({ line: z.int(), field: z.string(), message: z.string() }))
const importReport = z
  .object({
    revision: z.string().optional().describe('Absent after a dry run'),
    accepted: z.array(
      z.object({
        line: z.int(),
        id: z.string(),
        change: z.enum(['added', 'changed', 'unchanged']),
        fields: z.array(z.string()).optional().describe('Of a changed entry: the names of the fields that change'),
      }),
    ),
    refused: remarks.describe('Lines that are not taken, at most 1,000 remarks'),
    warnings: remarks.describe('Lines that are taken, at most 1,000 remarks'),
  })
  .meta({ id: 'ImportReport' })

export type ImportReport = z.output<typeof importReport>

/** Remarks of one list that an answer has. */
const SHOWN_REMARKS = 1_000

/** The decision is made anew after every change in between, so it may be tried as often as that of one entry. */
const TRIES = 5

type Reader = (bytes: Uint8Array, current: Config) => Steps<Import<unknown>>

const READERS: Record<Section, Reader> = {
  users: (bytes, { users }) => importUsers(bytes, users),
  userGroups: (bytes, { users, userGroups }) => importGroups(bytes, userGroups, users),
}

function importRoute(deps: ApiDeps, path: string, section: Section): Route {
  return {
    method: 'POST',
    path,
    access: 'editor',
    about: {
      summary: `Add and change ${section} by a table in CSV; entries without a line stay`,
      query: {
        ...dryRunQuery,
        partial: z.boolean().default(false).describe('Take the lines that are right although others are refused'),
      },
      body: { types: ['text/csv'], note: 'UTF-8. The first line names the columns' },
      answers: {
        200: { text: 'What was taken, line by line; with `dryRun` what would be', schema: importReport },
        409: { text: 'Another change of the configuration came at the same moment' },
        422: { text: 'Nothing was changed; every problem with its line' },
      },
    },
    handle: async (ask) => {
      const partial = readFlag(ask.query, 'partial')
      if (typeof partial !== 'boolean') return partial
      const body = await readBytes(ask.request, LIMITS.documentBytes)
      if (!body.ok) return body.refusal
      const taken = await importTable(deps, ask, section, { bytes: body.value, partial })
      return 'refused' in taken ? taken : json(200, taken.report)
    },
  }
}

/** Takes a table. With `dryRun` in the query nothing is changed, and the report says what would be. */
export async function importTable(
  deps: ApiDeps,
  ask: Ask,
  section: Section,
  { bytes, partial }: { bytes: Uint8Array; partial: boolean },
): Promise<{ report: ImportReport; wouldTell?: ToldOtherwise[] } | Refusal> {
  const dryRun = readFlag(ask.query, 'dryRun')
  if (typeof dryRun !== 'boolean') return dryRun
  const read = READERS[section]
  let last: Import<unknown> | undefined
  const changed = await applyChange(
    deps,
    ask,
    async (current): Promise<ChangeMade> => {
      const table = await inSlices(read(bytes, current))
      last = table
      const { refused, next } = table
      if (refused.length > 0 && !partial && !dryRun) return { ok: false, refusal: invalid(problemsOf(refused)) }
      // The document decides: the same limits and references hold as for every other change.
      await inSlices(prepareDocument({ [section]: next }))
      const made = await inSlices(readTocsinYml({ [section]: next }, current, deps.secrets))
      return made.ok ? made : { ok: false, refusal: invalid(made.problems) }
    },
    { tries: TRIES },
  )
  if ('refused' in changed || last === undefined) return changed as Refusal
  const { accepted, refused, warnings } = last
  const report = {
    ...(changed.revision === undefined ? {} : { revision: changed.revision }),
    accepted,
    refused: refused.slice(0, SHOWN_REMARKS),
    warnings: warnings.slice(0, SHOWN_REMARKS),
  }
  return { report, ...(changed.wouldTell && { wouldTell: changed.wouldTell }) }
}

function problemsOf(list: readonly LineRemark[]): { path: string; message: string }[] {
  return capProblems(
    list.map(({ line, field, message }) => ({
      path: field === '' ? `line ${line}` : `line ${line}, ${field}`,
      message,
    })),
  )
}
