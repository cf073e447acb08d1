import { createHash } from 'node:crypto'
import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { parseRfc3339 } from '../../../shared/base/rfc3339.ts'
import type { Millis } from '../../../shared/base/time.ts'
import { duration } from '../../../shared/document/reading/fields.ts'
import { match } from '../../../shared/document/reading/matchers.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { type Problem, zodProblems } from '../../../shared/problem/problem.ts'
import { expireSilence, type PutSilence, putSilence } from '../../../shared/silence/put.ts'
import {
  hasMatchers,
  type Silence,
  type SilenceState,
  silenceState,
  sortSilences,
} from '../../../shared/silence/silence.ts'
import { readSilences, updateSilences } from '../../../shared/store/silences.ts'
import { actorOf, actorRefusal } from '../http/actor.ts'
import { invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { filterParameter, readFilter } from '../http/filter.ts'
import { pageOfArray } from '../http/paging.ts'
import type { Answer, Ask, Refusal, Route } from '../http/route.ts'
import { notFound, refuseWith } from '../http/route.ts'
import { listOf, pagingQuery, time } from '../http/schemas.ts'
import { uuid } from '../http/uuid.ts'
import { onceHeaders, personField, textField } from '../incidents/action-routes.ts'
import { lookAgain } from './look-again.ts'
import { matchedAlerts } from './matched-alerts.ts'
import { previewRoute } from './preview.ts'
import { SILENCE_STATES, showSilence, silenceItem } from './silence-view.ts'

const LIST = 'silences'
const LONGEST_TEXT = 200

const ends = {
  endsAt: time.optional(),
  duration: duration
    .refine((ms) => ms > 0, 'must be longer than 0s')
    .optional()
    .describe('In the place of `endsAt`'),
}

const newSilence = z
  .strictObject({
    matchers: match.min(1, 'at least one matcher'),
    startsAt: time.optional().describe('Now when absent'),
    ...ends,
    by: personField.optional().describe('The person; the user of the key, or the name of the key, when absent'),
    comment: textField,
  })
  .meta({ id: 'NewSilence' })

const silenceChange = newSilence.partial().meta({ id: 'SilenceChange' })

export type NewSilence = z.output<typeof newSilence>
export type SilenceChange = z.output<typeof silenceChange>

export function silenceRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/silences'
  const unknown = { 404: { text: 'No entry has the id' } }
  const refused = { 422: { text: 'Nothing was done; every problem with its path' } }
  return [
    {
      method: 'GET',
      path,
      access: 'viewer',
      about: {
        summary: 'Silences: active ones by their end, then pending, then those that expired within five days',
        query: {
          filter: filterParameter('A matcher of the silence; repeated: the silence has every matcher'),
          state: z.enum(SILENCE_STATES),
          q: z.string().max(LONGEST_TEXT).describe('A part of the comment, of the person, or of a matcher'),
          by: z.string().describe('The person'),
          ...pagingQuery,
        },
        answers: { 200: { text: 'Silences', schema: silenceList } },
      },
      handle: (ask) => answerList(deps, ask),
    },
    previewRoute(deps),
    {
      method: 'POST',
      path,
      access: 'responder',
      about: {
        summary: 'Hold alerts back, from now or `startsAt` on',
        headers: onceHeaders,
        body: { schema: newSilence },
        answers: { 201: { text: 'The silence', schema: silenceItem }, ...refused },
      },
      handle: (ask) => answerCreate(deps, ask),
    },
    {
      method: 'GET',
      path: `${path}/{id}`,
      access: 'viewer',
      about: { summary: 'One silence', answers: { 200: { text: 'The silence', schema: silenceItem }, ...unknown } },
      handle: (ask) => answerOne(deps, ask),
    },
    {
      method: 'PUT',
      path: `${path}/{id}`,
      access: 'responder',
      about: {
        summary:
          'Change a silence, such as its end. Other matchers, or another start of an active silence: the silence expires and another one begins',
        body: { schema: silenceChange },
        answers: { 200: { text: 'The silence; its id may be new', schema: silenceItem }, ...unknown, ...refused },
      },
      handle: (ask) => answerChange(deps, ask),
    },
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      access: 'responder',
      about: { summary: 'Expire a silence', answers: { 204: { text: 'Expired' }, ...unknown } },
      handle: (ask) => answerExpire(deps, ask),
    },
  ]
}

const silenceList = listOf(silenceItem)
  .extend({
    counts: z.object({ active: z.int(), pending: z.int(), expired: z.int() }).describe('Of all silences'),
    partial: z.boolean().describe('`mutes` counts only some of the alerts: the account has more than were looked at'),
  })
  .meta({ id: 'SilenceList' })

