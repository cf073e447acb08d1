import { sumOf } from '../../../../shared/group/card.ts'
import type { Summary } from '../../groups/summary.ts'
import type { Texts } from '../text/texts.ts'
import type { PageAsk, Shown } from './ask.ts'
import type { Assets } from './assets.ts'
import { type Html, html, nothing } from './html.ts'

/** Entries of the navigation, with the paths that they lead to. */
export const PLACES = {
  alerts: '/',
  incidents: '/incidents',
  silences: '/silences',
  inbox: '/inbox',
  integrations: '/integrations',
  rules: '/rules',
  recipients: '/users',
  templates: '/templates',
  policies: '/policies',
  deliveries: '/deliveries',
  events: '/events',
  settings: '/settings',
} as const

export type Place = keyof typeof PLACES

/** The entries in their order, each part under its heading. */
const PARTS: readonly { head?: keyof Texts['nav']['groups']; places: readonly Place[] }[] = [
  { places: ['alerts', 'incidents', 'silences', 'inbox'] },
  { head: 'manage', places: ['integrations', 'rules'] },
  { head: 'notify', places: ['recipients', 'templates', 'policies'] },
  { head: 'sent', places: ['deliveries', 'events'] },
  { places: ['settings'] },
]

/** What a phone has at hand. */
const AT_HAND: readonly Place[] = ['alerts', 'incidents', 'silences']

const HTMX = JSON.stringify({
  includeIndicatorCSS: false,
  extensions: 'ptag',
  history: false,
  // What a person has opened stays open.
  morphIgnore: ['data-htmx-powered', 'open'],
})

/** A whole page: head, navigation, and the content in `main`. */
export function shell(
  { assets }: { assets: Assets },
  ask: PageAsk,
  { title, body, styles = [] }: { title: string; body: Html; styles?: Shown['styles'] },
  nav?: Place,
  summary?: Summary,
): Html {
  const { base, prefs, text } = ask
  const file = (name: string): string => base + assets.path(name)
  const icon = summary !== undefined && (summary.firing.P1 ?? 0) > 0 ? 'icon-alert.svg' : 'icon.svg'
  return html`<!doctype html>
<html lang="${prefs.language === 'zh' ? 'zh-CN' : 'en'}" data-density="${prefs.density}"${
    prefs.theme === undefined ? nothing : html` data-theme="${prefs.theme}"`
  }>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${prefs.theme ?? 'light dark'}">
<meta name="htmx-config" content="${HTMX}">
<title>${titleText(title, summary)}</title>
<link rel="icon" href="${file(icon)}">
<link rel="manifest" href="${file('manifest.webmanifest')}">
<link rel="stylesheet" href="${file('console.css')}">${styles.map(
    (name) => html`
<link rel="stylesheet" href="${file(name)}">`,
  )}
<script defer src="${file('htmx.js')}"></script>
<script defer src="${file('console.js')}"></script>
</head>
<body data-zone="${prefs.timeZone}" data-utc="${prefs.utc ? 'on' : 'off'}" data-keys="${prefs.keys ? 'on' : 'off'}">
<a class="skip" href="#main">${text.skip}</a>
${ask.account === '' ? html`<main id="main" class="alone">${body}</main>` : framed(ask, body, nav, summary)}
</body>
</html>`
}

function titleText(title: string, summary: Summary | undefined): string {
  const firing = summary === undefined ? 0 : sumOf(summary.firing)
  return `${firing > 0 ? `(${firing}) ` : ''}${title} · Tocsin`
}

/** The title and the numbers of the navigation, for a page that stays open. */
export function news(title: string, summary: Summary): Html {
  return html`<title>${titleText(title, summary)}</title>${COUNTED.map(
    (place) => html`<b class="n-${place}" hx-swap-oob="outerHTML:.n-${place}">${countOf(place, summary) || ''}</b>`,
  )}`
}

