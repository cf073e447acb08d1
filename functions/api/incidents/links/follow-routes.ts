import * as z from 'zod'
import { LINK_RIGHTS, type LinkClaims, type LinkRight, readLink } from '../../../../shared/account/link.ts'
import { basePathOf } from '../../../../shared/account/request-path.ts'
import { json } from '../../../../shared/base/answers.ts'
import { type Millis, toRfc3339 } from '../../../../shared/base/time.ts'
import type { IncidentRecord } from '../../../../shared/group-store/incidents.ts'
import { zodProblems } from '../../../../shared/problem/problem.ts'
import { isRevoked } from '../../../../shared/store/revoked-links.ts'
import { type BodyRead, invalid, mediaType, readOptionalJson, readText } from '../../http/body.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { acceptedLanguage } from '../../http/language.ts'
import type { Answer, Ask, Route } from '../../http/route.ts'
import { refuseWith } from '../../http/route.ts'
import { time } from '../../http/schemas.ts'
import { uuid } from '../../http/uuid.ts'
import { accepted, onceHeaders, personField, showAccepted, textField, textOf } from '../action-routes.ts'
import { incidentItem, showIncident } from '../incident-view.ts'
import { findIncident } from '../read-incident.ts'
import { requestAction } from '../request-action.ts'
import { incidentPage, messagePage, shownAlerts } from './page.ts'
import { type LinkWords, linkWords } from './words.ts'

/*
 * Signed links: one incident, for people who have the link, without a key. The link itself is the capability and
 * there are no cookies, so another site cannot make a browser act without knowing the link already: no other defence
 * against forged requests is needed. Reading never changes state, because scanners of mail and chat follow links.
 */

const PATH = '/l/{signed}'

/** Every answer is a page, or JSON for clients that accept only JSON. */
const PAGE = ['application/json', 'text/html']

const linkActionBody = z
  .strictObject({
    by: personField.optional().describe('The person who acts; the timeline shows `link: NAME`'),
    comment: textField.optional(),
    solution: textField.optional().describe('The solution, for a close'),
    once: z.string().max(200).optional().describe('Requests with the same value are done once'),
  })
  .meta({ id: 'LinkAction' })

const linkComment = linkActionBody.required({ comment: true }).meta({ id: 'LinkComment' })

const linkedIncident = incidentItem
  .omit({ group: true, policy: true })
  .extend({
    truncatedAlerts: z.number().optional(),
    link: z.object({ rights: z.array(z.enum(LINK_RIGHTS)), endsAt: time }),
  })
  .meta({ id: 'LinkedIncident' })

export function followLinkRoutes(deps: ApiDeps): Route[] {
  const wrong = { 404: { text: 'A wrong or ended link; both have the same answer', types: PAGE } }
  return [
    {
      method: 'GET',
      path: PATH,
      access: 'link',
      about: {
        summary: 'The incident of a signed link: a page, or JSON for clients that accept only JSON',
        answers: { 200: { text: 'The incident', types: PAGE, schema: linkedIncident }, ...wrong },
      },
      handle: (ask) => follow(deps, ask, (claims) => getLinked(deps, ask, claims)),
    },
    ...LINK_RIGHTS.map(
      (right): Route => ({
        method: 'POST',
        path: `${PATH}/${right}`,
        access: 'link',
        about: {
          summary: `With a signed link that has the right: ${right} the incident`,
          headers: onceHeaders,
          body: {
            types: ['application/x-www-form-urlencoded', 'application/json'],
            schema: right === 'comment' ? linkComment : linkActionBody,
            optional: right !== 'comment',
          },
          answers: {
            202: { text: 'Accepted; the group decides', types: PAGE, schema: accepted },
            403: { text: 'The link does not have the right', types: PAGE },
            ...wrong,
            409: { text: 'The state of the incident does not allow the action', types: PAGE },
            422: { text: 'Nothing was done; every problem with its path', types: PAGE },
          },
        },
        handle: (ask) => follow(deps, ask, (claims) => postLinkAction(deps, ask, claims, right)),
      }),
    ),
  ]
}

