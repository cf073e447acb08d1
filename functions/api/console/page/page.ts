import { basePathOf } from '../../../../shared/account/request-path.ts'
import type { Anonymous, Answer, Ask, Refusal, Route } from '../../http/route.ts'
import { isRefusal, refuseWith } from '../../http/route.ts'
import { readSession, renewed, setCookie } from '../session/cookie.ts'
import { askedPath, pageOfForm } from '../session/own-path.ts'
import { textsOf } from '../text/texts.ts'
import { htmlAnswer } from './answer.ts'
import type { ConsoleDeps, Live, PageAsk, Shown } from './ask.ts'
import { type Form, readForm } from './form-data.ts'
import { type Html, nothing } from './html.ts'
import { KEPT, keepForm, withKept } from './kept-form.ts'
import { readPrefs } from './prefs.ts'
import { refusedPage } from './refused.ts'
import { type Place, shell } from './shell.ts'
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
    const shown = await load(ask)
    const live = given.query.has(PART) && 'live' in shown ? shown.live : undefined
    const answer = live === undefined ? await whole(deps, ask, shown, nav) : await livePart(ask, live)
    return withRenewal(deps, given, answer)
  }
  return pageRoute(deps, 'GET', path, access, handle)
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
  const handle = async (given: Ask): Promise<Answer> => {
    const ask = pageAsk(deps, given)
    const read = await readForm(given.request, spec.limitBytes)
    if ('refused' in read) return read
    const form = spec.keeps ? read : withKept(deps.secrets, askedPath(given.request, ask.base), read, given.now)
    if (form === undefined) return refuseWith(422, 'kept_gone', 'the form that waited is not for this page, or too old')
    return await whole(deps, ask, await spec.act(ask, form), spec.nav)
  }
  return pageRoute(deps, 'POST', spec.path, spec.access, handle, spec.limitBytes)
}

function pageRoute(
  deps: ConsoleDeps,
  method: 'GET' | 'POST',
  path: string,
  access: Route['access'],
  handle: Route['handle'],
  limitBytes?: number,
): Route {
  const about = { summary: 'A page of the console', answers: { 200: { text: 'A page', types: ['text/html'] } } }
  return {
    method,
    path,
    access,
    about,
    handle,
    page: true,
    refuse: (refusal, ask) => refuse(deps, refusal, ask, limitBytes),
  }
}

async function refuse(
  deps: ConsoleDeps,
  refusal: Refusal,
  given: Anonymous,
  limitBytes: number | undefined,
): Promise<Response> {
  const { status, headers } = refusal
  if (status === 303) {
    const again = given.request.method === 'POST' ? await askAgain(deps, given, limitBytes) : undefined
    return again ?? new Response(null, { status, headers: headers ?? {} })
  }
  const ask = pageAsk(deps, { ...given, account: '', role: 'viewer' })
  return await htmlAnswer(given.request, status, shell(deps, ask, refusedPage(ask, refusal)), headers)
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
  nav: Place | undefined,
): Promise<Response> {
  if (given instanceof Response) return given
  const shown = isRefusal(given) ? refusedPage(ask, given) : given
  const body = typeof shown.body === 'function' ? await shown.body() : await shown.body
  const summary = ask.account === '' ? undefined : await deps.summaryOf(ask.account)
  const answer = await htmlAnswer(ask.request, shown.status ?? 200, shell(deps, ask, { ...shown, body }, nav, summary))
  for (const cookie of shown.cookies ?? []) answer.headers.append('set-cookie', cookie)
  return answer
}

/** 304 without a body while nothing has changed: the tag is made before anything of the part is read. */
async function livePart(ask: PageAsk, { tag, body }: Live): Promise<Response> {
  const headers = { 'hx-ptag': tag }
  if (hasLive(ask, tag)) return new Response(null, { status: 304, headers })
  return await htmlAnswer(ask.request, 200, (await body()) ?? nothing, headers)
}

/** Whether the request asks for news of the live part, and has the part with this tag. */
export function hasLive({ request, query }: Pick<PageAsk, 'request' | 'query'>, tag: string): boolean {
  return query.has(PART) && request.headers.get('hx-ptag') === tag
}

/** A session that is used lives on. */
function withRenewal(deps: ConsoleDeps, { request, now }: Ask, answer: Response): Response {
  const session = readSession(request, deps.secrets, deps.publicUrl, now)
  const later = session && renewed(session, now)
  if (later !== undefined) answer.headers.append('set-cookie', setCookie(later, deps.secrets, deps.publicUrl, now))
  return answer
}
