import { digest } from '../../../../shared/base/hash.ts'
import { sumOf } from '../../../../shared/group/card.ts'
import { MOST_TOGETHER, type Section, type SectionPage } from '../../groups/sections.ts'
import type { Refusal } from '../../http/route.ts'
import { refuseWith } from '../../http/route.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { queryWith } from '../parts/controls.ts'
import { countsText, tag } from '../parts/labels.ts'
import { said, sentence } from '../parts/said.ts'

/* Groups of the page of alerts under headings, by the value of a label: `group=NAME` in the address. */

const LONGEST_NAME = 200
const MOST_NAMES = 15

/** The label of the address; undefined: the page has no headings. */
export function readGroupBy({ query }: PageAsk): string | undefined | Refusal {
  const label = query.get('group') || undefined
  if (label === undefined || label.length <= LONGEST_NAME) return label
  return refuseWith(400, 'invalid', `group: at most ${LONGEST_NAME} characters`)
}

/**
 * The menu of labels to group by: labels of the cards of the page, the most frequent first, and labels by which policies
 * group. Further labels are unknown to cards.
 */
export async function groupByMenu(
  deps: ConsoleDeps,
  ask: PageAsk,
  cards: SectionPage['cards'],
  chosen: string | undefined,
): Promise<Html> {
  const { text, base, query, account } = ask
  const { config } = await deps.configs.current(account)
  const ofPolicies = config.policies.flatMap(({ groupBy }) => (Array.isArray(groupBy) ? groupBy : []))
  const counts = new Map([...ofPolicies, ...(chosen === undefined ? [] : [chosen])].map((name) => [name, 0]))
  for (const { labels } of cards) {
    for (const name of Object.keys(labels)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const names = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name]) => name)
  const shown = names.slice(0, MOST_NAMES)
  if (chosen !== undefined && !shown.includes(chosen)) shown.push(chosen)
  const link = (label: string | undefined, words: Html | string): Html =>
    html`<li><a href="${base}/${queryWith(query, { group: label, add: undefined })}"${label === chosen ? html` aria-current="true"` : nothing}>${words}</a></li>`
  return html`<details class="menu"><summary>${text.alerts.groupBy}${chosen === undefined ? nothing : html`: ${said(chosen, 40)}`}</summary><div class="drop"><ul>${link(undefined, text.alerts.groupByNothing)}${shown.map((name) => link(name, said(name, 60)))}</ul><p class="meta">${text.alerts.groupByHelp}</p></div></details>`
}

/** The heading of a section with the numbers of the whole section, and the groups on this page. */
export function sectionOf(ask: PageAsk, label: string, section: Section, cards: Html): Html {
  const { text } = ask
  const { value, groups, firing, begun } = section
  const id = `by-${digest([label, value ?? '', String(value === undefined)], 12)}`
  const name = value === undefined ? sentence(text.alerts.withoutValue, label) : tag(ask, label, value)
  return html`<section class="by" id="${id}" aria-labelledby="${id}-name"><h2 id="${id}-name">${name} <small>${
    sumOf(firing) === 0 ? nothing : html`${countsText(firing)} · `
  }${text.alerts.groups(groups)}${begun ? html` · ${text.alerts.begun}` : nothing}</small></h2>${cards}</section>`
}

/** Numbers of sections are numbers of so many groups only. */
export function partialSections({ text }: PageAsk, { partial }: SectionPage): Html {
  return partial ? html`<p class="meta">${text.alerts.sectionsOf(MOST_TOGETHER)}</p>` : nothing
}
