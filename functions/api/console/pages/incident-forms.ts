import { LINK_RIGHTS, type LinkRight } from '../../../../shared/account/link.ts'
import { DAY, HOUR } from '../../../../shared/base/time.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { notFound } from '../../http/route.ts'
import { endIncidentLinks, makeIncidentLink } from '../../incidents/links/make-routes.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { copyLine } from '../parts/controls.ts'
import { type LeftOut, withResult } from '../parts/left-out.ts'
import { said } from '../parts/said.ts'
import { act, anotherHas } from './act.ts'
import { type IncidentRead, readIncidentPage } from './incident-read.ts'

/** Questions about an incident that stand on a page of their own: they say what will happen, and work without a script. */
export function incidentForms(deps: ConsoleDeps): Route[] {
  const acts = { access: 'responder', nav: 'incidents' } as const
  return [
    page(deps, { ...acts, path: '/incidents/{id}/close', load: (ask) => sub(deps, ask, closeForm) }),
    page(deps, { ...acts, path: '/incidents/{id}/assign', load: (ask) => sub(deps, ask, assignForm) }),
    page(deps, { ...acts, path: '/incidents/{id}/link', load: (ask) => sub(deps, ask, linkForm) }),
    action(deps, { ...acts, path: '/incidents/{id}/link', act: (ask, form) => makeLink(deps, ask, form) }),
    action(deps, { ...acts, path: '/incidents/{id}/links-end', act: (ask) => endLinks(deps, ask) }),
    action(deps, { ...acts, path: '/incidents/bulk', act: (ask, form) => bulk(deps, ask, form) }),
  ]
}

async function sub(
  deps: ConsoleDeps,
  ask: PageAsk,
  view: (ask: PageAsk, read: IncidentRead) => Shown,
): Promise<Shown | Refusal> {
  const read = await readIncidentPage(deps, ask)
  return read === undefined ? notFound('incident') : view(ask, read)
}

function question(ask: PageAsk, { incident }: IncidentRead, title: string, content: Html): Shown {
  return {
    title,
    body: html`<section class="ask panel"><h1>${said(title)}</h1>${content}<p><a href="${ask.base}/incidents/${incident.id}" data-key="Escape">${ask.text.back}</a></p></section>`,
  }
}

function closeForm(ask: PageAsk, read: IncidentRead): Shown {
  const { text, base, once } = ask
  return question(
    ask,
    read,
    text.incident.closeTitle(read.title),
    html`<p>${text.incident.closeSays(read.counts.firing)}</p><form method="post" action="${base}/incidents/${read.incident.id}/close"><input type="hidden" name="once" value="${once}"><label>${text.incident.solution} <small>${text.optional}</small><textarea name="text" rows="3" maxlength="4000"></textarea></label><button class="main">${text.incident.actions.close}</button></form>`,
  )
}

function assignForm(ask: PageAsk, read: IncidentRead): Shown {
  const { text, base, once } = ask
  return question(
    ask,
    read,
    text.incident.assignTitle(read.title),
    html`<form method="post" action="${base}/incidents/${read.incident.id}/assign"><input type="hidden" name="once" value="${once}"><label>${text.incident.assignTo}<input name="to" required maxlength="100" autocomplete="off"></label><button class="main">${text.incident.actions.assign}</button></form>`,
  )
}

const LINK_TIMES = { '1h': HOUR, '4h': 4 * HOUR, '1d': DAY, '7d': 7 * DAY } as const

