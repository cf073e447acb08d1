import { sumOf } from '../../../../shared/group/card.ts'
import type { GroupCard } from '../../../../shared/group-store/cards.ts'
import type { AlertInGroup, HeldBy } from '../../groups/alert-in-group.ts'
import { levelOfCard } from '../../groups/group-query.ts'
import { stateOfCard } from '../../groups/group-view.ts'
import type { ReadGroup } from '../../groups/read-groups.ts'
import { atLeast } from '../../http/role.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { actButton, linkButton, pick } from '../parts/controls.ts'
import { failingChips, type WhyFailing } from '../parts/failing.ts'
import { countsText, level, policyText, tags } from '../parts/labels.ts'
import { said, sentence } from '../parts/said.ts'
import type { NameTarget } from '../parts/targets.ts'
import { ago, durationText } from '../parts/time.ts'
import { HAD } from './act.ts'

/** A group on the page of alerts: what, how bad, how long, who has it, and whether anybody is told. */
export function groupCard(
  ask: PageAsk,
  group: ReadGroup,
  { named, why, inSection }: { named: NameTarget; why: WhyFailing /** Below a heading. */; inSection: boolean },
): Html {
  const { card, alerts = [], moreAlerts = 0 } = group
  const worst = levelOfCard(card)
  const state = stateOfCard(card)
  const total = sumOf(card.firing)
  const alone = alerts.length === 1 && moreAlerts === 0
  const summary = card.summary ?? (alone ? summaryOf(alerts[0]!) : undefined)
  const path = card.incident === undefined ? undefined : `/incidents/${card.incident}`
  const name =
    path === undefined ? said(card.title) : html`<a href="${ask.base}${path}" data-open>${said(card.title)}</a>`
  return html`<article class="card ${worst.toLowerCase()} ${state}" id="g-${card.group}" data-row>
<div class="head">${select(ask, card)}${level(worst)}
${inSection ? html`<h3>${name}</h3>` : html`<h2>${name}</h2>`}
${summary === undefined ? nothing : html`<p class="sum">${said(summary)}</p>`}
<p class="meta"><span>${ask.text.alerts.alerts(total)}</span> <span>${ago(ask, card.since)}</span> <span>${policyText(ask, card.policy)}</span>
${card.handler === undefined ? nothing : html`<span class="chip ok">✓ ${sentence(ask.text.alerts.has, card.handler)}</span>`}
${failingChips(ask, card, named, why)}${state === 'over' ? html`<span class="chip ok">${ask.text.alerts.resolvedTag}</span>` : nothing}
${alone ? held(ask, alerts[0]!) : nothing}
<span class="tags">${tags(ask, alone ? alerts[0]!.alert.labels : card.labels)}</span></p>
${buttons(ask, card)}</div>
${group.alerts === undefined ? numbers(ask, card) : alone || alerts.length === 0 ? nothing : rows(ask, card, alerts, moreAlerts, summary)}
</article>`
}

/** A group with very many alerts: numbers in the place of rows. */
function numbers({ base, text }: PageAsk, { incident, firing, held = {} }: GroupCard): Html {
  const back = sumOf(held)
  return html`<ul class="rows"><li class="rest"><span>${countsText(firing)}</span>${
    back === 0 ? nothing : html` <span class="chip held">${text.alerts.held} ${back}</span>`
  }${incident === undefined ? nothing : html` <a href="${base}/incidents/${incident}">${text.alerts.show}</a>`}</li></ul>`
}

function select({ text, role }: PageAsk, { incident, title }: GroupCard): Html {
  if (incident === undefined || !atLeast(role, 'responder')) return html`<span class="pick"></span>`
  return pick('incident', incident, text.alerts.select(title))
}

function buttons(ask: PageAsk, { incident, group, handler, title }: GroupCard): Html {
  const { text, role, once } = ask
  if (!atLeast(role, 'responder')) return nothing
  const claims = incident !== undefined && handler === undefined
  const next = backTo(ask)
  return html`<div class="acts">${
    claims
      ? actButton(ask, `/incidents/${incident}/claim`, text.alerts.claim, {
          fields: { once, next, [HAD]: '' },
          kind: 'main',
          key: 'c',
          label: `${text.alerts.claim}: ${title}`,
        })
      : nothing
  }${linkButton(ask, `/silences/new?group=${group}`, text.alerts.silence, { key: 's', label: `${text.alerts.silence}: ${title}` })}</div>`
}

/** The address of this list, to which an action returns. */
function backTo({ query }: Pick<PageAsk, 'query'>): string {
  const kept = new URLSearchParams(query)
  for (const name of ['part', 'done', 'slow', 'id']) kept.delete(name)
  const text = kept.toString()
  return text === '' ? '/' : `/?${text}`
}

function rows(
  ask: PageAsk,
  card: GroupCard,
  alerts: readonly AlertInGroup[],
  more: number,
  said: string | undefined,
): Html {
  return html`<ul class="rows">${alerts.map((alert) => alertRow(ask, alert, card.labels, said))}${
    more === 0 || card.incident === undefined
      ? nothing
      : html`<li class="rest"><a href="${ask.base}/incidents/${card.incident}">${ask.text.alerts.more(more)}</a></li>`
  }</ul>`
}

/**
 * One alert: the beginning, the text unless the group has said that text, and the labels that differ from the group's.
 * `more`: further words of the alert. `act`: what a person can do about this alert alone.
 */
export function alertRow(
  ask: PageAsk,
  one: AlertInGroup,
  shared: GroupCard['labels'],
  already?: string,
  { more, links = nothing, act }: { more?: string | undefined; links?: Html; act?: Html | undefined } = {},
): Html {
  const { alert, resolved } = one
  const words = summaryOf(one)
  return html`<li class="row${resolved ? ' done' : ''}${one.heldBy.length > 0 ? ' held' : ''}">
<span class="when">${ago(ask, alert.startsAt)}</span>${level(one.level)}
<span class="what">${words === undefined || words === already ? nothing : said(words)}${more === undefined ? nothing : html`<span class="why">${said(more)}</span>`}${held(ask, one)}</span>
<span class="tags">${tags(ask, alert.labels, shared)}${links}</span>${
    resolved || act !== undefined
      ? html`<span class="end">${resolved ? html`<span class="chip ok">${ask.text.alerts.resolvedTag}</span>` : nothing}${act}</span>`
      : nothing
  }</li>`
}

function summaryOf({ alert: { annotations } }: AlertInGroup): string | undefined {
  return annotations.summary || annotations.message || annotations.description || undefined
}

/** Why an alert is held back, in words: never only a colour. */
function held(ask: PageAsk, { heldBy }: Pick<AlertInGroup, 'heldBy'>): Html {
  return html`${heldBy.slice(0, 3).map((one) => html`<span class="chip held">${heldText(ask, one)}</span>`)}`
}

function heldText(ask: PageAsk, one: HeldBy): Html {
  const { text, now, base } = ask
  if (one.kind === 'inhibition') return html`${text.alerts.inhibitedBy}`
  if (one.kind === 'interval') return sentence(text.alerts.mutedBy, one.name)
  const who = one.by === undefined ? text.alerts.silenced : sentence(text.alerts.silencedBy, one.by)
  const left = one.endsAt === undefined ? '' : ` · ${text.alerts.left(durationText(one.endsAt - now, text))}`
  return html`<a href="${base}/silences/${one.id}">${who}${one.comment === undefined ? nothing : html`: ${said(one.comment, 120)}`}${left}</a>`
}
