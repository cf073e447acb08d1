import { markRead } from '../../../../shared/store/inbox.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { atLeast } from '../../http/role.ts'
import { notFound, type Refusal, type Route, refuseWith } from '../../http/route.ts'
import { type InboxItem, readInbox } from '../../people/inbox-routes.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import type { Form } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { empty, pager } from '../parts/controls.ts'
import { level } from '../parts/labels.ts'
import { said, saidWhole } from '../parts/said.ts'
import { clock } from '../parts/time.ts'

const COUNT = 25
const MOST_MARKED = 100

/** The messages that channels of type `inbox` keep for a user: of the key's own user, or of another who is named. */
export function inboxPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'viewer', nav: 'inbox', path: '/inbox' } as const
  return [
    page(deps, { ...of, load: (ask) => loadInbox(deps, ask) }),
    action(deps, { ...of, act: (ask, form) => markMessages(deps, ask, form) }),
  ]
}

async function loadInbox(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, query, account } = ask
  const { users } = (await readConfig(deps, account, ['users'])).config
  const user = query.get('user') ?? ask.user
  const title = text.places.inbox
  const head = html`<div class="title"><h1>${title}</h1></div>`
  const chooser = ask.user !== undefined && user === ask.user ? nothing : userForm(ask, users, user)
  if (user === undefined) return { title, body: html`${head}${empty(text.inbox.noUser, chooser)}` }
  if (!users.some(({ id }) => id === user)) return notFound('user')
  const asked = new URLSearchParams(query)
  asked.set('limit', String(COUNT))
  const list = await readInbox(deps, { ...ask, query: asked }, user)
  if ('refused' in list) return list
  const mayMark = user === ask.user || atLeast(ask.role, 'responder')
  const unread = list.items.filter(({ read }) => !read).map(({ id }) => id)
  return {
    title,
    body: html`${head}${chooser}<p class="meta sub">${text.inbox.about}</p>
${mayMark && unread.length > 1 ? markForm(ask, user, unread, text.inbox.readAll) : nothing}
${
  list.items.length === 0
    ? empty(text.inbox.none)
    : html`<ul class="messages">${list.items.map((item) => message(ask, user, item, mayMark))}</ul>`
}${pager(ask, '/inbox', query, list.next, COUNT)}`,
  }
}

function userForm(
  { base, text }: PageAsk,
  users: readonly { id: string; name: string }[],
  chosen: string | undefined,
): Html {
  if (users.length === 0) return nothing
  return html`<form class="tools" method="get" action="${base}/inbox"><label>${text.inbox.choose} <select name="user">${users.map(
    ({ id, name }) => html`<option value="${id}"${id === chosen ? html` selected` : nothing}>${name} (${id})</option>`,
  )}</select></label><button>${text.inbox.show}</button></form>`
}

function message(ask: PageAsk, user: string, item: InboxItem, mayMark: boolean): Html {
  const { text, base } = ask
  const { id, at, status, title, incident, read } = item
  const name = said(title, 200)
  return html`<li class="message panel${read ? '' : ' unread'}" data-row><p class="lead">${level(item.level as 'P1')} ${
    incident === undefined
      ? html`<b>${name}</b>`
      : html`<a href="${base}/incidents/${incident}" data-open><b>${name}</b></a>`
  } <span class="chip ${status === 'firing' ? 'bad' : 'ok'}">${text.inbox[status]}</span>${
    read ? nothing : html` <span class="chip">${text.inbox.unread}</span>`
  } <span class="meta">${clock(ask, Date.parse(at))}</span></p>
${saidWhole(item.text, text)}${mayMark && !read ? markForm(ask, user, [id], text.inbox.read, title) : nothing}</li>`
}

function markForm({ base }: PageAsk, user: string, ids: readonly string[], words: string, of?: string): Html {
  return html`<form method="post" action="${base}/inbox" class="acts"><input type="hidden" name="user" value="${user}">${ids.map(
    (id) => html`<input type="hidden" name="message" value="${id}">`,
  )}<button${of === undefined ? nothing : html` aria-label="${words}: ${of.slice(0, 80)}"`}>${words}</button></form>`
}

/** Twice is once: a message that is read stays read, with its first moment. */
async function markMessages(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Response | Refusal> {
  const { account, base, now } = ask
  const user = form.get('user') ?? ask.user ?? ''
  const { people } = await deps.configs.current(account)
  if (people.user(user) === undefined) return notFound('user')
  if (user !== ask.user && !atLeast(ask.role, 'responder'))
    return refuseWith(403, 'forbidden', 'needs the role responder')
  const ids = [...new Set(form.getAll('message'))].slice(0, MOST_MARKED).map((id) => id.slice(0, 200))
  await markRead(deps.table, account, user, ids, now)
  return redirect(user === ask.user ? `${base}/inbox` : `${base}/inbox?${new URLSearchParams({ user }).toString()}`)
}
