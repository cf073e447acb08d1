import { json } from '../../../shared/base/answers.ts'
import { listKeys } from '../../../shared/store/api-keys.ts'
import type { ApiDeps } from '../http/deps.ts'
import { overlapBody } from '../http/overlap.ts'
import { pageOf } from '../http/paging.ts'
import type { About, Answer, Ask, Route } from '../http/route.ts'
import { notFound } from '../http/route.ts'
import { keyItem, listOf, newKeyItem, pagingQuery } from '../http/schemas.ts'
import { changeOne, createOne, keyBody, removeOne, rotateOne, showKey } from './key-changes.ts'

const body = { types: ['application/json'], schema: keyBody }
const shown = { 200: { text: 'The key, without its text', schema: keyItem } }
const unknown = { 404: { text: 'There is none of that id' } }
const lastOwner = { 409: { text: 'It is the last key of an owner' } }

const ABOUT = {
  list: { summary: 'API keys', query: pagingQuery, answers: { 200: { text: 'The keys', schema: listOf(keyItem) } } },
  create: {
    summary: 'Make an API key, whose text is shown only now',
    body,
    answers: { 201: { text: 'Made', schema: newKeyItem }, 409: { text: 'There are 100 already' } },
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
} satisfies Record<string, About>

/** Keys are an owner's to manage, so nobody makes one that may do more than they may. */
export function keyRoutes(deps: ApiDeps): Route[] {
  const [path, one] = ['/api/v1/keys', '/api/v1/keys/{id}']
  const access = 'owner'
  return [
    { method: 'GET', path, access, about: ABOUT.list, handle: (ask) => list(deps, ask) },
    { method: 'POST', path, access, about: ABOUT.create, handle: (ask) => createOne(deps, ask) },
    { method: 'GET', path: one, access, about: ABOUT.show, handle: (ask) => show(deps, ask) },
    { method: 'PUT', path: one, access, about: ABOUT.change, handle: (ask) => changeOne(deps, ask) },
    { method: 'DELETE', path: one, access, about: ABOUT.remove, handle: (ask) => removeOne(deps, ask) },
    { method: 'POST', path: `${one}/rotate`, access, about: ABOUT.rotate, handle: (ask) => rotateOne(deps, ask) },
  ]
}

async function list(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const ring = await listKeys(deps.table, ask.account)
  const page = pageOf(ring, (key) => showKey(key, ask.now), ask, 'keys', deps.secrets)
  return 'refused' in page ? page : json(200, page)
}

async function show(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const ring = await listKeys(deps.table, ask.account)
  const key = ring.find(({ id }) => id === ask.param('id'))
  return key === undefined ? notFound('key') : json(200, showKey(key, ask.now))
}
