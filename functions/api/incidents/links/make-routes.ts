import * as z from 'zod'
import { LINK_RIGHTS, type LinkRight, LONGEST_LINK_MS, linkUrl, signLink } from '../../../../shared/account/link.ts'
import { json } from '../../../../shared/base/answers.ts'
import { MINUTE, type Millis, toRfc3339 } from '../../../../shared/base/time.ts'
import { duration } from '../../../../shared/document/reading/fields.ts'
import { zodProblems } from '../../../../shared/problem/problem.ts'
import { revokeLinks } from '../../../../shared/store/revoked-links.ts'
import { invalid, readOptionalJson } from '../../http/body.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Answer, Ask, Refusal, Route } from '../../http/route.ts'
import { notFound } from '../../http/route.ts'
import { time } from '../../http/schemas.ts'
import { findIncident } from '../read-incident.ts'

const wanted = z
  .strictObject({
    rights: z
      .array(z.enum(LINK_RIGHTS))
      .max(LINK_RIGHTS.length)
      .default([])
      .describe('The actions that the link allows; to see the incident alone when absent'),
    expiresIn: duration
      .refine((ms) => ms >= MINUTE, 'is shorter than 1m')
      .refine((ms) => ms <= LONGEST_LINK_MS, 'is longer than 7d')
      .default(LONGEST_LINK_MS)
      .describe('`7d` at most and when absent'),
  })
  .meta({ id: 'LinkSettings' })

const made = z.object({ url: z.string(), rights: z.array(z.enum(LINK_RIGHTS)), endsAt: time }).meta({ id: 'Link' })

/**
 * Routes that make and end links to one incident, for people without a key. The routes behind a link are in
 * `follow-routes.ts`.
 */
export function makeLinkRoutes(deps: ApiDeps): Route[] {
  const one = '/api/v1/incidents/{id}'
  const unknown = { 404: { text: 'No entry has the id' } }
  return [
    {
      method: 'POST',
      path: `${one}/links`,
      access: 'responder',
      about: {
        summary: 'Make a link to this incident for people without a key; `rights` are the actions that the link allows',
        body: { optional: true, schema: wanted },
        answers: { 201: { text: 'The link; it cannot be shown again', schema: made }, ...unknown },
      },
      handle: (ask) => makeLink(deps, ask),
    },
    {
      method: 'DELETE',
      path: `${one}/links`,
      access: 'responder',
      about: {
        summary: 'End the links to this incident that were made until now',
        answers: { 204: { text: 'Ended' }, ...unknown },
      },
      handle: (ask) => endLinks(deps, ask),
    },
    {
      method: 'DELETE',
      path: '/api/v1/links',
      access: 'editor',
      about: { summary: 'End the links of the account that were made until now', answers: { 204: { text: 'Ended' } } },
      handle: (ask) => endAllLinks(deps, ask),
    },
  ]
}

async function makeLink(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readOptionalJson(ask.request)
  if (!body.ok) return body.refusal
  const read = wanted.safeParse(body.value)
  if (!read.success) return invalid(zodProblems(read.error))
  const incident = await findIncident(deps, ask.account, ask.param('id'))
  if (incident === undefined) return notFound('incident')
  const rights = LINK_RIGHTS.filter((right) => read.data.rights.includes(right))
  const { url, endsAt } = makeIncidentLink(deps, ask, incident.id, rights, read.data.expiresIn)
  return json(201, { url, rights, endsAt: toRfc3339(endsAt) })
}

/** A link to an incident that there is. */
export function makeIncidentLink(
  { secrets, publicUrl }: Pick<ApiDeps, 'secrets' | 'publicUrl'>,
  { account, now }: Pick<Ask, 'account' | 'now'>,
  incident: string,
  rights: LinkRight[],
  expiresInMs: Millis,
): { url: string; endsAt: Millis } {
  const endsAt = now + expiresInMs
  return { url: linkUrl(publicUrl, signLink(secrets, { account, incident, rights, madeAt: now, endsAt })), endsAt }
}

async function endLinks(deps: ApiDeps, ask: Ask): Promise<Answer> {
  return (await endIncidentLinks(deps, ask, ask.param('id'))) ?? new Response(null, { status: 204 })
}

/** Ends the links to an incident that were made until now; the refusal, if there is no such incident. */
export async function endIncidentLinks(
  deps: ApiDeps,
  { account, now }: Pick<Ask, 'account' | 'now'>,
  id: string,
): Promise<Refusal | undefined> {
  const incident = await findIncident(deps, account, id)
  if (incident === undefined) return notFound('incident')
  await revokeLinks(deps.table, { account, incident: incident.id }, { now, longestMs: LONGEST_LINK_MS })
  return undefined
}

async function endAllLinks(deps: ApiDeps, ask: Ask): Promise<Answer> {
  await revokeLinks(deps.table, { account: ask.account }, { now: ask.now, longestMs: LONGEST_LINK_MS })
  return new Response(null, { status: 204 })
}
