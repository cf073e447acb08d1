import { resolvedAt } from '../../../../shared/alert/alert.ts'
import type { Millis } from '../../../../shared/base/time.ts'
import { sumOf } from '../../../../shared/group/card.ts'
import { targetsOf } from '../../../../shared/group/log-entry.ts'
import type { Reason } from '../../../../shared/reason/reason.ts'
import { atLeast } from '../../http/role.ts'
import { notFound, type Refusal, type Route } from '../../http/route.ts'
import { explainAt, type IncidentHistory, type LastWord, readIncidentHistory } from '../../incidents/explain-route.ts'
import { levelsOf } from '../../incidents/incident-view.ts'
import { requestTry } from '../../incidents/replay.ts'
import type { TargetStanding } from '../../incidents/target-standing.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { actButton, empty } from '../parts/controls.ts'
import { said } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { type NameTarget, targetNames } from '../parts/targets.ts'
import { clock, readMoment } from '../parts/time.ts'
import { logLine } from './incident-log.ts'
import { lanes } from './lanes.ts'

const SHOWN_WORDS = 50
const SHOWN_TARGETS = 100

/** The reasons of messages and silence, at every moment of an incident; and a try at once. */
export function whyPages(deps: ConsoleDeps): Route[] {
  const of = { nav: 'incidents' } as const
  return [
    page(deps, { ...of, access: 'viewer', path: '/incidents/{id}/why', load: (ask) => loadWhy(deps, ask) }),
    action(deps, {
      ...{ ...of, access: 'responder', path: '/incidents/{id}/try' },
      act: (ask, form) => tryNow(deps, ask, form),
    }),
  ]
}

/** A button for a target that waits. */
export function tryButton(ask: PageAsk, incident: string, target: string, named: NameTarget): Html {
  if (!atLeast(ask.role, 'responder')) return nothing
  const { tryNow: words } = ask.text.why
  return actButton(ask, `/incidents/${incident}/try`, words, {
    fields: { target },
    label: `${words}: ${named(target)}`,
  })
}