/** Checks the link. A wrong link, an ended link and a link to a missing incident have the same answer. */
async function follow(deps: ApiDeps, ask: Ask, then: (claims: LinkClaims) => Promise<Answer>): Promise<Answer> {
  const claims = readLink(deps.secrets, ask.param('signed'), ask.now)
  const answer = claims === undefined || (await isRevoked(deps.table, claims)) ? ENDED : await then(claims)
  if (!('refused' in answer)) return answer
  const refusal = answer.status === 404 ? ENDED : answer
  if (!wantsPage(ask)) return refusal
  const back = refusal.status === 409 || refusal.status === 422 ? incidentAddress(ask) : undefined
  const words = wordsFor(ask)
  const message = words.refused[refusal.code] ?? sentence(refusal.message)
  const isOver = refusal === ENDED
  const way = { back, home: isOver ? `${basePathOf(deps.publicUrl)}/` : undefined }
  return await messagePage(refusal.status, words, { title: isOver ? words.endedTitle : words.cannot, message, ...way })
}

/** A link names no reader: a message may have been sent on. */
function wordsFor({ request }: Ask): LinkWords {
  return linkWords(acceptedLanguage(request))
}

const ENDED = refuseWith(404, 'not_found', 'this link does not work, or not any more')

async function getLinked(
  deps: ApiDeps,
  ask: Ask,
  { account, incident: id, rights, endsAt }: LinkClaims,
): Promise<Answer> {
  const incident = await findIncident(deps, account, id)
  if (incident === undefined) return ENDED
  if (!wantsPage(ask)) return json(200, showLinked(incident, { rights, endsAt: toRfc3339(endsAt) }, ask.now))
  const once = (): string => uuid(deps.randomBytes)
  return await incidentPage(incident, {
    words: wordsFor(ask),
    address: incidentAddress(ask),
    rights,
    endsAt,
    now: ask.now,
    once,
  })
}

type LinkedIncident = z.output<typeof linkedIncident>

/** The incident without the names of group and policy: the account's own names are not for people with a link. */
function showLinked(incident: IncidentRecord, link: LinkedIncident['link'], now: Millis): LinkedIncident {
  const alerts = shownAlerts(incident)
  const leftOut = incident.alerts.length - alerts.length
  const { group: _, policy: __, ...rest } = showIncident({ ...incident, alerts }, now)
  return { ...rest, truncatedAlerts: leftOut > 0 ? leftOut : undefined, link }
}

async function postLinkAction(deps: ApiDeps, ask: Ask, claims: LinkClaims, right: LinkRight): Promise<Answer> {
  if (!claims.rights.includes(right)) return refuseWith(403, 'forbidden', `this link does not let you ${right}`)
  const body = await readLinkAction(ask)
  if (!body.ok) return body.refusal
  const read = linkActionBody.safeParse(body.value)
  if (!read.success) return invalid(zodProblems(read.error))
  const { by, once, ...said } = read.data
  if (right === 'comment' && said.comment === undefined) {
    return invalid([{ path: 'comment', message: 'is needed to comment' }])
  }
  const { account, incident } = claims
  const name = by === undefined ? 'link' : `link: ${by}`
  const action = await requestAction(deps, {
    account,
    type: right,
    incident,
    by: name,
    at: ask.now,
    text: textOf(said, right),
    once: once ?? ask.request.headers.get('idempotency-key'),
  })
  if ('refused' in action) return action
  if (!wantsPage(ask)) return json(202, showAccepted(action))
  const words = wordsFor(ask)
  return await messagePage(202, words, { title: words.done[right], message: words.soon, back: incidentAddress(ask) })
}

/** Reads a form, whose empty fields count as absent, or JSON, or no body. */
async function readLinkAction({ request }: Ask): Promise<BodyRead<unknown>> {
  if (mediaType(request) !== 'application/x-www-form-urlencoded') return await readOptionalJson(request)
  const form = await readText(request)
  if (!form.ok) return form
  const fields = [...new URLSearchParams(form.value)].filter(([, value]) => value.trim() !== '')
  return { ok: true, value: Object.fromEntries(fields) }
}

/** Serve HTML unless the client accepts JSON and not HTML: browsers accept HTML. */
function wantsPage({ request }: Ask): boolean {
  const accept = request.headers.get('accept') ?? ''
  return accept.includes('text/html') || !accept.includes('application/json')
}

/**
 * The address of the incident, relative to the address of the request: a proxy may put a path before the address, and
 * readers may put slashes behind the address.
 */
function incidentAddress({ request, param }: Ask): string {
  const link = param('signed')
  const { pathname } = new URL(request.url)
  const behind = pathname.slice(pathname.lastIndexOf(link) + link.length)
  return '../'.repeat(behind.split('/').length - 1) + link
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