function framed(ask: PageAsk, body: Html, nav: Place | undefined, summary: Summary | undefined): Html {
  const { base, text } = ask
  return html`<header class="side">
<a class="brand" href="${base}/">${bell}<span>Tocsin</span></a>
<nav class="nav" id="nav" aria-label="${text.nav.main}">
${placeLists(ask, nav, summary)}
</nav>
${who(ask)}
</header>
<main id="main">${body}</main>
<nav class="bar" aria-label="${text.nav.short}">${AT_HAND.map((place) => link(ask, place, nav, summary))}<a href="${base}/more"${nav !== undefined && !AT_HAND.includes(nav) ? html` aria-current="true"` : nothing}><b aria-hidden="true">⋯</b><span>${text.nav.more}</span></a></nav>
<div class="lost" id="lost" role="status" hidden data-lost="${text.lost}" data-out="${text.signedOut}" data-gone="${text.gone}"><span></span> <a class="button" href="${base}/sign-in" target="_blank" rel="noopener" hidden>${text.signIn.button}</a></div>`
}

function who({ account, me, role, text, base }: PageAsk): Html {
  return html`<div class="who"><span>${account} · ${me}<br>${text.roles[role]}</span><form method="post" action="${base}/session/end"><button class="quiet">${text.signOut}</button></form><div class="acts">${SWITCHES.map(
    ([act, key, sign]) =>
      html`<button type="button" class="quiet" data-do="${act}" data-key="${key}" aria-label="${text.switches[act]}" title="${text.switches[act]} (${key})" hidden>${sign}</button>`,
  )}</div></div>`
}

/** Switches of this browser, for which a script is needed; each has a key. */
const SWITCHES = [
  ['theme', '.', '◐'],
  ['zone', 'z', 'UTC'],
  ['help', '?', '⌨'],
] as const

const bell = html`<svg class="bell" viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3a8 8 0 0 0-8 8v6l-3 5v2h22v-2l-3-5v-6a8 8 0 0 0-8-8zm-4 23a4 4 0 0 0 8 0z"/></svg>`

const KEYS: Record<Place, string> = {
  alerts: 'g a',
  incidents: 'g i',
  silences: 'g s',
  inbox: 'g m',
  integrations: 'g t',
  rules: 'g r',
  recipients: 'g u',
  templates: 'g c',
  policies: 'g p',
  deliveries: 'g d',
  events: 'g e',
  settings: 'g x',
}

function link({ base, text }: PageAsk, place: Place, nav: Place | undefined, summary: Summary | undefined): Html {
  const count = summary === undefined ? 0 : countOf(place, summary)
  const counted = COUNTED.includes(place)
  return html`<a href="${base}${PLACES[place]}"${nav === place ? html` aria-current="page"` : nothing} data-key="${KEYS[place]}"><span>${text.places[place]}</span>${counted ? html` <b class="n-${place}">${count || ''}</b>` : nothing}</a>`
}

/** Entries with a number. */
const COUNTED: readonly Place[] = ['alerts', 'incidents', 'silences']

function countOf(place: Place, { firing, incidents, silences }: Summary): number {
  if (place === 'alerts') return sumOf(firing)
  if (place === 'incidents') return incidents.open
  return place === 'silences' ? silences.active : 0
}

function placeLists(ask: PageAsk, nav: Place | undefined, summary: Summary | undefined): Html {
  return html`${PARTS.map(
    ({ head, places }) =>
      html`${head === undefined ? nothing : html`<h2>${ask.text.nav.groups[head]}</h2>`}<ul>${places.map((place) => html`<li>${link(ask, place, nav, summary)}</li>`)}</ul>`,
  )}`
}

/** All places, for phones. */
export function allPlaces(ask: PageAsk, summary: Summary): Html {
  return html`<nav class="all" aria-label="${ask.text.nav.more}">${placeLists(ask, undefined, summary)}</nav>${who(ask)}`
}
