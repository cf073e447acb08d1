import { digest } from '../../../../shared/base/hash.ts'
import { HOUR, MINUTE } from '../../../../shared/base/time.ts'
import type { Silence } from '../../../../shared/silence/silence.ts'
import { silenceState } from '../../../../shared/silence/silence.ts'
import { atLeast } from '../../http/role.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { notFound } from '../../http/route.ts'
import {
  changeSilence,
  countMuted,
  endSilence,
  findSilence,
  findSilences,
  type SilenceList,
  withMuted,
} from '../../silences/silence-routes.ts'
import { SILENCE_STATES } from '../../silences/silence-view.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { actButton, empty, linkButton, livePart, notice, queryWith, searchBox, tabs } from '../parts/controls.ts'
import { matcherTag } from '../parts/labels.ts'
import { said, saidWhole } from '../parts/said.ts'
import { clock, durationText, until } from '../parts/time.ts'

const SHOWN = 100

export function silencePages(deps: ConsoleDeps): Route[] {
  const of = { access: 'viewer', nav: 'silences' } as const
  const acts = { access: 'responder', nav: 'silences' } as const
  return [
    page(deps, { ...of, path: '/silences', load: (ask) => loadSilences(deps, ask) }),
    page(deps, { ...of, path: '/silences/{id}', load: (ask) => loadSilence(deps, ask) }),
    page(deps, { ...acts, path: '/silences/{id}/expire', load: (ask) => expireForm(deps, ask) }),
    action(deps, { ...acts, path: '/silences/{id}/expire', act: (ask) => expire(deps, ask) }),
    action(deps, { ...acts, path: '/silences/{id}/extend', act: (ask) => extend(deps, ask) }),
  ]
}

async function loadSilences(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, query, base } = ask
  const state = SILENCE_STATES.find((one) => one === query.get('state')) ?? 'active'
  const asked = new URLSearchParams(query)
  asked.set('state', state)
  const found = await findSilences(deps, ask, asked)
  if ('refused' in found) return found
  const tag = digest([JSON.stringify(found), String(Math.floor(ask.now / MINUTE)), ask.prefs.language, ask.role], 20)
  // The muted alerts are counted once a minute: the count needs a look at the alerts of the account.
  const live = async (): Promise<Html> =>
    livePart(ask, 'silences', '/silences', tag, listOf(ask, await withMuted(deps, ask, found), state))
  const mine = query.get('by') === ask.me
  return {
    title: text.silences.title,
    live: { tag, body: live },
    body: () => html`<div class="title"><h1>${text.silences.title}</h1>${
      atLeast(ask.role, 'responder') ? linkButton(ask, '/silences/new', text.silences.add, { kind: 'main' }) : nothing
    }</div>
${notice(doneText(ask))}
<div class="tools">${tabs(
      text.silences.title,
      SILENCE_STATES.map((one) => ({
        href: `${base}/silences${queryWith(query, { state: one === 'active' ? undefined : one })}`,
        words: `${text.silences.tabs[one]} ${found.counts[one]}`,
        now: one === state,
      })),
    )}
${searchBox(ask, '/silences', { label: text.silences.search, kept: ['state'] })}
<a class="button${mine ? ' on' : ''}" href="${base}/silences${queryWith(query, { by: mine ? undefined : ask.me })}"${mine ? html` aria-current="true"` : nothing}>${text.silences.mine}</a></div>
${live()}`,
  }
}

function doneText({ query, text }: PageAsk): string | undefined {
  const done = query.get('done')
  return DONE.find((one) => one === done) && text.silences[done as (typeof DONE)[number]]
}

const DONE = ['created', 'createdLater', 'extended', 'expired', 'changed'] as const

function listOf(ask: PageAsk, { items, partial }: SilenceList, state: (typeof SILENCE_STATES)[number]): Html {
  const { text } = ask
  if (items.length === 0) return nothingHere(ask, state)
  return html`<ul class="silences">${items.slice(0, SHOWN).map((item) => silenceRow(ask, item))}</ul>${
    items.length > SHOWN ? html`<p class="meta">${text.alerts.more(items.length - SHOWN)}</p>` : nothing
  }${partial ? html`<p class="meta">${text.silences.partial}</p>` : nothing}`
}

function nothingHere({ text, base, query }: PageAsk, state: (typeof SILENCE_STATES)[number]): Html {
  const filters = ['q', 'by'].filter((name) => query.get(name)).length
  if (filters === 0) return empty(text.silences.none[state], html`<p>${text.silences.noneHelp}</p>`)
  const clear = `${base}/silences${queryWith(query, { q: undefined, by: undefined })}`
  return empty(text.alerts.filtered(filters), html`<p><a class="button" href="${clear}">${text.clear}</a></p>`)
}

