import type { Millis } from '../../../../shared/base/time.ts'
import { parseTargetKey } from '../../../../shared/delivery/target.ts'
import type { GroupCard } from '../../../../shared/group-store/cards.ts'
import { type ChannelHealth, readChannelHealth } from '../../../../shared/store/channel-health.ts'
import { listPaused, type PausedChannel } from '../../../../shared/store/paused.ts'
import { pausedKey } from '../../config/resume-channels.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { said } from './said.ts'
import type { NameTarget } from './targets.ts'

/** How a channel, or a user on a channel, fails: the reason in words. */
export interface Failing {
  paused: boolean
  at: Millis
  why: string
}

export type WhyFailing = (target: string) => Failing | undefined

/** The targets of a card that are out of reach, each with the reason. */
export function failingChips(
  { text }: PageAsk,
  { failing = [], moreFailing = 0 }: Pick<GroupCard, 'failing' | 'moreFailing'>,
  named: NameTarget,
  why: WhyFailing,
): Html {
  const { unreached, pausedTarget } = text.alerts
  const words = (target: string): string => {
    const known = why(target)
    return known?.paused ? pausedTarget(named(target), known.why) : unreached(named(target), known?.why)
  }
  return html`${failing.map((target) => html`<span class="chip bad">✕ ${said(words(target), 120)}</span> `)}${
    moreFailing > 0 ? html`<span class="chip bad">+${moreFailing}</span>` : nothing
  }`
}

/** The failing targets in a column: a chip for each target, and the reason beside the chip. */
export function failingLines(
  { text }: PageAsk,
  { failing = [], moreFailing = 0 }: Pick<GroupCard, 'failing' | 'moreFailing'>,
  named: NameTarget,
  why: WhyFailing,
): Html {
  const reason = (target: string): Html => {
    const known = why(target)
    if (known === undefined) return nothing
    return html` <span class="meta">${said(known.paused ? `${text.told.paused}: ${known.why}` : known.why, 100)}</span>`
  }
  return html`${failing.map((target) => html`<span class="chip bad">✕ ${said(named(target), 60)}</span>${reason(target)} `)}${
    moreFailing > 0 ? html`<span class="chip bad">+${moreFailing}</span>` : nothing
  }`
}

/** The words of a pause. */
export function pauseText({ text }: PageAsk, { pause, reason }: PausedChannel): string {
  return pause === undefined ? reason : text.reason(pause)
}

/** For a list of cards; nothing is read where no target is out of reach. */
export async function whyOfCards(
  deps: Pick<ConsoleDeps, 'table'>,
  ask: PageAsk,
  cards: readonly Pick<GroupCard, 'failing'>[],
): Promise<WhyFailing> {
  return cards.some(({ failing = [] }) => failing.length > 0) ? await whyFailing(deps, ask) : () => undefined
}

/**
 * Why targets are out of reach, by the keys of the targets: the pause, or the last failure at the channel. Undefined: the
 * channel has noted no failure since its last arrival.
 */
async function whyFailing({ table }: Pick<ConsoleDeps, 'table'>, ask: PageAsk): Promise<WhyFailing> {
  const [health, paused] = await Promise.all([readChannelHealth(table, ask.account), listPaused(table, ask.account)])
  const pauses = new Map(paused.map((one) => [pausedKey(one), one]))
  return (target) => {
    const name = parseTargetKey(target)
    const pause = pauses.get(pausedKey(name)) ?? pauses.get(name.channel)
    if (pause !== undefined) return { paused: true, at: pause.since, why: pauseText(ask, pause) }
    return failureOf(ask, health.get(name.channel))
  }
}

function failureOf({ text }: PageAsk, { failure, arrivedAt = 0 }: ChannelHealth = {}): Failing | undefined {
  if (failure === undefined || failure.at <= arrivedAt) return undefined
  const { at, reason, detail } = failure
  return { paused: false, at, why: text.reason({ code: 'failed', failure: reason, detail }) }
}
