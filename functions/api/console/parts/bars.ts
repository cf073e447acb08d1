import { HOUR, type Millis } from '../../../../shared/base/time.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html } from '../page/html.ts'
import { clock, hourText } from './time.ts'

const BAR = 4
const STEP = 5
const HEIGHT = 22
/** The height of the smallest bar above zero. */
const LEAST = 2

/** The beginning of an hour of the list, of which the last is the present one. */
function hourAt(now: Millis, place: number, count: number): Millis {
  return Math.floor(now / HOUR) * HOUR - (count - 1 - place) * HOUR
}

/** Counts by the hour as small bars, for a row of a list. Screen readers say the sum and the highest count. */
export function hourBars(ask: PageAsk, hours: readonly number[]): Html {
  const most = Math.max(...hours)
  const path = hours.map((count, place) => {
    const height = count === 0 ? 1 : Math.max(LEAST, Math.round((count / most) * HEIGHT))
    return `M${place * STEP} ${HEIGHT}v-${height}h${BAR}v${height}z`
  })
  const label = barsText(ask, hours)
  const width = hours.length * STEP
  return html`<svg class="bars" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${label}"><title>${label}</title><path d="${path.join('')}"/></svg>`
}

function barsText(ask: PageAsk, hours: readonly number[]): string {
  const words = ask.text.rules.bars
  const sum = hours.reduce((total, count) => total + count, 0)
  if (sum === 0) return words.none
  const most = Math.max(...hours)
  return words.label(sum, most, hourText(ask, hourAt(ask.now, hours.indexOf(most), hours.length)))
}

/** The same bars over the whole width, each bar with its hour, and a list of the hours with counts. */
export function dayBars(ask: PageAsk, hours: readonly number[]): Html {
  const { now, text } = ask
  const most = Math.max(1, ...hours)
  const share = 100 / hours.length
  const at = (place: number): Millis => hourAt(now, place, hours.length)
  const bars = hours.map((count, place) => {
    const height = count === 0 ? 1 : Math.max(LEAST, Math.round((count / most) * 80))
    return html`<rect x="${(place * share).toFixed(2)}%" width="${(share * 0.8).toFixed(2)}%" y="${84 - height}" height="${height}"><title>${hourText(ask, at(place))}: ${count}</title></rect>`
  })
  const marks = [0, 6, 12, 18].map(
    (place) => html`<text x="${(place * share).toFixed(2)}%" y="98">${hourText(ask, at(place))}</text>`,
  )
  const filled = [...hours.entries()].filter(([, count]) => count > 0)
  return html`<svg class="bars lanes" width="100%" height="100" role="img" aria-label="${barsText(ask, hours)}">${bars}${marks}</svg>${
    filled.length === 0
      ? html`<p class="meta">${text.rules.bars.none}</p>`
      : html`<details><summary>${text.rules.bars.byHour}</summary><ul class="hours">${filled.map(([place, count]) => html`<li>${clock(ask, at(place))} <b>${count}</b></li>`)}</ul></details>`
  }`
}
