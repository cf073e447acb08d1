import { UNROUTED_POLICY } from '../../../../shared/config/config.ts'
import type { IncidentRecord } from '../../../../shared/group-store/incidents.ts'
import type { AlertInGroup } from '../../groups/alert-in-group.ts'
import { atLeast } from '../../http/role.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { notFound } from '../../http/route.ts'
import { levelOfIncident } from '../../incidents/incident-view.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { hasLive, page } from '../page/page.ts'
import { actButton, linkButton, liveLine, livePart, notice } from '../parts/controls.ts'
import { allTags, level, policyText, tag } from '../parts/labels.ts'
import { outside, safeUrl, said, saidList, saidWhole, sentence } from '../parts/said.ts'
import { ago, clock, durationText } from '../parts/time.ts'
import { ACTION_TYPES, HAD } from './act.ts'
import { alertRow } from './group-cards.ts'
import { logLines } from './incident-log.ts'
import { type IncidentRead, incidentTag, readIncidentPage } from './incident-read.ts'
import { lanes } from './lanes.ts'
import { type Told, toldTargets } from './told.ts'
import { tryButton } from './why.ts'

const SHOWN_ALERTS = 50
/** Alerts that stand open; the others are folded, so that the timeline is near. */
const FIRST_ALERTS = 8
/** Of a text in the head of the page. */
const HEAD = { chars: 300, lines: 5 }
const SHOWN_TARGETS = 50

/** The page of an incident: alerts, when they fired, who was told, what happened. */
export function incidentPage(deps: ConsoleDeps): Route {
  return page(deps, {
    ...{ path: '/incidents/{id}', access: 'viewer', nav: 'incidents' },
    load: (ask) => loadIncident(deps, ask),
  })
}

async function loadIncident(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const tag = await incidentTag(deps, ask)
  if (hasLive(ask, tag)) return { title: '', body: nothing, live: { tag, body: () => nothing } }
  const read = await readIncidentPage(deps, ask)
  if (read === undefined) return notFound('incident')
  const { incident } = read
  const path = `/incidents/${incident.id}`
  // The result of a claim may change after the page is shown: another claim may come a moment later.
  const live = (): Html => livePart(ask, 'incident', path, tag, html`${doneNotice(ask, incident)}${content(ask, read)}`)
  return {
    title: `${levelOfIncident(incident) ?? ''} ${read.title}`.trim(),
    live: { tag, body: live },
    body: () =>
      html`<div class="crumb"><a class="button quiet" href="${ask.base}/incidents">‹ ${ask.text.places.incidents}</a>${liveLine(ask, clock(ask, ask.now))}</div>${live()}`,
  }
}

function doneNotice({ query, text, me }: PageAsk, { handler }: IncidentRecord): Html {
  const words = text.incident
  const asked = query.get('done') ?? query.get('slow')
  if (asked === 'claim' && handler !== undefined) {
    return handler === me ? notice(words.done.claim) : notice(sentence(words.anotherHas, handler), 'bad')
  }
  if (query.has('slow')) return notice(words.slow, 'bad')
  if (asked === 'links') return notice(words.linksEnded)
  if (asked === 'try') return notice(text.why.tried)
  const done = ACTION_TYPES.find((type) => type === asked)
  return notice(done && words.done[done])
}

function content(ask: PageAsk, read: IncidentRead): Html {
  const { incident, alerts, counts, log, title, until, named } = read
  const { text } = ask
  const shared = sharedLabels(alerts)
  const summary = commonText(alerts, 'summary') ?? commonText(alerts, 'message')
  const runbook = commonText(alerts, 'runbook_url')
  const description = commonText(alerts, 'description')
  const closed = incident.state === 'closed'
  const told = toldTargets(log)
  const row = (one: AlertInGroup): Html => {
    const own = one.alert.annotations.description
    return alertRow(ask, one, shared, summary ?? description, {
      links: alertLinks(ask, one, runbook),
      act: silenceLink(ask, incident, one),
      more: own === description || own === summary ? undefined : own,
    })
  }
  return html`<div class="incident${closed ? ' closed' : ''}">
<header class="top">
<div class="title">${level(levelOfIncident(incident) ?? 'P4')}<h1>${said(title)}</h1>${stateChips(ask, read)}</div>
${summary === undefined ? nothing : html`<div class="lead">${saidWhole(summary, text, HEAD)}</div>`}
${description === undefined || description === summary ? nothing : html`<div>${saidWhole(description, text, HEAD)}</div>`}
<p class="meta">${
    closed
      ? html`<span>${text.incident.lasted} ${durationText(until - incident.openedAt, text)}</span>`
      : html`<span>${text.incident.openFor} ${ago(ask, incident.openedAt)}</span> <span>${counts.firing === 0 ? text.incident.nothingFires : text.incident.fire(counts.firing, counts.all)}</span>`
  } <span>${incident.policy === UNROUTED_POLICY ? nothing : text.incident.policy} ${policyText(ask, incident.policy)}</span></p>
${toldChips(ask, told, read)}
${allTags(ask, shared)}
${buttons(ask, read, runbook)}
</header>
<div class="cols"><div class="main">
<section class="panel alerts"><h2>${text.incident.alerts}</h2><ul class="rows">${alerts.slice(0, FIRST_ALERTS).map(row)}</ul>${folded(ask, alerts.slice(FIRST_ALERTS, SHOWN_ALERTS).map(row))}${
    counts.all > SHOWN_ALERTS
      ? html`<p class="acts">${linkButton(ask, `/incidents/${incident.id}/alerts`, text.incident.allAlerts(counts.all))}</p>`
      : nothing
  }</section>
<section class="panel when"><h2>${text.incident.when}</h2>${lanes(
    ask,
    alerts.map(({ alert, resolved }) => ({ alert, over: resolved })),
    log,
    { until },
  )}</section>
<section class="panel log"><h2 id="log">${text.incident.happened}</h2>${commentForm(ask, incident)}${logLines(ask, log, named)}</section>
</div><aside class="side">
<section class="panel told" id="told"><h2>${text.incident.told}</h2>${toldList(ask, told, read)}</section>
<section class="panel about"><h2>${text.incident.about}</h2>${about(ask, incident)}</section>
</aside></div></div>`
}

