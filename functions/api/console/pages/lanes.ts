import type { Alert } from '../../../../shared/alert/alert.ts'
import { levelOf } from '../../../../shared/alert/level.ts'
import { MINUTE, type Millis, SECOND } from '../../../../shared/base/time.ts'
import type { LogEntry } from '../../../../shared/group/group.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { clockText } from '../parts/time.ts'

const MOST_LANES = 8
const LANE = 13
const BAR = 9
const MOST_MARKS = 200

/**
 * When alerts fired, a bar each, and what happened meanwhile as lines across. Places are per cent, so texts keep their
 * size on a phone. The same facts stand in the lists of the page.
 */
export function lanes(
  ask: PageAsk,
  alerts: readonly { alert: Alert; over: boolean }[],
  log: readonly LogEntry[],
  { until, cursor }: { until: Millis; cursor?: Millis },
): Html {
  const shown = alerts.slice(0, MOST_LANES)
  if (shown.length === 0) return nothing
  const from = Math.min(...shown.map(({ alert }) => alert.startsAt), until - MINUTE)
  const span = Math.max(SECOND, until - from)
  const at = (moment: Millis): string => `${Math.min(100, Math.max(0, ((moment - from) / span) * 100)).toFixed(2)}%`
  const height = shown.length * LANE + 20
  const marks = [...log]
    .reverse()
    .slice(-MOST_MARKS)
    .flatMap((entry) => {
      const kind = markOf(entry)
      return kind === undefined || entry.at < from ? [] : [{ at: entry.at, kind }]
    })
  // Green first and people last: what somebody did is never hidden by what was sent.
  marks.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  const { text } = ask
  const titleOf = { told: text.incident.toldMark, failed: text.incident.refusedMark, person: text.incident.acted }
  return html`<svg class="lanes" width="100%" height="${height}" role="img" aria-label="${text.incident.when}">
${[0, 0.25, 0.5, 0.75, 1].map((part) => {
  const anchor = part === 0 ? 'start' : part === 1 ? 'end' : 'middle'
  return html`<line class="grid" x1="${part * 100}%" x2="${part * 100}%" y1="16" y2="${height}"/><text x="${part * 100}%" y="10" text-anchor="${anchor}">${clockText(ask, from + part * span)}</text>`
})}
${shown.map(({ alert, over }, index) => {
  const end = over ? Math.min(alert.endsAt, until) : until
  const width = Math.max(0.3, ((end - alert.startsAt) / span) * 100).toFixed(2)
  return html`<rect class="bar ${levelOf(alert.labels).toLowerCase()}${over ? ' done' : ''}" x="${at(alert.startsAt)}" width="${width}%" y="${18 + index * LANE}" height="${BAR}" rx="2"><title>${clockText(ask, alert.startsAt)} – ${over ? clockText(ask, end) : '…'}</title></rect>`
})}
${marks.map((mark) => html`<line class="mark ${mark.kind}" x1="${at(mark.at)}" x2="${at(mark.at)}" y1="14" y2="${height}"><title>${titleOf[mark.kind]} ${clockText(ask, mark.at)}</title></line>`)}
${cursor === undefined ? nothing : html`<line class="cursor" x1="${at(cursor)}" x2="${at(cursor)}" y1="0" y2="${height}"/>`}</svg><p class="legend"><span class="key bar"></span>${text.incident.fires} <span class="key told"></span>${text.incident.toldMark} <span class="key failed"></span>${text.incident.refusedMark} <span class="key person"></span>${text.incident.acted}</p>`
}

const ORDER = ['told', 'failed', 'person'] as const
type Mark = (typeof ORDER)[number]

function markOf({ kind, by }: LogEntry): Mark | undefined {
  if (by !== undefined) return 'person'
  if (kind === 'told') return 'told'
  return kind === 'refused' || kind === 'dead' || kind === 'ambiguous' || kind === 'paused' ? 'failed' : undefined
}
