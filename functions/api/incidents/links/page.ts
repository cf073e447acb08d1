import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { LinkRight } from '../../../../shared/account/link.ts'
import { type Alert, resolvedAt } from '../../../../shared/alert/alert.ts'
import { howManyFit, jsonSizes } from '../../../../shared/base/fitting.ts'
import { type Millis, toRfc3339 } from '../../../../shared/base/time.ts'
import type { IncidentRecord } from '../../../../shared/group-store/incidents.ts'
import type { LinkWords } from './words.ts'

/*
 * The page of a signed link: HTML alone, for a phone at night. Texts of alerts and of people are escaped text on the
 * page, never markup and never a link: the page has no way out but to the console itself.
 */

/**
 * Limits of the page: people scroll past more alerts, and Lambda limits an answer. Alerts beyond the limits are
 * counted.
 */
const SHOWN_ALERTS = 50
const SHOWN_BYTES = 1024 * 1024
const SHOWN_CHARS = 1000

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.45 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif
  ; --soft: light-dark(#5d5f59, #a2a6ad); --line: light-dark(#dedfd9, #2d3035); --card: light-dark(#fff, #1a1c1f) }
body { margin: 0; background: light-dark(#f6f6f3, #121315); color: light-dark(#1b1c19, #e9e9e6); overflow-wrap: anywhere }
header { font-weight: 650; padding: .75rem 1rem; border-bottom: 1px solid var(--line); background: light-dark(#efefea, #0d0e10) }
main { max-width: 42rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .5rem }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem }
p { margin: 0 0 .75rem } a { color: light-dark(#0b5c8f, #7cc0ee) }
.state { display: inline-block; font-size: .85rem; padding: .1rem .6rem; border-radius: 1rem
  ; color: light-dark(#22693b, #6fcf8b); background: light-dark(#e7f4ea, #17291d) }
.state.now { color: light-dark(#b3151d, #ff7b78); background: light-dark(#fdeceb, #3a1c1d) }
article, details, .about { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; margin: .5rem 0 }
article p { margin: 0 0 .5rem } details { padding: 0 .75rem } summary { cursor: pointer; font-weight: 600; padding: .75rem 0 } form { margin: 0 0 .75rem }
dl { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: .25rem .75rem; margin: 0 }
dt { color: var(--soft) } dd { margin: 0; white-space: pre-wrap }
input, textarea, button { font: inherit; color: inherit; width: 100%; box-sizing: border-box; padding: .6rem; margin: .25rem 0
  ; background: var(--card); border: 1px solid light-dark(#8b8d86, #6f747c); border-radius: .4rem }
button { color: #fff; background: light-dark(#1f4e79, #2f74ad); border-color: transparent; cursor: pointer }
footer { margin-top: 2rem; color: var(--soft); font-size: .9rem }
`

/** No script, no frame, no resource of another origin; forms go back to the origin of the page. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The link is in the address of the page, so the address goes to no other site, no cache and no search engine. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
}

type Html = ReturnType<typeof html>

async function htmlPage(status: number, { lang }: LinkWords, title: string, content: Html): Promise<Response> {
  // The hash of the policy covers every character of the style.
  const whole = html`<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>${raw(`<style>${STYLE}</style>`)}</head>
<body><header>Tocsin</header><main>${content}</main></body></html>
`
  return new Response(String(await whole), { status, headers: HEADERS })
}

/** A page with one message: a refusal, or the acceptance of an action. */
export function messagePage(
  status: number,
  words: LinkWords,
  {
    title,
    message,
    back,
    home,
  }: { title: string; message: string; back?: string | undefined; home?: string | undefined },
): Promise<Response> {
  const way = back === undefined ? '' : html`<p><a href="${back}">${words.back}</a></p>`
  const console = home === undefined ? '' : html`<p><a href="${home}">${words.home}</a></p>`
  return htmlPage(status, words, title, html`<h1>${title}</h1><p>${message}</p>${way}${console}`)
}

export interface LinkPage {
  words: LinkWords
  /** The address of the incident, relative to the page's own. Forms post to paths below the address. */
  address: string
  rights: readonly LinkRight[]
  endsAt: Millis
  now: Millis
  /** Makes a value for every form: a form that is sent twice acts once. */
  once: () => string
}

export function incidentPage(incident: IncidentRecord, by: LinkPage): Promise<Response> {
  const { state, openedAt, closedAt, closedBy, solution, handler, comments = [], alerts, labels } = incident
  const { words } = by
  const at = closedAt ?? by.now
  const title = labels.alertname ?? alerts[0]?.alert.labels.alertname ?? words.incident
  const firing = alerts.filter(({ alert }) => !resolvedAt(alert, at)).length
  const shown = shownAlerts(incident)
  const rows = {
    [words.rows.opened]: shownTime(openedAt),
    [words.rows.closed]: closedAt === undefined ? undefined : shownTime(closedAt),
    [words.rows.closedBy]: closedBy,
    [words.rows.solution]: solution,
    [words.rows.inHandOf]: handler ?? words.nobody,
    [words.rows.alerts]: words.fire(alerts.length, firing, state === 'open'),
  }
  const content = html`<h1><bdi>${truncated(title)}</bdi></h1><p><span class="state ${state === 'open' ? 'now' : ''}">${words.states[state]}</span></p>
<div class="about">${definitionList(rows, labels)}</div>
${state === 'open' || by.rights.includes('comment') ? forms(by, state) : ''}
${comments.length === 0 ? '' : html`<h2>${words.comments}</h2>`}
${comments.map((said) => html`<article><p>${shownTime(said.at)} <bdi>${said.by}</bdi></p><bdi>${truncated(said.text)}</bdi></article>`)}
<h2>${words.alerts}</h2>${shown.map(({ alert }) => alertPart(words, alert, at))}
${alerts.length > shown.length ? html`<p>${words.more(alerts.length - shown.length)}</p>` : ''}
<footer>${words.until(shownTime(by.endsAt))}</footer>`
  return htmlPage(200, words, title, content)
}

/** The first alerts of the incident, as many as an answer may hold. */
export function shownAlerts({ alerts }: Pick<IncidentRecord, 'alerts'>): IncidentRecord['alerts'] {
  const first = alerts.slice(0, SHOWN_ALERTS)
  return first.slice(0, howManyFit(jsonSizes(first), SHOWN_BYTES))
}

function alertPart(words: LinkWords, alert: Alert, at: Millis): Html {
  const resolved = resolvedAt(alert, at)
  const times = {
    [words.since]: shownTime(alert.startsAt),
    [words.ended]: resolved ? shownTime(alert.endsAt) : undefined,
  }
  return html`<article><p><span class="state ${resolved ? '' : 'now'}">${resolved ? words.resolved : words.firing}</span></p>
${definitionList(times, alert.labels, alert.annotations)}</article>`
}

/**
 * Rows with a text; a row without a text is left out. Rows are entries and not fields of one object: a label may have
 * the name of another row.
 */
function definitionList(...parts: Readonly<Record<string, string | undefined>>[]): Html {
  const rows = parts
    .flatMap((part) => Object.entries(part))
    .filter((row): row is [string, string] => row[1] !== undefined)
    .map(([name, value]) => html`<dt><bdi>${truncated(name)}</bdi></dt><dd><bdi>${truncated(value)}</bdi></dd>`)
  return html`<dl>${rows}</dl>`
}

/** The text that an action takes. */
const TEXTS: Partial<Record<LinkRight, { name: 'comment' | 'solution'; required: boolean }>> = {
  comment: { name: 'comment', required: true },
  close: { name: 'solution', required: false },
}

function forms({ address, rights, once, words }: LinkPage, state: IncidentRecord['state']): Html {
  const possible = rights.filter((right) => state === 'open' || right === 'comment')
  const all = possible.map((right) => {
    const [button, text] = [words.buttons[right], TEXTS[right]]
    const name = html`<label>${words.yourName}<input name="by" maxlength="100" autocomplete="name"></label>`
    const input =
      text === undefined
        ? ''
        : html`<label>${words[text.name]}<textarea name="${text.name}" rows="2" maxlength="4000" ${text.required ? 'required' : ''}></textarea></label>`
    // A form is folded up, so that a small screen shows the alerts first.
    return html`<details><summary>${button}</summary>
<form method="post" action="${address}/${right}"><input type="hidden" name="once" value="${once()}">
${name}${input}<button>${button}</button></form></details>`
  })
  return html`${all}`
}

function shownTime(at: Millis): string {
  return `${toRfc3339(at).slice(0, 19).replace('T', ' ')} UTC`
}

function truncated(text: string): string {
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`
}