async function tryNow(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Response | Refusal> {
  const id = ask.param('id')
  const asked = await requestTry(deps, ask, id, field(form, 'target') ?? '')
  return asked === true ? redirect(`${ask.base}/incidents/${id}?done=try`) : asked
}

/** The moments of decisions, and the place of the slider: behind the last moment is now. */
interface Place {
  moments: Millis[]
  place: number
  /** Absent: now. */
  at?: Millis
}

function placeOf(ask: PageAsk, { entries }: IncidentHistory): Place {
  const moments = [...new Set(entries.map(({ at }) => at))].sort((a, b) => a - b)
  const number = ask.query.get('n')
  const text = ask.query.get('at')
  if (number !== null && /^\d{1,6}$/.test(number)) {
    const place = Math.min(Number(number), moments.length)
    const at = moments[place]
    return { moments, place, ...(at !== undefined && { at }) }
  }
  const at = text === null ? undefined : readMoment(ask, text)
  if (at === undefined) return { moments, place: moments.length }
  // The last moment until then: its decisions hold.
  return {
    moments,
    at,
    place: Math.max(
      0,
      moments.findLastIndex((moment) => moment <= at),
    ),
  }
}

async function loadWhy(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const history = await readIncidentHistory(deps, ask)
  if (history === undefined) return notFound('incident')
  const { text, base, query, now } = ask
  const { incident, entries } = history
  const found = placeOf(ask, history)
  const only = query.get('target') || null
  const { targets, words } = await explainAt(deps, ask, history, { at: found.at, only })
  const named = targetNames(await deps.configs.current(ask.account))
  const until = incident.closedAt ?? now
  const alerts = incident.alerts.map(({ alert }) => ({ alert, over: resolvedAt(alert, until) }))
  const at = found.at ?? now
  const all = sumOf(levelsOf(incident))
  const firing = alerts.filter(({ alert }) => alert.startsAt <= at && !resolvedAt(alert, at)).length
  const title = `${text.incident.why} ${incident.alerts[0]?.alert.labels.alertname ?? ''}`.trim()
  return {
    title,
    body: html`<div class="title"><h1>${said(title, 120)}</h1><a class="button" href="${base}/incidents/${incident.id}" data-key="Escape">${text.why.incident}</a></div>
<section class="panel"><h2>${found.at === undefined ? text.why.now : html`${text.why.asOf} ${clock(ask, at)}`}</h2>${slider(ask, found, only)}${lanes(ask, alerts, entries, { until, cursor: Math.min(at, until) })}<p class="meta">${all > alerts.length ? text.why.firedOf(firing, alerts.length) : text.why.fired(firing)}</p>${decided(ask, history, found, named)}</section>
<section class="panel"><h2>${text.incident.told}</h2>${only === null ? nothing : targetChip(ask, only, named)}${targets.length === 0 ? empty(text.incident.noTargets) : targetTable(ask, history, { targets: targets.slice(0, SHOWN_TARGETS), present: found.at === undefined, named })}</section>
<section class="panel log"><h2>${text.why.words}</h2>${lastWords(ask, words, named)}</section>`,
  }
}

function href({ base, param }: PageAsk, only: string | null, of: Record<string, string>): string {
  const query = new URLSearchParams({ ...(only !== null && { target: only }), ...of })
  return `${base}/incidents/${param('id')}/why${query.size === 0 ? '' : `?${query.toString()}`}`
}

function slider(ask: PageAsk, { moments, place }: Place, only: string | null): Html {
  const { text, base, query } = ask
  const words = text.why
  const to = (next: number): string => href(ask, only, next >= moments.length ? {} : { n: String(next) })
  const link = (next: number, label: string, key: string): Html =>
    next < 0 || next > moments.length
      ? nothing
      : html`<a class="button" href="${to(next)}" data-key="${key}">${label}</a>`
  return html`<form class="slider" method="get" action="${base}/incidents/${ask.param('id')}/why">${only === null ? nothing : html`<input type="hidden" name="target" value="${only}">`}${link(place - 1, words.before, '[')}<label>${words.moment(Math.min(place + 1, moments.length), moments.length)}<input type="range" name="n" min="0" max="${moments.length}" value="${place}" data-go${query.has('n') ? html` autofocus` : nothing}></label>${link(place + 1, place + 1 === moments.length ? words.toNow : words.after, ']')}<button data-plain>${words.show}</button></form>`
}

/** The decisions of the moment itself. */
function decided(ask: PageAsk, { entries }: IncidentHistory, { moments, place, at }: Place, named: NameTarget): Html {
  const here = at === undefined ? [] : entries.filter((entry) => entry.at === moments[place])
  if (here.length === 0) return nothing
  return html`<ol class="lines">${here
    .slice(0, SHOWN_WORDS)
    .map((entry) => logLine(ask, { entry, targets: targetsOf(entry), count: 1, since: entry.at }, named))}</ol>`
}

function targetChip(ask: PageAsk, only: string, named: NameTarget): Html {
  const at = ask.query.get('n')
  const words = named(only).slice(0, 80)
  return html`<p class="tools"><a class="chip on" href="${href(ask, null, at === null ? {} : { n: at })}" aria-label="${ask.text.alerts.removeFilter(words)}"><bdi>${words}</bdi> <span aria-hidden="true">×</span></a></p>`
}

interface Targets {
  targets: TargetStanding[]
  present: boolean
  named: NameTarget
}

const CHIPS: Record<TargetStanding['standing'], string> = {
  ...{ told: 'ok', failing: 'bad', paused: 'bad', held: 'held', pending: '', out: '', never: '' },
}

function targetTable(ask: PageAsk, { incident }: IncidentHistory, { targets, present, named }: Targets): Html {
  const { text } = ask
  const words = text.why
  const moment = (at: string | undefined): Html => (at === undefined ? nothing : clock(ask, Date.parse(at)))
  return listTable<TargetStanding>(
    [
      {
        ...{ head: words.columns.target, kind: 'wide' },
        cell: ({ target }) =>
          html`<a href="${href(ask, target, ask.query.has('n') ? { n: ask.query.get('n')! } : {})}" data-open><b>${said(named(target), 120)}</b></a>`,
      },
      {
        head: words.columns.standing,
        cell: ({ standing }) => html`<span class="chip ${CHIPS[standing]}">${text.told[standing]}</span>`,
      },
      {
        head: words.columns.reason,
        cell: ({ why }) => (why === undefined ? nothing : said(text.reason(why as unknown as Reason), 300)),
      },
      { head: words.columns.told, cell: ({ toldAt }) => moment(toldAt) },
      {
        head: words.columns.asked,
        cell: ({ asked, step }) =>
          html`${asked === undefined ? nothing : words.asked[asked]}${step === undefined ? nothing : html` <code>${step}</code>`}`,
      },
      { head: words.columns.next, cell: ({ next }) => moment(next?.at) },
      {
        ...{ head: '', kind: 'acts' },
        cell: ({ target, standing }) =>
          present && incident.state === 'open' && TRIED.has(standing)
            ? tryButton(ask, incident.id, target, named)
            : nothing,
      },
    ],
    targets,
  )
}

/** Standings of targets with a later attempt, or with work for a person. */
const TRIED: ReadonlySet<string> = new Set(['failing', 'paused'])

function lastWords(ask: PageAsk, words: readonly LastWord[], named: NameTarget): Html {
  if (words.length === 0) return html`<p class="meta">${ask.text.why.noWords}</p>`
  return html`<ol class="lines">${words
    .toReversed()
    .slice(0, SHOWN_WORDS)
    .map(({ target, entry }) =>
      logLine(ask, { entry, targets: target === undefined ? [] : [target], count: 1, since: entry.at }, named),
    )}</ol>`
}
