import type * as z from 'zod'
import { json } from '../../../../shared/base/answers.ts'
import { inSlices } from '../../../../shared/base/steps.ts'
import type { Millis } from '../../../../shared/base/time.ts'
import { prepareDocument } from '../../../../shared/document/prepare.ts'
import { readTocsinYml } from '../../../../shared/document/tocsin-yml.ts'
import type { Group } from '../../../../shared/group/group.ts'
import { loadGroup } from '../../../../shared/group-store/heads.ts'
import { under, zodProblems } from '../../../../shared/problem/problem.ts'
import { rehearse } from '../../../../shared/rehearsal/rehearse.ts'
import { type CompiledConfig, compileWhole } from '../../../../shared/routing/compile.ts'
import { readSilences } from '../../../../shared/store/silences.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { invalid, readJson } from '../../http/body.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Ask, Refusal, Route } from '../../http/route.ts'
import { notFound } from '../../http/route.ts'
import { findIncident } from '../../incidents/read-incident.ts'
import { happeningsOf, type Simulation, simulation } from './body.ts'
import { showSimulated, simulated } from './simulated.ts'

/** A rehearsal of a configuration. Nothing is stored or sent. */
export function simulateRoute(deps: ApiDeps): Route {
  return {
    method: 'POST',
    path: '/api/v1/policies:simulate',
    access: 'editor',
    about: {
      summary: 'Who would be told what, when and why, and who not: by alerts, or as an open incident goes on',
      body: { types: ['application/json'], schema: simulation, note: 'What happens, and under which configuration' },
      answers: {
        200: { text: 'What would be told; nothing is', schema: simulated },
        404: { text: 'No open incident has the id' },
        422: { text: 'The body, or the configuration in it, is wrong; every problem with its path' },
      },
    },
    handle: async (ask) => {
      const body = await readJson(ask.request)
      if (!body.ok) return body.refusal
      const played = await simulate(deps, ask, body.value)
      return 'refused' in played ? played : json(200, played)
    },
  }
}

/** Plays what a client describes, as `simulation` has it. */
export async function simulate(
  deps: ApiDeps,
  ask: Ask,
  described: unknown,
): Promise<z.output<typeof simulated> | Refusal> {
  const read = simulation.safeParse(described)
  if (!read.success) return invalid(zodProblems(read.error))
  const given = read.data
  const group = given.incident === undefined ? undefined : await openGroup(deps, ask.account, given.incident)
  if (given.incident !== undefined && group === undefined) return notFound('open incident')
  const from = given.at ?? ask.now
  const config = await configOf(deps, ask, given, from)
  if ('refused' in config) return config
  const rehearsed = await inSlices(
    rehearse({
      account: ask.account,
      config,
      silences: await readSilences(deps.table, ask.account),
      groups: group === undefined ? [] : [group],
      happenings: happeningsOf(given, ask.account, from),
      from,
      until: from + given.for,
    }),
  )
  return showSimulated(rehearsed, { from, until: from + given.for })
}

async function openGroup(deps: ApiDeps, account: string, incident: string): Promise<Group | undefined> {
  const found = await findIncident(deps, account, incident)
  const loaded = found && (await loadGroup(deps.table, account, found.group))
  return loaded?.group.incident?.id === incident ? loaded.group : undefined
}

/** The configuration of the account, with the given sections in the place of its own. */
async function configOf(
  deps: ApiDeps,
  ask: Ask,
  { config: document }: Simulation,
  since: Millis,
): Promise<CompiledConfig | Refusal> {
  if (document === undefined) return await deps.configs.current(ask.account)
  const sizes = await inSlices(prepareDocument(document))
  if (sizes.length > 0) return invalid(under('config', sizes))
  const { config } = await readConfig(deps, ask.account)
  const made = await inSlices(readTocsinYml(document, config, deps.secrets))
  if (!made.ok) return invalid(under('config', made.problems))
  // As after a change of the configuration: the timers of a group restart.
  return compileWhole({ ...made.next, revision: String(Number(config.revision) + 1), since })
}
