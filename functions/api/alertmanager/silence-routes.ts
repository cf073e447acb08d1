import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { parseJsonInSlices } from '../../../shared/base/json.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import { expireSilence, putSilence } from '../../../shared/silence/put.ts'
import { hasMatchers, type Silence, silenceState, sortSilences } from '../../../shared/silence/silence.ts'
import { readSilences, updateSilences } from '../../../shared/store/silences.ts'
import { mediaType, readBytes } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { filterParameter, readFilter } from '../http/filter.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'
import { labels, time } from '../http/schemas.ts'
import { isUuid, uuid } from '../http/uuid.ts'
import { lookAgain } from '../silences/look-again.ts'
import { readPostedSilence, unreadable } from './posted-silence.ts'
import { alertmanagerRoute, badRequest, flag, flagParameter, schemaViolation } from './route.ts'

/* Silences as Alertmanager 0.34 serves them (facts from prometheus/alertmanager, Apache-2.0). */

const silenceMatcher = z
  .object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean().optional() })
  .meta({ id: 'SilenceMatcher' })

const postableSilence = z
  .object({
    id: z.string().optional(),
    matchers: z.array(silenceMatcher).min(1),
    startsAt: time,
    endsAt: time,
    createdBy: z.string(),
    comment: z.string(),
    annotations: labels.optional(),
  })
  .meta({ id: 'PostableSilence' })

const gettableSilence = postableSilence
  .extend({
    id: z.string(),
    updatedAt: time,
    status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
  })
  .meta({ id: 'GettableSilence' })

const silenceId = z.object({ silenceID: z.string() }).meta({ id: 'SilenceId' })

export function alertmanagerSilenceRoutes(deps: ApiDeps): Route[] {
  const one = { text: 'The silence', schema: gettableSilence }
  const gone = { text: 'No silence has the id', empty: true } as const
  const query = {
    filter: filterParameter('A matcher of the silence; repeated: the silence has every matcher'),
    active: flagParameter('Show active silences'),
    pending: flagParameter('Show pending silences'),
    expired: flagParameter('Show expired silences'),
  }
  return [
    ...alertmanagerRoute(
      'GET',
      '/silences',
      'viewer',
      { summary: 'Silences', query, answers: { 200: { text: 'Silences', schema: z.array(gettableSilence) } } },
      (ask) => listSilences(deps, ask),
    ),
    ...alertmanagerRoute(
      'POST',
      '/silences',
      'responder',
      {
        summary: 'Create a silence, or change the silence with the id',
        body: { schema: postableSilence },
        answers: { 200: { text: 'Its id', schema: silenceId }, 404: { text: gone.text } },
      },
      (ask) => postSilence(deps, ask),
    ),
    ...alertmanagerRoute(
      'GET',
      '/silence/{id}',
      'viewer',
      { summary: 'One silence', answers: { 200: one, 404: gone } },
      (ask) => getSilence(deps, ask),
    ),
    ...alertmanagerRoute(
      'DELETE',
      '/silence/{id}',
      'responder',
      { summary: 'Expire a silence', answers: { 200: { text: 'Expired' }, 404: gone } },
      (ask) => expire(deps, ask),
    ),
  ]
}

async function listSilences(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const filter = readFilter(ask.query)
  if (!filter.ok) return badRequest(filter.error)
  const silences = await readSilences(deps.table, ask.account)
  const wanted = silences.filter(
    (silence) => flag(ask.query, silenceState(silence, ask.now)) && hasMatchers(silence, filter.matchers),
  )
  return json(
    200,
    sortSilences(wanted, ask.now).map((silence) => showSilence(silence, ask.now)),
  )
}

async function postSilence(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const type = mediaType(ask.request)
  // Alertmanager looks at the type of a body only.
  if (type !== 'application/json' && (type !== '' || ask.request.body !== null)) {
    const given = JSON.stringify((type || 'application/octet-stream').slice(0, 100))
    return refuseWith(
      415,
      'unsupported_media_type',
      `unsupported media type ${given}, only [application/json] are allowed`,
    )
  }
  const body = await readBytes(ask.request)
  if (!body.ok) return body.refusal
  if (body.value.length === 0) return schemaViolation(602, 'silence in body is required')
  const parsed = await parseJsonInSlices(body.value)
  if (!parsed.ok) return unreadable(parsed.message)
  const read = readPostedSilence(parsed.value)
  if (!read.ok) return read.answer
  // The id is made once: a change that is decided again, after a lost race or a lost answer, makes no second silence.
  const newId = uuid(deps.randomBytes)
  // Every client of Alertmanager has to name a creator. The deeds of a user's key are the user's.
  const silence = { ...read.silence, createdBy: ask.user ?? read.silence.createdBy }
  const put = await updateSilences(deps.table, ask.account, (silences) => putSilence(silences, silence, ask.now, newId))
  if (put === 'lost') return busy()
  if (!put.ok) return badRequest(put.error, put.status)
  await lookAgain(deps, ask, read.silence.matchers, read.silence.startsAt)
  return json(200, { silenceID: put.id })
}

async function getSilence(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const id = ask.param('id')
  if (!isUuid(id)) return notUuid(id)
  const silences = await readSilences(deps.table, ask.account)
  const silence = silences.find((known) => known.id === id.toLowerCase())
  return silence === undefined ? new Response(null, { status: 404 }) : json(200, showSilence(silence, ask.now))
}

async function expire(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const id = ask.param('id')
  if (!isUuid(id)) return notUuid(id)
  const put = await updateSilences(deps.table, ask.account, (silences) =>
    expireSilence(silences, id.toLowerCase(), ask.now),
  )
  if (put === 'lost') return busy()
  if (!put.ok) return new Response(null, { status: 404 })
  const { matchers = [] } = put.silences.find((silence) => silence.id === put.id) ?? {}
  await lookAgain(deps, ask, matchers)
  return new Response(null, { status: 200 })
}

function busy(): Answer {
  return refuseWith(503, 'unavailable', 'many silences change at once; try again', { headers: { 'retry-after': '1' } })
}

function notUuid(id: string): Response {
  return schemaViolation(601, `silenceID in path must be of type uuid: ${JSON.stringify(id.slice(0, 100))}`)
}

function showSilence(silence: Silence, now: Millis): z.output<typeof gettableSilence> {
  const { id, matchers, startsAt, endsAt, updatedAt, createdBy, comment, annotations } = silence
  return {
    id,
    status: { state: silenceState(silence, now) },
    updatedAt: toRfc3339(updatedAt),
    annotations,
    comment,
    createdBy,
    endsAt: toRfc3339(endsAt),
    matchers: matchers.map(({ name, op, value }) => ({
      isEqual: op === '=' || op === '=~',
      isRegex: op === '=~' || op === '!~',
      name,
      value,
    })),
    startsAt: toRfc3339(startsAt),
  }
}
