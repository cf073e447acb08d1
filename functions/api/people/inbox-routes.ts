import * as z from 'zod'
import { incidentUrl } from '../../../shared/account/link.ts'
import { json } from '../../../shared/base/answers.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import type { InboxMessage } from '../../../shared/delivery/inbox-message.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { listInbox, markRead } from '../../../shared/store/inbox.ts'
import { invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { listPage, readPaging } from '../http/paging.ts'
import type { Answer, Ask, Refusal, Route } from '../http/route.ts'
import { isRefusal, notFound, refuseWith } from '../http/route.ts'
import { listOf, pagingQuery, time } from '../http/schemas.ts'

const inboxItem = z
  .object({
    id: z.string(),
    at: time,
    status: z.enum(['firing', 'resolved']),
    level: z.string().describe('P1 to P4'),
    title: z.string(),
    text: z.string(),
    policy: z.string().optional(),
    incident: z.string().optional(),
    url: z.string().optional().describe('The page of the incident'),
    read: z.boolean(),
    readAt: time.optional(),
  })
  .meta({ id: 'InboxMessage' })

export type InboxItem = z.output<typeof inboxItem>
type InboxList = ReturnType<typeof listPage<InboxItem>>

const MOST_IDS = 100

const readBody = z
  .strictObject({ ids: z.array(z.string().max(200)).min(1, 'must name a message').max(MOST_IDS) })
  .meta({ id: 'ReadMessages' })

const readAnswer = z
  .object({ read: z.array(z.string()).describe('The ids that are messages of the inbox') })
  .meta({ id: 'MessagesRead' })

const LIST = {
  query: pagingQuery,
  answers: { 200: { text: 'Messages, newest first, kept for 30 days', schema: listOf(inboxItem) } },
}
const MARK = {
  body: { schema: readBody },
  answers: {
    200: { text: 'Read; twice is once', schema: readAnswer },
    422: { text: 'Nothing was done; every problem with its path' },
  },
}

/** The message centre: the messages that channels of type `inbox` keep for users. */
export function inboxRoutes(deps: ApiDeps): Route[] {
  const noUser = { 404: { text: 'The key belongs to no user' } }
  const unknown = { 404: { text: 'There is no such user' } }
  return [
    {
      method: 'GET',
      path: '/api/v1/inbox',
      access: 'viewer',
      about: { ...LIST, summary: 'The messages of the user of the key', answers: { ...LIST.answers, ...noUser } },
      handle: (ask) => withOwn(ask, (user) => list(deps, ask, user)),
    },
    {
      method: 'POST',
      path: '/api/v1/inbox/read',
      access: 'viewer',
      about: { ...MARK, summary: 'Mark messages of one’s own as read', answers: { ...MARK.answers, ...noUser } },
      handle: (ask) => withOwn(ask, (user) => mark(deps, ask, user)),
    },
    {
      method: 'GET',
      path: '/api/v1/users/{id}/inbox',
      access: 'viewer',
      about: { ...LIST, summary: 'The messages of a user', answers: { ...LIST.answers, ...unknown } },
      handle: (ask) => withUser(deps, ask, (user) => list(deps, ask, user)),
    },
    {
      method: 'POST',
      path: '/api/v1/users/{id}/inbox/read',
      access: 'responder',
      about: { ...MARK, summary: 'Mark messages of a user as read', answers: { ...MARK.answers, ...unknown } },
      handle: (ask) => withUser(deps, ask, (user) => mark(deps, ask, user)),
    },
  ]
}

function withOwn({ user }: Ask, then: (user: string) => Promise<Answer>): Promise<Answer> | Refusal {
  if (user !== undefined) return then(user)
  return refuseWith(404, 'not_found', 'the key belongs to no user: ask for /api/v1/users/{id}/inbox')
}

async function withUser(deps: ApiDeps, ask: Ask, then: (user: string) => Promise<Answer>): Promise<Answer> {
  const { people } = await deps.configs.current(ask.account)
  const id = ask.param('id')
  return people.user(id) === undefined ? notFound('user') : await then(id)
}

async function list(deps: ApiDeps, ask: Ask, user: string): Promise<Answer> {
  const list = await readInbox(deps, ask, user)
  return isRefusal(list) ? list : json(200, list)
}

/** A page of the messages of a user, newest first. */
export async function readInbox(deps: ApiDeps, ask: Ask, user: string): Promise<InboxList | Refusal> {
  const name = `inbox of ${user}`
  const paging = readPaging(ask, name, deps.secrets)
  if ('refused' in paging) return paging
  const { items, next } = await listInbox(deps.table, ask.account, user, paging)
  return listPage(
    items.map((item) => showMessage(deps, item)),
    next,
    ask,
    name,
    deps.secrets,
  )
}

function showMessage({ publicUrl }: ApiDeps, message: InboxMessage): InboxItem {
  const { id, at, status, level, title, text, policy, incident, readAt } = message
  return {
    ...{ id, at: toRfc3339(at), status, level, title, text, policy, incident },
    url: incident === undefined ? undefined : incidentUrl(publicUrl, incident),
    read: readAt !== undefined,
    readAt: readAt === undefined ? undefined : toRfc3339(readAt),
  }
}

async function mark(deps: ApiDeps, ask: Ask, user: string): Promise<Answer> {
  const body = await readJson(ask.request)
  if (!body.ok) return body.refusal
  const parsed = readBody.safeParse(body.value)
  if (!parsed.success) return invalid(zodProblems(parsed.error))
  const ids = [...new Set(parsed.data.ids)]
  const read = await markRead(deps.table, ask.account, user, ids, ask.now)
  return json(200, { read } satisfies z.output<typeof readAnswer>)
}
