import * as z from 'zod'
import type { Alert, Fingerprint } from '../../../shared/alert/alert.ts'
import { json } from '../../../shared/base/answers.ts'
import { inSlices } from '../../../shared/base/steps.ts'
import { isObject } from '../../../shared/base/value.ts'
import type { Policy } from '../../../shared/config/config.ts'
import { policiesSection } from '../../../shared/document/sections/policies.ts'
import { over } from '../../../shared/group/closed-by-hand.ts'
import { createPartReader, walkAlerts } from '../../../shared/group-store/members.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { type Deciding, type Matches, matchesOf } from '../../../shared/rehearsal/matches.ts'
import { invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask, Route } from '../http/route.ts'

/** Limits of one look at the alerts of an account. */
const MOST_ALERTS = 2_000
const LOOKING_MS = 200

/** What a policy would take of the alerts that fire now. */
export interface PolicyMatches extends Matches {
  /** Alerts that fire, as far as they were looked at. */
  firing: number
  partial: boolean
}

const step = z
  .object({
    step: z.string().describe('The place in the policy: `flow[0]`, `escalation[1].flow[0]`'),
    incidents: z.int().describe('Incidents for which the step holds'),
  })
  .meta({ id: 'StepMatches' })

const answer = z
  .object({
    firing: z.int().describe(`Alerts that fire; at most ${MOST_ALERTS} are looked at`),
    alerts: z.int().describe('Alerts that the policy takes'),
    incidents: z.int().describe('Incidents that these alerts would be'),
    steps: z.array(step).describe('The steps of the flow and of its stages, in the order of the policy'),
    partial: z.boolean().describe('There are more alerts than were looked at'),
  })
  .meta({ id: 'PolicyMatches' })

/** Counts what a policy would take, whether it is stored or not. Nothing is stored or sent. */
export function policyMatchesRoute(deps: ApiDeps): Route {
  return {
    method: 'POST',
    path: '/api/v1/policies:matches',
    access: 'viewer',
    about: {
      summary: 'How many of the alerts that fire a policy would take, and for how many incidents each step holds',
      body: { types: ['application/json'], schema: policiesSection.entry, note: 'The policy; `id` may be left out' },
      answers: {
        200: { text: 'The numbers', schema: answer },
        422: { text: 'The policy is wrong; every problem with its path' },
      },
    },
    handle: async (ask) => {
      const body = await readJson(ask.request, { exact: true })
      if (!body.ok) return body.refusal
      const given = isObject(body.value) ? { id: 'policy', ...body.value } : body.value
      const read = policiesSection.entry.safeParse(given)
      if (!read.success) return invalid(zodProblems(read.error))
      return json(200, await policyMatches(deps, ask, read.data as Policy))
    },
  }
}

export async function policyMatches(deps: ApiDeps, ask: Ask, policy: Deciding): Promise<PolicyMatches> {
  const { alerts, partial } = await firingAlerts(deps, ask)
  const { alerts: taken, ...matches } = await inSlices(matchesOf(alerts, policy))
  return { firing: alerts.length, alerts: taken, ...matches, partial }
}

/** An alert in two groups is one alert. */
async function firingAlerts(
  { table, clock }: ApiDeps,
  { account, now }: Ask,
): Promise<{ alerts: Alert[]; partial: boolean }> {
  const found = new Map<Fingerprint, Alert>()
  const began = clock.elapsed()
  for await (const { members } of walkAlerts(table, account, createPartReader(table, account), { limit: 500 })) {
    for (const [fingerprint, member] of members) if (!over(member, now)) found.set(fingerprint, member.alert)
    if (found.size >= MOST_ALERTS || clock.elapsed() - began > LOOKING_MS) {
      return { alerts: [...found.values()].slice(0, MOST_ALERTS), partial: true }
    }
  }
  return { alerts: [...found.values()], partial: false }
}