function silenceRow(ask: PageAsk, { silence, mutes }: SilenceList['items'][number]): Html {
  const { text, base, role } = ask
  const { id, matchers, createdBy, comment } = silence
  const state = silenceState(silence, ask.now)
  const fresh = ask.query.get('id') === id
  return html`<li class="silence ${state}${fresh ? ' fresh' : ''}" id="s-${id}" data-row>
<a class="ends" href="${base}/silences/${id}" data-open>${endsText(ask, silence)}</a>
<span class="tags">${matchers.map(matcherTag)}</span>
<p><span class="chip ${mutes ? 'held' : ''}">${mutes === undefined ? nothing : text.silences.mutes(mutes)}</span> <b>${said(createdBy, 60)}</b> ${said(comment, 240)}</p>
${
  atLeast(role, 'responder')
    ? html`<div class="acts">${
        state === 'expired'
          ? linkButton(ask, `/silences/new?from=${id}`, text.silences.again)
          : html`${actButton(ask, `/silences/${id}/extend`, text.silences.longer, { label: `${text.silences.longer}: ${comment.slice(0, 60)}` })}${linkButton(ask, `/silences/new?edit=${id}`, text.edit, { label: `${text.edit}: ${comment.slice(0, 60)}` })}${linkButton(ask, `/silences/${id}/expire`, text.silences.expire, { label: `${text.silences.expire}: ${comment.slice(0, 60)}` })}`
      }</div>`
    : nothing
}</li>`
}

function endsText(ask: PageAsk, silence: Silence): Html {
  const { text, now } = ask
  const state = silenceState(silence, now)
  if (state === 'expired') return html`${text.silences.ended(durationText(now - silence.endsAt, text))}`
  if (state === 'pending') return html`${text.silences.startsIn} ${until(ask, silence.startsAt)}`
  return html`${text.silences.endsIn} ${until(ask, silence.endsAt)}`
}

async function loadSilence(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, base, role } = ask
  const silence = await findSilence(deps, ask.account, ask.param('id'))
  if (silence === undefined) return notFound('silence')
  const { mutes } = await countMuted(deps, ask, [silence])
  const { id, matchers, startsAt, endsAt, createdBy, comment } = silence
  const state = silenceState(silence, ask.now)
  return {
    title: text.silences.title,
    body: html`<div class="title"><h1>${text.silences.title.replace(/s$/, '')}</h1><span class="chip ${state === 'active' ? 'held' : ''}">${text.silences.tabs[state]}</span></div>
${notice(doneText(ask))}
<section class="panel about"><p class="tags">${matchers.map(matcherTag)}</p><div class="lead">${saidWhole(comment, text)}</div><dl>
<dt>${text.silences.by}</dt><dd>${said(createdBy)}</dd>
<dt>${state === 'pending' ? text.silences.starts : text.silences.started}</dt><dd>${clock(ask, startsAt)}</dd>
<dt>${text.silences.ends}</dt><dd>${clock(ask, endsAt)} (${endsText(ask, silence)})</dd>
${mutes.has(id) ? html`<dt></dt><dd>${text.silences.mutes(mutes.get(id)!)}</dd>` : nothing}
</dl>${
      atLeast(role, 'responder')
        ? html`<div class="acts">${
            state === 'expired'
              ? linkButton(ask, `/silences/new?from=${id}`, text.silences.again, { kind: 'main' })
              : html`${actButton(ask, `/silences/${id}/extend`, text.silences.longer)}${linkButton(ask, `/silences/new?edit=${id}`, text.edit)}${linkButton(ask, `/silences/${id}/expire`, text.silences.expire)}`
          }</div>`
        : nothing
    }</section><p><a href="${base}/silences">${text.back}</a></p>`,
  }
}

async function expireForm(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, base } = ask
  const silence = await findSilence(deps, ask.account, ask.param('id'))
  if (silence === undefined) return notFound('silence')
  const { mutes } = await countMuted(deps, ask, [silence])
  return {
    title: text.silences.expireTitle,
    body: html`<section class="ask panel"><h1>${text.silences.expireTitle}</h1><p class="tags">${silence.matchers.map(matcherTag)}</p><p>${said(silence.comment)}</p><p>${text.silences.expireSays(mutes.get(silence.id) ?? 0)}</p><form method="post" action="${base}/silences/${silence.id}/expire"><button class="main">${text.silences.expire}</button></form><p><a href="${base}/silences">${text.back}</a></p></section>`,
  }
}

async function expire(deps: ConsoleDeps, ask: PageAsk): Promise<Response | Refusal> {
  const ended = await endSilence(deps, ask, ask.param('id'))
  return 'refused' in ended ? ended : redirect(`${ask.base}/silences?done=expired`)
}

/** An hour more, from the end or from now. */
async function extend(deps: ConsoleDeps, ask: PageAsk): Promise<Response | Refusal> {
  const id = ask.param('id')
  const silence = await findSilence(deps, ask.account, id)
  if (silence === undefined) return notFound('silence')
  const ms = Math.max(silence.endsAt, ask.now) + HOUR - Math.max(ask.now, silence.startsAt)
  const changed = await changeSilence(deps, ask, id, { duration: ms })
  return 'refused' in changed ? changed : redirect(`${ask.base}/silences?done=extended&id=${changed.id}`)
}
