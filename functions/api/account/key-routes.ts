import { json } from '../../../shared/base/answers.ts'
import { listKeys as readRing } from '../../../shared/store/api-keys.ts'
import { readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { overlapBody, readOverlap } from '../http/overlap.ts'
import { pageOfArray } from '../http/paging.ts'
import type { Answer, Ask, Refusal, Route, RouteDescription } from '../http/route.ts'
import { isRefusal, notFound } from '../http/route.ts'
import { listOf, pagingQuery } from '../http/schemas.ts'
import { createKey, deleteKey, keyBody, replaceKey, rotateOneKey } from './change-keys.ts'
import { keyItem, newKeyItem, showKey } from './key-view.ts'

const body = { schema: keyBody }
const shown = { 200: { text: 'The key, without its text', schema: keyItem } }
const unknown = { 404: { text: 'No entry has the id' } }
const lastOwner = { 409: { text: 'The key is the last owner key' } }

const ABOUT = {
  list: { summary: 'API keys', query: pagingQuery, answers: { 200: { text: 'The keys', schema: listOf(keyItem) } } },
  create: {
    summary: 'Make an API key, whose text is shown only now',
    body,
    answers: { 201: { text: 'Made', schema: newKeyItem }, 409: { text: 'The account has 100 keys already' } },
  },
  show: { summary: 'One API key', answers: { ...shown, ...unknown } },
  change: { summary: 'Rename an API key, or change its role', body, answers: { ...shown, ...unknown, ...lastOwner } },
  remove: { summary: 'Delete an API key', answers: { 204: { text: 'Deleted' }, ...unknown, ...lastOwner } },
  rotate: {
    summary: 'Give an API key a new text, which is shown only now; the old one works until the overlap ends',
    body: overlapBody,
    answers: {
      200: { text: 'Rotated', schema: newKeyItem },
      ...unknown,
      409: { text: 'The text before the last rotation still works' },
    },
  },
} satisfies Record<string, RouteDescription>

/** Only owners manage keys, so no caller makes a key with more rights than the caller's own key. */
export function keyRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/keys'
  const one = `${path}/{id}`
  const access = 'owner'
  return [
    { method: 'GET', path, access, about: ABOUT.list, handle: (ask) => listKeys(deps, ask) },
    {
      ...{ method: 'POST', path, access, about: ABOUT.create },
      handle: (ask) => withBody(ask, 201, (given) => createKey(deps, ask, given)),
    },
    { method: 'GET', path: one, access, about: ABOUT.show, handle: (ask) => readKey(deps, ask) },
    {
      ...{ method: 'PUT', path: one, access, about: ABOUT.change },
      handle: (ask) => withBody(ask, 200, (given) => replaceKey(deps, ask, given)),
    },
    {
      ...{ method: 'DELETE', path: one, access, about: ABOUT.remove },
      handle: async (ask) => (await deleteKey(deps, ask)) ?? new Response(null, { status: 204 }),
    },
    { method: 'POST', path: `${one}/rotate`, access, about: ABOUT.rotate, handle: (ask) => rotate(deps, ask) },
  ]
}

async function withBody(
  { request }: Ask,
  status: number,
  then: (given: unknown) => Promise<object | Refusal>,
): Promise<Answer> {
  const body = await readJson(request)
  if (!body.ok) return body.refusal
  const done = await then(body.value)
  return isRefusal(done) ? done : json(status, done)
}

async function rotate(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const overlap = await readOverlap(ask)
  if (!overlap.ok) return overlap.refusal
  const done = await rotateOneKey(deps, ask, overlap.value)
  return isRefusal(done) ? done : json(200, done)
}

async function listKeys(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const ring = await readRing(deps.table, ask.account)
  const page = pageOfArray(ring, (key) => showKey(key, ask.now), ask, 'keys', deps.secrets)
  return 'refused' in page ? page : json(200, page)
}

async function readKey(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const ring = await readRing(deps.table, ask.account)
  const key = ring.find(({ id }) => id === ask.param('id'))
  return key === undefined ? notFound('key') : json(200, showKey(key, ask.now))
}