function folded({ text }: PageAsk, rows: readonly Html[]): Html {
  if (rows.length === 0) return nothing
  return html`<details class="more"><summary>${text.alerts.more(rows.length)}</summary><ul class="rows">${rows}</ul></details>`
}

const MOST_NAMES = 3
const STANDINGS = {
  ...{ failing: ['bad', '✕'], paused: ['bad', '✕'], told: ['ok', '✓'], pending: ['', '…'], held: ['held', ''] },
} satisfies Partial<Record<Told['standing'], [string, string]>>

/** The targets that were told, in a line near the name of the incident: a phone shows the whole list further down. */
function toldChips({ text }: PageAsk, told: readonly Told[], { incident, named }: IncidentRead): Html {
  if (told.length === 0 && incident.state === 'closed') return nothing
  if (told.length === 0) return html`<p class="acts"><span class="chip bad">✕ ${text.incident.noTargets}</span></p>`
  const chips = Object.entries(STANDINGS).map(([standing, [kind, mark]]) => {
    const names = told.filter((one) => one.standing === standing).map(({ target }) => named(target))
    return names.length === 0
      ? nothing
      : html`<a class="chip ${kind}" href="#told">${mark} ${text.told[standing as Told['standing']]}: ${saidList(names, MOST_NAMES)}</a>`
  })
  return html`<p class="acts">${chips}</p>`
}

function stateChips({ text }: PageAsk, { incident }: IncidentRead): Html {
  const { state, handler, closedBecause } = incident
  const open = state === 'open'
  return html`<span class="chip ${open ? '' : 'ok'}">${open ? text.incidents.open : text.incidents.closed}</span>${
    open || closedBecause === undefined
      ? nothing
      : html`<span class="chip">${text.incident.closedBecause[closedBecause]}</span>`
  }${
    handler !== undefined
      ? html`<span class="chip ok">✓ ${sentence(text.alerts.has, handler)}</span>`
      : open
        ? html`<span class="chip bad">${text.incident.unclaimed}</span>`
        : nothing
  }`
}

/** Labels that all of the alerts have. */
export function sharedLabels(alerts: readonly AlertInGroup[]): Record<string, string> {
  const [first, ...rest] = alerts
  if (first === undefined) return {}
  return Object.fromEntries(
    Object.entries(first.alert.labels).filter(([name, value]) =>
      rest.every(({ alert }) => alert.labels[name] === value),
    ),
  )
}

function commonText(alerts: readonly AlertInGroup[], name: string): string | undefined {
  const text = alerts[0]?.alert.annotations[name]
  return text && alerts.every(({ alert }) => alert.annotations[name] === text) ? text : undefined
}

/** On a phone the buttons that the night needs are at the bottom of the screen. */
function buttons(ask: PageAsk, { incident, group }: IncidentRead, runbook: string | undefined): Html {
  const { text, role, once, me } = ask
  const { id, state, handler } = incident
  const path = `/incidents/${id}`
  const fields = { once, next: path }
  const may = atLeast(role, 'responder')
  const run = outside(runbook, text.incident.actions.runbook)
  if (!may) return html`<div class="acts">${run}</div>`
  if (state === 'closed') {
    const reopens = group?.reopenable?.id === id && group.incident === undefined
    return html`<div class="acts">${reopens ? actButton(ask, `${path}/reopen`, text.incident.actions.reopen, { fields }) : nothing}${run}</div>`
  }
  return html`<div class="acts"><div class="acts bottom">${
    handler === me
      ? actButton(ask, `${path}/unclaim`, text.incident.actions.unclaim, { fields })
      : actButton(ask, `${path}/claim`, text.incident.actions.claim, {
          fields: { ...fields, [HAD]: handler ?? '' },
          ...{ kind: 'main', key: 'c' },
        })
  }<a class="button" href="#comment" data-key="m">${text.incident.actions.comment}</a>${linkButton(ask, `/silences/new?incident=${id}`, text.incident.actions.silence, { key: 's' })}${linkButton(ask, `${path}/close`, text.incident.actions.close, { key: 'e' })}</div>${run}${linkButton(ask, `${path}/assign`, text.incident.actions.assign)}${linkButton(ask, `${path}/link`, text.incident.actions.link)}</div>`
}