function linkForm(ask: PageAsk, read: IncidentRead, url?: string): Shown {
  const { text, base } = ask
  const path = `${base}/incidents/${read.incident.id}`
  const made =
    url === undefined
      ? nothing
      : html`<p class="notice good" role="status">${text.incident.linkMade}</p>${copyLine(ask, 'url', url, text.incident.actions.link)}`
  return question(
    ask,
    read,
    text.incident.linkTitle(read.title),
    html`${made}<p>${text.incident.linkHelp}</p><form method="post" action="${path}/link"><fieldset><legend>${text.incident.linkRights}</legend>${LINK_RIGHTS.map(
      (right) =>
        html`<label class="line"><input type="checkbox" name="right" value="${right}"> ${text.incident.linkRight[right]}</label>`,
    )}</fieldset><fieldset><legend>${text.incident.linkFor}</legend>${Object.keys(LINK_TIMES).map(
      (time) =>
        html`<label class="line"><input type="radio" name="for" value="${time}"${time === '1d' ? html` checked` : nothing}> ${text.silences.durations[time as '1h']}</label>`,
    )}</fieldset><button class="main">${text.incident.linkMake}</button></form><form method="post" action="${path}/links-end"><button class="quiet">${text.incident.linkEnd}</button></form>`,
  )
}

async function makeLink(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Refusal> {
  const read = await readIncidentPage(deps, ask)
  if (read === undefined) return notFound('incident')
  const given = form.getAll('right')
  const rights = LINK_RIGHTS.filter((right: LinkRight) => given.includes(right))
  const time = LINK_TIMES[(field(form, 'for') ?? '1d') as keyof typeof LINK_TIMES] ?? DAY
  const { url } = makeIncidentLink(deps, ask, read.incident.id, rights, time)
  return linkForm(ask, read, url)
}

async function endLinks(deps: ConsoleDeps, ask: PageAsk): Promise<Response | Refusal> {
  const id = ask.param('id')
  const ended = await endIncidentLinks(deps, ask, id)
  return ended ?? redirect(`${ask.base}/incidents/${id}?done=links`)
}

const BULK = ['claim', 'comment', 'close'] as const
const BULK_DONE = { claim: 'claimed', comment: 'commented', close: 'closed' } as const satisfies Record<
  (typeof BULK)[number],
  string
>
const MOST_BULK = 100

/** The same for several incidents. What cannot be taken back, and what needs words, is asked on a page of its own. */
async function bulk(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Response | Refusal> {
  const { text, base, once } = ask
  const type = BULK.find((one) => one === form.get('act'))
  const incidents = [...new Set(form.getAll('incident'))].slice(0, MOST_BULK)
  if (type === undefined || incidents.length === 0) return redirect(`${base}/incidents`)
  if (type !== 'claim' && form.get('sure') === null) {
    const label = type === 'close' ? text.incident.solution : text.incident.commentLabel
    return {
      title: `${text.incident.actions[type]}: ${incidents.length}`,
      body: html`<section class="ask panel"><h1>${text.incident.actions[type]}: ${incidents.length}</h1><form method="post" action="${base}/incidents/bulk"><input type="hidden" name="once" value="${once}"><input type="hidden" name="act" value="${type}"><input type="hidden" name="sure" value="1">${incidents.map((id) => html`<input type="hidden" name="incident" value="${id}">`)}<label>${label}${type === 'close' ? html` <small>${text.optional}</small>` : nothing}<textarea name="text" rows="3" maxlength="4000"${type === 'comment' ? html` required` : nothing}></textarea></label><button class="main">${text.incident.actions[type]}</button></form><p><a href="${base}/incidents">${text.back}</a></p></section>`,
    }
  }
  // Another person may have closed one of them meanwhile: the others are still done.
  const found = await Promise.all(
    incidents.map(async (incident): Promise<LeftOut[]> => {
      // A claim of several incidents asks no question, so the claim leaves out incidents that another person has in hand.
      if (type === 'claim' && (await anotherHas(deps, ask, incident)) !== undefined) {
        return [{ id: incident, code: 'in_hand' }]
      }
      const done = await act(deps, ask, { type, incident, form })
      if ('refused' in done) return [{ id: incident, code: done.code }]
      return done.taken === false ? [{ id: incident, code: 'slow' }] : []
    }),
  )
  const left = found.flat()
  const count = incidents.length - left.length
  return redirect(base + withResult('/incidents', { done: BULK_DONE[type], count, left }))
}
