import { atLeast } from '../../http/role.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { tagFor } from '../page/of-account.ts'

/** A button that does something by itself. `once`: pressed twice, it acts once. */
export function actButton(
  ask: PageAsk,
  path: string,
  words: string | Html,
  {
    fields = {},
    kind = '',
    key,
    label,
  }: { fields?: Record<string, string>; kind?: string; key?: string; label?: string } = {},
): Html {
  return html`<form method="post" action="${ask.base}${path}" class="one">${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button class="${kind}"${key === undefined ? nothing : html` data-key="${key}"`}${
    label === undefined ? nothing : html` aria-label="${label}"`
  }>${words}</button></form>`
}

export function linkButton(
  ask: PageAsk,
  path: string,
  words: string,
  { kind = '', key, label }: { kind?: string; key?: string; label?: string } = {},
): Html {
  return html`<a class="button ${kind}" href="${ask.base}${path}"${key === undefined ? nothing : html` data-key="${key}"`}${
    label === undefined ? nothing : html` aria-label="${label}"`
  }>${words}</a>`
}

/** The box that chooses a row for what is done with several; the whole cell is the target. */
export function pick(name: string, value: string, label: string): Html {
  return html`<label class="pick"><input type="checkbox" name="${name}" value="${value}" form="bulk" aria-label="${label}" data-key="x"></label>`
}

/** Tabs that lead to other views of the same list. */
export function tabs(label: string, entries: readonly { href: string; words: string; now: boolean }[]): Html {
  return html`<nav class="tabs" aria-label="${label}">${entries.map(
    ({ href, words, now }) => html`<a href="${href}"${now ? html` aria-current="true"` : nothing}>${words}</a>`,
  )}</nav>`
}

/** Said once, after something was done: the page that the redirect leads to has the notice in its address. */
export function notice(words: string | Html | undefined, kind: 'good' | 'bad' = 'good'): Html {
  return words === undefined ? nothing : html`<p class="notice ${kind}" role="status">${words}</p>`
}

/** Nothing is there: what that means, and the way on. */
export function empty(words: string, more: Html = nothing): Html {
  return html`<div class="empty"><p>${words}</p>${more}</div>`
}

/** The box that searches a list, whose address has the words as `q`. `kept`: parameters that a search leaves as they are. */
export function searchBox(
  { base, text, query }: PageAsk,
  path: string,
  { label = text.search, kept = [] }: { label?: string; kept?: readonly string[] } = {},
): Html {
  const others = kept.flatMap((name) => {
    const value = query.get(name)
    return value ? [html`<input type="hidden" name="${name}" value="${value}">`] : []
  })
  return html`<form class="filter" method="get" action="${base}${path}" role="search">${others}<label class="vh" for="q">${label}</label><input id="q" type="search" name="q" value="${query.get('q') ?? ''}" placeholder="${label}" data-key="/"><button class="vh">${text.search}</button></form>`
}

/** The next page of a list. */
export function pager(
  { base, text }: PageAsk,
  path: string,
  query: URLSearchParams,
  next: string | undefined,
  count = 25,
): Html {
  const link = (after: string | undefined): string => {
    const to = new URLSearchParams(query)
    for (const name of ['after', 'part', ...DONE_PARAMETERS]) to.delete(name)
    if (after !== undefined) to.set('after', after)
    const search = to.toString()
    return `${base}${path}${search === '' ? '' : `?${search}`}`
  }
  if (next === undefined && !query.has('after')) return nothing
  return html`<nav class="pager" aria-label="${text.next(count)}">${
    query.has('after') ? html`<a href="${link(undefined)}">${text.first}</a>` : nothing
  }${next === undefined ? nothing : html`<a href="${link(next)}" rel="next">${text.next(count)} ›</a>`}</nav>`
}

/** What the redirect after a form says in the address of the next page. */
export const DONE_PARAMETERS = ['done', 'id', 'count', 'over', 'left', 'more']

/** The query of a page with some of its parameters changed; undefined takes a parameter away. */
export function queryWith(query: URLSearchParams, changes: Record<string, string | undefined>): string {
  const next = new URLSearchParams(query)
  for (const name of ['after', 'part', ...DONE_PARAMETERS]) next.delete(name)
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name)
    if (value !== undefined) next.set(name, value)
  }
  const text = next.toString()
  return text === '' ? '' : `?${text}`
}

/** A list that follows the account: asked for again by the script, and changed in place. */
export function livePart(ask: PageAsk, id: string, path: string, tag: string, content: Html | Promise<Html>): Html {
  const query = new URLSearchParams(ask.query)
  query.set('part', 'live')
  return html`<div id="${id}" class="live" hx-get="${ask.base}${path}?${query.toString()}" hx-trigger="refresh from:body" hx-swap="outerMorph" hx-ptag="${tagFor(ask.account, tag)}">${content}</div>`
}

/** "live · as of 08:06:10", and the pause. */
export function liveLine({ text }: PageAsk, time: Html): Html {
  return html`<p class="asof" id="asof"><span class="dot" aria-hidden="true"></span><span data-live>${text.live}</span> ${time}<button type="button" class="quiet" data-pause data-key="p" aria-pressed="false" hidden aria-label="${text.pause}">❚❚</button></p>`
}

/** What can be done with the chosen rows; without a script the bar is always there. */
export function bulkBar({ text, base, once }: PageAsk, path: string, buttons: Html, next?: string): Html {
  return html`<form class="bulk" id="bulk" method="post" action="${base}${path}"><input type="hidden" name="once" value="${once}">${next === undefined ? nothing : html`<input type="hidden" name="next" value="${next}">`}<b data-selected="${text.alerts.selected(0)}" hidden></b>${buttons}</form>`
}

/** What can be done with the chosen incidents. */
export function incidentsBar(ask: PageAsk): Html {
  if (!atLeast(ask.role, 'responder')) return nothing
  const { claim, comment, close } = ask.text.alerts
  return bulkBar(
    ask,
    '/incidents/bulk',
    html`<button name="act" value="claim">${claim}</button><button name="act" value="comment">${comment}</button><button name="act" value="close">${close}</button>`,
  )
}

/** A text to copy, such as an address. */
export function copyLine({ text }: PageAsk, id: string, value: string, label: string): Html {
  return html`<p class="copyline"><input id="${id}" readonly value="${value}" aria-label="${label}"><button type="button" data-copy="${id}" hidden>${text.copy}</button></p>`
}

/** A tile for each kind of entry that can be made. */
export function tiles({ base }: PageAsk, label: string, list: readonly { path: string; words: string }[]): Html {
  return html`<nav class="tiles" aria-label="${label}"><span class="meta">${label}</span>${list.map(({ path, words }) => html`<a class="button" href="${base}${path}">${words}</a>`)}</nav>`
}
