import type { Role } from '../../../../shared/account/keys.ts'
import { basePathOf } from '../../../../shared/account/request-path.ts'
import { RANKS } from '../../http/role.ts'
import type { Anonymous, Answer, Ask, Refusal, Route } from '../../http/route.ts'
import { isRefusal, refuseWith } from '../../http/route.ts'
import { renewed, setCookie } from '../session/cookie.ts'
import { keyOfSession } from '../session/guard.ts'
import { askedPath, pageOfForm } from '../session/own-path.ts'
import { textsOf } from '../text/texts.ts'
import { htmlAnswer } from './answer.ts'
import type { ConsoleDeps, Live, PageAsk, Shown } from './ask.ts'
import { type Form, readForm } from './form-data.ts'
import { type Html, html, nothing } from './html.ts'
import { KEPT, keepForm, withKept } from './kept-form.ts'
import { followsAnother, formsOf, isOfAnother, tagFor } from './of-account.ts'
import { readPrefs } from './prefs.ts'
import { type Refused, refusedPage } from './refused.ts'
import { news, type Place, shell } from './shell.ts'
import { signInForm } from './sign-in-form.ts'

export interface PageSpec {
  path: string
  access: Route['access']
  /** The entry of the navigation that is the present one. */
  nav?: Place
  load(ask: PageAsk): Promise<Shown | Response | Refusal> | Shown | Response | Refusal
}

/** The query that asks for the live part of a page alone. */
const PART = 'part'

/** A page is a route, so it is mounted, guarded and counted as every route is. */
export function page(deps: ConsoleDeps, { path, access, nav, load }: PageSpec): Route {
  const handle = async (given: Ask): Promise<Answer> => {
    const ask = pageAsk(deps, given)
    // The page is read anew, and says of which account it is.
    if (followsAnother(ask.account, given.request)) return new Response(null, { headers: { 'hx-refresh': 'true' } })
    const shown = await load(ask)
    const answer =
      given.query.has(PART) && 'live' in shown && shown.live !== undefined
        ? await livePart(deps, ask, shown, shown.live)
        : await whole(deps, ask, shown, { nav })
    return withRenewal(deps, given, answer)
  }
  return pageRoute(deps, { method: 'GET', path, access, handle })
}

/** What a form of a page does. Its answer is a redirect, or the page again with what is wrong. */
export function action(
  deps: ConsoleDeps,
  spec: Omit<PageSpec, 'load'> & {
    act(ask: PageAsk, form: Form): Promise<Shown | Response | Refusal> | Shown | Response | Refusal
    limitBytes?: number
    /** The form carries the kept form of another address on. */
    keeps?: true
  },
): Route {
  const sent = new WeakMap<Request, Form>()
  const handle = async (given: Ask): Promise<Answer> => {
    const ask = pageAsk(deps, given)
    const read = await readForm(given.request, spec.limitBytes)
    if ('refused' in read) return read
    const form = spec.keeps ? read : withKept(deps.secrets, askedPath(given.request, ask.base), read, given.now)
    if (form === undefined) return refuseWith(422, 'kept_gone', 'the form that waited is not for this page, or too old')
    if (!spec.keeps && isOfAnother(ask.account, form)) {
      return refuseWith(409, 'other_account', 'the page of this form was of another account')
    }
    if (!spec.keeps) sent.set(given.request, form)
    return await whole(deps, ask, await spec.act(ask, form), { nav: spec.nav })
  }
  return pageRoute(deps, { ...spec, method: 'POST', handle, sent })
}

function pageRoute(
  deps: ConsoleDeps,
  {
    limitBytes,
    sent,
    ...route
  }: Pick<Route, 'method' | 'path' | 'access' | 'handle'> & {
    limitBytes?: number
    /** Forms that were read, of requests that may still fail. */
    sent?: WeakMap<Request, Form>
  },
): Route {
  const { method, path, access, handle } = route
  const about = { summary: 'A page of the console', answers: { 200: { text: 'A page', types: ['text/html'] } } }
  return {
    method,
    path,
    access,
    about,
    handle,
    page: true,
    refuse: (refusal, ask) =>
      refuse(deps, refusal, ask, {
        limitBytes,
        needs: RANKS.find((role) => role === access),
        sent: sent?.get(ask.request),
      }),
  }
}

