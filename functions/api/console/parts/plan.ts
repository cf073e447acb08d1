import type { ChangeResult, DocumentChanged } from '../../config/change.ts'
import type { Refusal } from '../../http/route.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { notice } from './controls.ts'
import { said, saidList } from './said.ts'
import type { NameTarget } from './targets.ts'

type Planned = Pick<Exclude<ChangeResult, Refusal>, 'plan'> & Pick<DocumentChanged, 'wouldTell'>

interface Naming {
  named: NameTarget
  /** The label of a field; undefined: its path. */
  label?(path: string): string | undefined
}

const SIGNS = { added: '+', changed: '~', removed: '−' }

/** The effect of a change, before the change is made: entries with their fields, and open incidents with other targets. */
export function planPanel(ask: PageAsk, { plan, wouldTell }: Planned, naming: Naming): Html {
  const words = ask.text.configuration
  if (plan.length === 0) return notice(words.same)
  return html`<section class="panel" role="status" tabindex="-1" autofocus><h2>${words.would(plan.length)}</h2><ul class="plan">${plan.map(
    ({ section, id, change, fields = [] }) =>
      html`<li><b class="${change}"><span aria-hidden="true">${SIGNS[change]}</span> ${words.changes[change]}</b> ${words.sections[section] ?? section} <b>${said(id, 100)}</b>${
        fields.length === 0 ? nothing : html`<ul>${fieldLines(ask, fields, naming)}</ul>`
      }</li>`,
  )}</ul>${toldOtherwise(ask, wouldTell, naming.named)}</section>`
}

type ChangedFields = NonNullable<Planned['plan'][number]['fields']>

/** A part of the form that is no single value is called by its label, once. */
function fieldLines({ text }: PageAsk, fields: ChangedFields, { label = () => undefined }: Naming): Html[] {
  const said = new Set<string>()
  return fields.flatMap(({ path, from, to, secret }): Html[] => {
    const name = label(path)
    const values = secret
      ? html`<i>${text.configuration.hidden}</i>`
      : name !== undefined && [from, to].some(isJson)
        ? html`<i>${text.flow.changes}</i>`
        : html`${value(from)} → ${value(to)}`
    const line = `${name ?? path} ${String(values)}`
    if (said.has(line)) return []
    said.add(line)
    return [html`<li>${name ?? html`<code>${path}</code>`} ${values}</li>`]
  })
}

/** A value that is no text comes as JSON already. */
function isJson(given: unknown): boolean {
  return typeof given === 'string' && /^[[{]/.test(given)
}

function value(given: unknown): Html {
  if (given === undefined) return html`–`
  return html`<code>${said(isJson(given) ? String(given) : JSON.stringify(given), 300)}</code>`
}

/** The open incidents with targets that would change. An empty list is said in words. */
export function toldOtherwise(ask: PageAsk, incidents: Planned['wouldTell'] = [], named: NameTarget): Html {
  const words = ask.text.flow
  if (incidents.length === 0) return html`<p class="meta">${words.toldAlike}</p>`
  return html`<p><b>${words.toldOtherwise(incidents.length)}</b></p>${toldList(ask, incidents, named)}`
}

/** Incidents with the targets that are told besides, and told no more. */
export function toldList(
  { text, base }: PageAsk,
  incidents: NonNullable<Planned['wouldTell']>,
  named: NameTarget,
): Html {
  const words = text.flow
  const list = (label: string, targets: readonly string[]): Html =>
    targets.length === 0 ? nothing : html`<li>${label}: <b>${saidList(targets.map(named), 20)}</b></li>`
  return html`<ul class="plan">${incidents.map(
    ({ incident, title, more, fewer }) =>
      html`<li><a href="${base}/incidents/${incident}">${said(title, 120)}</a><ul>${list(words.besides, more)}${list(words.noMore, fewer)}</ul></li>`,
  )}</ul>`
}
