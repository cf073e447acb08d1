import type { LogEntry } from '../../../../shared/group/group.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { said, saidList, saidWhole, sentence } from '../parts/said.ts'
import type { NameTarget } from '../parts/targets.ts'
import { clock } from '../parts/time.ts'
import { foldLog, type LogLine } from './told.ts'

const SHOWN_LINES = 100

/** The timeline, newest first, with the tabs for people and messages. */
export function logLines(ask: PageAsk, log: readonly LogEntry[], named: NameTarget): Html {
  const { text, base } = ask
  const show = ask.query.get('show')
  const wanted = log.filter(
    ({ by, kind }) =>
      show === null || (show === 'people') === (by !== undefined) || kind === 'opened' || kind === 'closed',
  )
  const lines = foldLog(wanted)
  const here = `${base}/incidents/${ask.param('id')}`
  const filters = (['all', 'people', 'told'] as const).map(
    (one) =>
      html`<a href="${here}${one === 'all' ? '' : `?show=${one}`}#log"${(show ?? 'all') === one ? html` aria-current="true"` : nothing}>${text.incident.filters[one]}</a>`,
  )
  return html`<nav class="tabs small" aria-label="${text.incident.happened}">${filters}</nav><ol class="lines">${lines.slice(0, SHOWN_LINES).map((line) => logLine(ask, line, named))}</ol>`
}

/** A line of the timeline. */
export function logLine(ask: PageAsk, { entry, targets, count, since }: LogLine, named: NameTarget): Html {
  const { text } = ask
  const { at, kind, by, text: words, reason } = entry
  const mark =
    by !== undefined ? ['person', '☺'] : FAILED.has(kind) ? ['bad', '✕'] : kind === 'told' ? ['ok', '✓'] : ['', '·']
  const who = targets.length === 0 ? nothing : html`<b>${targetList(ask, targets.map(named))}</b> `
  const what =
    by !== undefined
      ? html`<b>${said(by, 100)}</b> ${reason.code === 'action' && reason.action === 'assign' ? sentence(text.log.assigned, reason.handler) : text.log[kind === 'assigned' ? 'claimed' : kind]}`
      : html`${who}${text.log[kind === 'assigned' ? 'claimed' : kind]}${kind === 'opened' || kind === 'closed' ? nothing : html`: <span class="why">${said(text.reason(reason))}</span>`}`
  const often =
    count < 2
      ? nothing
      : html` <span class="chip bad">${text.incident.attempts(count)} ${text.incident.since} ${clock(ask, since)}</span>`
  return html`<li class="${mark[0]}"><span class="when">${clock(ask, at)}</span><span class="mark" aria-hidden="true">${mark[1]}</span><div>${what}${often}${words === undefined ? nothing : html`<blockquote>${saidWhole(words, text)}</blockquote>`}</div></li>`
}

const FAILED: ReadonlySet<string> = new Set(['refused', 'ambiguous', 'dead', 'paused'])

function targetList({ text }: PageAsk, targets: readonly string[]): Html {
  return html`${saidList(targets.slice(0, 3))}${targets.length > 3 ? ` ${text.alerts.more(targets.length - 3)}` : ''}`
}