/** A refusal with the navigation of the signed-in person. After an error nothing more is read. */
async function refuse(
  deps: ConsoleDeps,
  refusal: Refusal,
  given: Anonymous,
  { limitBytes, needs, sent }: { limitBytes: number | undefined; needs: Role | undefined; sent: Form | undefined },
): Promise<Response> {
  const { status, headers } = refusal
  if (status === 303) {
    const again = given.request.method === 'POST' ? await askAgain(deps, given, limitBytes) : undefined
    return again ?? new Response(null, { status, headers: headers ?? {} })
  }
  const caller = status >= 500 ? undefined : await keyOfSession(deps, given)
  const ask = pageAsk(deps, { ...given, account: '', role: 'viewer', ...caller })
  const form = status >= 500 ? (sent ?? (await unreadForm(given.request, limitBytes))) : undefined
  const kept = form && keepForm(deps.secrets, askedPath(given.request, ask.base), form, given.now)
  return await whole(deps, ask, refusal, { headers, needs, kept })
}

async function unreadForm(request: Request, limitBytes: number | undefined): Promise<Form | undefined> {
  if (request.method !== 'POST' || request.bodyUsed) return undefined
  const form = await readForm(request, limitBytes)
  return 'refused' in form ? undefined : form
}

/**
 * A form whose session is over: the person signs in again and loses nothing. No 401, which would count as a guess of a key.
 */
async function askAgain(
  deps: ConsoleDeps,
  given: Anonymous,
  limitBytes: number | undefined,
): Promise<Response | undefined> {
  const { request, now } = given
  const ask = pageAsk(deps, { ...given, account: '', role: 'viewer' })
  const form = await readForm(request, limitBytes)
  if ('refused' in form) return undefined
  const kept = form.get(KEPT) ?? keepForm(deps.secrets, askedPath(request, ask.base), form, now)
  const { body, ...shown } = signInForm(ask, { next: pageOfForm(request, ask.base), kept })
  return await htmlAnswer(request, 403, shell(deps, ask, { ...shown, body: await (body as Html) }))
}

function pageAsk(deps: ConsoleDeps, ask: Ask): PageAsk {
  const prefs = readPrefs(ask.request)
  const me = ask.user ?? prefs.name ?? ask.name ?? ask.role
  const once = deps.randomBytes(9).toString('base64url')
  return { ...ask, prefs, text: textsOf(prefs.language), base: basePathOf(deps.publicUrl), me, once }
}

/** A refusal is a page like others: whoever is signed in keeps the navigation. */
async function whole(
  deps: ConsoleDeps,
  ask: PageAsk,
  given: Shown | Response | Refusal,
  { nav, headers, ...more }: Refused & { headers?: Record<string, string> | undefined } = {},
): Promise<Response> {
  if (given instanceof Response) return given
  const shown = isRefusal(given) ? refusedPage(ask, given, { ...more, nav }) : given
  const body = typeof shown.body === 'function' ? await shown.body() : await shown.body
  const summary = ask.account === '' ? undefined : await deps.summaryOf(ask.account)
  const page = await formsOf(ask.account, shell(deps, ask, { ...shown, body }, nav, summary))
  const answer = await htmlAnswer(ask.request, shown.status ?? 200, page, headers)
  for (const cookie of shown.cookies ?? []) answer.headers.append('set-cookie', cookie)
  return answer
}

/** 304 without a body while nothing has changed: the tag is made before anything of the part is read. */
async function livePart(
  deps: ConsoleDeps,
  ask: PageAsk,
  { title }: Pick<Shown, 'title'>,
  { tag, body, beside }: Live,
): Promise<Response> {
  const headers = { 'hx-ptag': tagFor(ask.account, tag) }
  if (hasLive(ask, tag)) return new Response(null, { status: 304, headers })
  const summary = await deps.summaryOf(ask.account)
  // Numbers beside the part follow the part: two numbers for one thing would be read on one screen.
  const part = html`${await body()}${news(title, summary)}${beside?.(summary) ?? nothing}`
  return await htmlAnswer(ask.request, 200, await formsOf(ask.account, part), headers)
}

/** Whether the request asks for news of the live part, and has the part with this tag. */
export function hasLive({ account, request, query }: PageAsk, tag: string): boolean {
  return query.has(PART) && request.headers.get('hx-ptag') === tagFor(account, tag)
}

/** A session that is used lives on. */
function withRenewal(deps: ConsoleDeps, { session, now }: Ask, answer: Response): Response {
  const later = session && renewed(session, now)
  if (later !== undefined) answer.headers.append('set-cookie', setCookie(later, deps.secrets, deps.publicUrl, now))
  return answer
}