/** Silences in the order of the list, with the numbers of the whole account. */
export interface FoundSilences extends Pick<SilenceList, 'counts'> {
  silences: Silence[]
}

/** Silences, and for each active silence the number of muted alerts. */
export interface SilenceList {
  items: { silence: Silence; mutes?: number }[]
  counts: Record<SilenceState, number>
  partial: boolean
}

/** The silences that a query asks for, by a single read. `withMuted` counts the muted alerts. */
export async function findSilences(
  deps: Pick<ApiDeps, 'table'>,
  { account, now }: { account: string; now: Millis },
  query: URLSearchParams,
): Promise<FoundSilences | Refusal> {
  const filter = readFilter(query)
  if (!filter.ok) return refuseWith(400, 'invalid', `filter: ${filter.error}`)
  const state = query.get('state') || undefined
  if (state !== undefined && !SILENCE_STATES.some((known) => known === state)) {
    return refuseWith(400, 'invalid', `state: one of ${SILENCE_STATES.join(', ')}`)
  }
  const text = query.get('q')?.trim().toLowerCase().slice(0, LONGEST_TEXT) ?? ''
  const by = query.get('by') || undefined
  const all = await readSilences(deps.table, account)
  const wanted = all.filter(
    (silence) =>
      (state === undefined || silenceState(silence, now) === state) &&
      (by === undefined || silence.createdBy === by) &&
      hasMatchers(silence, filter.matchers) &&
      (text === '' || saidBy(silence).includes(text)),
  )
  const states = Map.groupBy(all, (silence) => silenceState(silence, now))
  const count = (of: SilenceState): number => states.get(of)?.length ?? 0
  return {
    silences: sortSilences(wanted, now),
    counts: { active: count('active'), pending: count('pending'), expired: count('expired') },
  }
}

export async function withMuted(
  deps: Pick<ApiDeps, 'table' | 'clock'>,
  ask: { account: string; now: Millis },
  { silences, counts }: FoundSilences,
): Promise<SilenceList> {
  const { mutes, partial } = await countMuted(deps, ask, silences)
  const items = silences.map((silence) => ({
    silence,
    ...(mutes.has(silence.id) && { mutes: mutes.get(silence.id)! }),
  }))
  return { items, counts, partial }
}

function saidBy({ comment, createdBy, matchers }: Silence): string {
  return [comment, createdBy, ...matchers.map(({ name, op, value }) => `${name}${op}"${value}"`)]
    .join('\n')
    .toLowerCase()
}

export async function countMuted(
  deps: Pick<ApiDeps, 'table' | 'clock'>,
  ask: { account: string; now: Millis },
  silences: readonly Silence[],
): Promise<{ mutes: Map<string, number>; partial: boolean }> {
  const active = silences.filter((silence) => silenceState(silence, ask.now) === 'active')
  if (active.length === 0) return { mutes: new Map(), partial: false }
  const matched = await matchedAlerts(
    deps,
    ask,
    active.map(({ matchers }) => matchers),
  )
  const numbers = matched.map(({ groups }) =>
    groups.reduce((sum, { firing }) => sum + Object.values(firing).reduce((a, b) => a + b, 0), 0),
  )
  return {
    mutes: new Map(active.map(({ id }, index) => [id, numbers[index]!])),
    partial: matched.some(({ partial }) => partial),
  }
}

async function answerList(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const found = await findSilences(deps, ask, ask.query)
  if ('refused' in found) return found
  const list = await withMuted(deps, ask, found)
  const page = pageOfArray(
    list.items,
    ({ silence, mutes }) => showSilence(silence, ask.now, mutes),
    ask,
    LIST,
    deps.secrets,
  )
  if ('refused' in page) return page
  const answer: z.output<typeof silenceList> = { ...page, counts: list.counts, partial: list.partial }
  return json(200, answer)
}

export async function findSilence(
  deps: Pick<ApiDeps, 'table'>,
  account: string,
  id: string,
): Promise<Silence | undefined> {
  const silences = await readSilences(deps.table, account)
  return silences.find((silence) => silence.id === id.toLowerCase())
}

async function answerOne(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const silence = await findSilence(deps, ask.account, ask.param('id'))
  if (silence === undefined) return notFound('silence')
  const { mutes } = await countMuted(deps, ask, [silence])
  return json(200, showSilence(silence, ask.now, mutes.get(silence.id)))
}

async function answerCreate(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request)
  if (!body.ok) return body.refusal
  const read = newSilence.safeParse(body.value)
  if (!read.success) return invalid(zodProblems(read.error))
  const wrong = actorRefusal(ask, read.data.by)
  if (wrong !== undefined) return wrong
  const created = await createSilence(deps, ask, read.data, ask.request.headers.get('idempotency-key'))
  return 'refused' in created ? created : json(201, showSilence(created, ask.now))
}