/** Links of one alert besides the links of all alerts. */
export function alertLinks(
  { text }: PageAsk,
  { alert: { annotations, generatorURL } }: AlertInGroup,
  runbook: string | undefined,
): Html {
  const own = annotations.runbook_url === runbook ? undefined : annotations.runbook_url
  const others = Object.entries(annotations).filter(
    ([name, url]) => name.endsWith('_url') && name !== 'runbook_url' && safeUrl(url),
  )
  return html`${outside(own, text.incident.actions.runbook)}${outside(generatorURL, '')}${others.slice(0, 3).map(([name, url]) => outside(url, name.replace(/_url$/, '')))}`
}

/** The way to silence one alert of an incident. */
export function silenceLink(
  { text, base, role }: PageAsk,
  { id, state }: Pick<IncidentRecord, 'id' | 'state'>,
  { fingerprint }: AlertInGroup,
): Html | undefined {
  if (state !== 'open' || !atLeast(role, 'responder')) return undefined
  return html`<a class="out" href="${base}/silences/new?incident=${id}&alert=${fingerprint}">${text.incident.actions.silence}</a>`
}

function commentForm(ask: PageAsk, { id, state }: IncidentRecord): Html {
  const { text, base, role, once } = ask
  if (!atLeast(role, 'responder') || state === 'closed') return nothing
  return html`<form class="comment" method="post" action="${base}/incidents/${id}/comment"><input type="hidden" name="once" value="${once}"><label class="vh" for="comment">${text.incident.commentLabel}</label><textarea id="comment" name="text" rows="2" required maxlength="4000" placeholder="${text.incident.commentHint}"></textarea><button>${text.incident.actions.comment}</button></form>`
}

function toldList(ask: PageAsk, told: readonly Told[], read: IncidentRead): Html {
  const { text } = ask
  if (told.length === 0) return html`<p class="meta">${text.incident.noTargets}</p>`
  return html`<ul class="told">${told.slice(0, SHOWN_TARGETS).map((one) => toldLine(ask, one, read))}</ul>${
    told.length > SHOWN_TARGETS ? html`<p class="meta">${text.alerts.more(told.length - SHOWN_TARGETS)}</p>` : nothing
  }`
}

function toldLine(ask: PageAsk, one: Told, { incident, group, named }: IncidentRead): Html {
  const { text } = ask
  const { target, standing, at, reason, toldAt, toldFor, failures, since } = one
  const good = standing === 'told'
  const bad = standing === 'failing' || standing === 'paused'
  const next = group?.targets.get(target)?.retry?.notBefore
  const reasons = good ? (toldFor ?? reason) : reason
  return html`<li class="${good ? 'ok' : bad ? 'bad' : ''}"><span class="mark" aria-hidden="true">${good ? '✓' : bad ? '✕' : '·'}</span><div><b>${said(named(target), 120)}</b> <span class="when">${clock(ask, toldAt ?? at)}</span><br><span class="meta">${text.told[standing]}: ${said(text.reason(reasons), 200)}${
    failures > 1 && since !== undefined
      ? html`; ${text.incident.attempts(failures)} ${text.incident.since} ${clock(ask, since)}`
      : nothing
  }${bad && next !== undefined && next > ask.now ? html`; ${text.told.nextTry} ${clock(ask, next)}` : nothing}${
    !good && toldAt !== undefined ? html`; ${text.told.told} ${clock(ask, toldAt)}` : nothing
  }</span><div class="acts"><a href="${ask.base}/incidents/${incident.id}/why?target=${encodeURIComponent(target)}" aria-label="${text.incident.why} ${named(target)}">${text.incident.why}</a>${bad && incident.state === 'open' ? tryButton(ask, incident.id, target, named) : nothing}</div></div></li>`
}

function about(ask: PageAsk, incident: IncidentRecord): Html {
  const { text } = ask
  const { id, openedAt, closedAt, closedBy, solution, labels, policy } = incident
  return html`<dl>
<dt>${text.incident.opened}</dt><dd>${clock(ask, openedAt)}</dd>
${closedAt === undefined ? nothing : html`<dt>${text.incident.closedAt}</dt><dd>${clock(ask, closedAt)}${closedBy === undefined ? nothing : html` · ${said(closedBy)}`}</dd>`}
${solution === undefined ? nothing : html`<dt>${text.incident.solution}</dt><dd>${saidWhole(solution, text)}</dd>`}
<dt>${text.incident.group}</dt><dd class="tags">${Object.entries(labels).map(([name, value]) => tag(ask, name, value))}</dd>
<dt>${text.incidents.columns.policy}</dt><dd>${policyText(ask, policy)}</dd>
<dt>${text.incident.id}</dt><dd><code>${id}</code></dd>
</dl><p class="acts">${linkButton(ask, `/deliveries?incident=${id}`, text.incident.deliveries)}${linkButton(ask, `/events?incident=${id}`, text.incident.events)}</p>`
}