/** A new silence of a form, or what is wrong with it. */
export function readNewSilence(given: unknown): { value: NewSilence } | { problems: Problem[] } {
  const read = newSilence.safeParse(given)
  return read.success ? { value: read.data } : { problems: zodProblems(read.error) }
}

/** Who asks for a change of a silence. */
export type Asker = Pick<Ask, 'account' | 'now' | 'name' | 'role' | 'user'>

/** `once`: requests with the same value make one silence. */
export async function createSilence(
  deps: ApiDeps,
  asker: Asker,
  { matchers, by, comment, ...times }: NewSilence,
  once?: string | null,
): Promise<Silence | Refusal> {
  const startsAt = times.startsAt === undefined ? asker.now : parseRfc3339(times.startsAt)!
  const end = endOf(times, startsAt)
  if (typeof end === 'object') return end
  const silence = { matchers, startsAt, endsAt: end, createdBy: actorOf(asker, by), comment }
  const id = once ? onceId(asker.account, once) : uuid(deps.randomBytes)
  return await put(deps, asker, (silences) => putSilence(silences, silence, asker.now, id), matchers)
}

function endOf({ endsAt, duration }: Pick<NewSilence, 'endsAt' | 'duration'>, start: Millis): Millis | Refusal {
  if (endsAt !== undefined && duration !== undefined) {
    return invalid([{ path: 'duration', message: 'only one of endsAt and duration' }])
  }
  if (endsAt !== undefined) return parseRfc3339(endsAt)!
  return duration === undefined
    ? invalid([{ path: 'endsAt', message: 'endsAt or duration is required' }])
    : start + duration
}

/** A UUID of the key of a request, version 8 (RFC 9562 §5.8). */
function onceId(account: string, once: string): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify(['silence', account, once]))
    .digest()
    .subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Deciding again over a changed list is safe: the id is made before, and an equal id makes no second silence. */
async function put(
  deps: ApiDeps,
  asker: Asker,
  decide: (silences: readonly Silence[]) => PutSilence,
  matchers: readonly Matcher[],
): Promise<Silence | Refusal> {
  const made = await updateSilences(deps.table, asker.account, decide)
  if (made === 'lost') {
    return refuseWith(503, 'unavailable', 'many silences change at once; try again', {
      headers: { 'retry-after': '1' },
    })
  }
  if (!made.ok) return made.status === 404 ? notFound('silence') : invalid([{ path: '', message: made.error }])
  const silence = made.silences.find(({ id }) => id === made.id)!
  await lookAgain(deps, asker, matchers, silence.startsAt)
  return silence
}

async function answerChange(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request)
  if (!body.ok) return body.refusal
  const read = silenceChange.safeParse(body.value)
  if (!read.success) return invalid(zodProblems(read.error))
  const wrong = actorRefusal(ask, read.data.by)
  if (wrong !== undefined) return wrong
  const changed = await changeSilence(deps, ask, ask.param('id'), read.data)
  return 'refused' in changed ? changed : json(200, showSilence(changed, ask.now))
}

/** A field that is absent stays as it is; `duration` counts from now. */
export async function changeSilence(
  deps: ApiDeps,
  asker: Asker,
  id: string,
  { matchers, by, comment, startsAt, endsAt, duration }: SilenceChange,
): Promise<Silence | Refusal> {
  const known = await findSilence(deps, asker.account, id)
  if (known === undefined) return notFound('silence')
  const start = startsAt === undefined ? known.startsAt : parseRfc3339(startsAt)!
  const end =
    endsAt === undefined && duration === undefined
      ? known.endsAt
      : endOf({ endsAt, duration }, Math.max(asker.now, start))
  if (typeof end === 'object') return end
  const newId = uuid(deps.randomBytes)
  const decide = (silences: readonly Silence[]): PutSilence => {
    const wanted = { id: known.id, matchers: matchers ?? known.matchers, startsAt: start, endsAt: end }
    const said = { createdBy: by ?? known.createdBy, comment: comment ?? known.comment, annotations: known.annotations }
    return putSilence(silences, { ...wanted, ...said }, asker.now, newId)
  }
  return await put(deps, asker, decide, [])
}

async function answerExpire(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const expired = await endSilence(deps, ask, ask.param('id'))
  return 'refused' in expired ? expired : new Response(null, { status: 204 })
}

export async function endSilence(deps: ApiDeps, asker: Asker, id: string): Promise<Silence | Refusal> {
  const known = await findSilence(deps, asker.account, id)
  if (known === undefined) return notFound('silence')
  return await put(deps, asker, (silences) => expireSilence(silences, known.id, asker.now), known.matchers)
}
