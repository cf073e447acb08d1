import { inSlices } from '../../../../../shared/base/steps.ts'
import { LANGUAGES } from '../../../../../shared/message-text/words.ts'
import { type Tried, tryTemplate } from '../../../config/template-preview.ts'
import { isRefusal, type Refusal, type Route } from '../../../http/route.ts'
import { readIncidentQuery, readIncidents } from '../../../incidents/incident-routes.ts'
import { drawMessage } from '../../messages/draw.ts'
import { htmlAnswer } from '../../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../../page/ask.ts'
import { type Form, field } from '../../page/form-data.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { action } from '../../page/page.ts'
import { readInputs } from '../../parts/form.ts'
import { placedProblems } from '../../parts/problems.ts'
import { kindName } from '../../text/fields.ts'
import { KINDS, kindsOf, templateInputs, templateShape } from './form.ts'

const PATH = '/templates/try'
const SHOWN_INCIDENTS = 20

/** The text of a form as a channel would show it, before anything is stored. */
export function templateTryAction(deps: ConsoleDeps): Route {
  return action(deps, { access: 'viewer', nav: 'templates', path: PATH, act: (ask, form) => tryForm(deps, ask, form) })
}

/** The choice of a sample that is over, among the ids of incidents. */
const OVER = 'resolved'

/** The alerts of an incident, or a sample, as the choice says. */
export function alertsOf(choice: string | undefined): { incident?: string; sample?: 'resolved' } {
  if (choice === undefined || choice === '') return {}
  return choice === OVER ? { sample: OVER } : { incident: choice }
}

export interface PreviewOf {
  kind?: string | undefined
  language?: string | undefined
  incident?: string | undefined
}

/** The choices of a preview: kind, language, and the incident whose alerts are shown. */
export async function previewFields(
  deps: ConsoleDeps,
  ask: PageAsk,
  { kinds, chosen, form }: { kinds: readonly string[]; chosen: PreviewOf; form?: string },
): Promise<Html> {
  const { text } = ask
  const words = text.templates
  const owner = form === undefined ? nothing : html` form="${form}"`
  const query = readIncidentQuery(new URLSearchParams())
  const { items } = isRefusal(query)
    ? { items: [] }
    : await readIncidents(deps, ask.account, query, { limit: SHOWN_INCIDENTS })
  const select = (name: string, label: string, options: readonly (readonly [string, string])[], now = ''): Html =>
    html`<label>${label}<select name="${name}"${owner}>${options.map(
      ([value, shown]) => html`<option value="${value}"${value === now ? html` selected` : nothing}>${shown}</option>`,
    )}</select></label>`
  const incidents = items.map(({ id, alerts, labels }): [string, string] => {
    const name = alerts[0]?.alert.labels.alertname ?? Object.values(labels)[0] ?? id
    return [id, name.slice(0, 80)]
  })
  return html`${select(
    'kind',
    words.kind,
    kinds.map((type): [string, string] => [type, kindName(type, text.lang)]),
    chosen.kind,
  )}${select(
    'language',
    words.language,
    LANGUAGES.map((one): [string, string] => [one, text.recipients.languages[one]]),
    chosen.language,
  )}${select('incident', words.alertsOf, [['', words.sample], [OVER, words.sampleOver], ...incidents], chosen.incident)}`
}

/** The box below the form of a template. The box follows the text, half a second after the last key. */
export async function templateTryBox(deps: ConsoleDeps, ask: PageAsk, entry: Record<string, unknown>): Promise<Html> {
  const { text, base, prefs } = ask
  const kinds = KINDS.map(({ type }) => type)
  const chosen = { kind: kindsOf(entry)[0], language: prefs.language }
  const fields = await previewFields(deps, ask, { kinds, chosen, form: 'entry' })
  return html`<section class="panel" id="try"><h2>${text.templates.preview}</h2><div class="period">${fields}<button form="entry" formaction="${base}${PATH}" formnovalidate hx-post="${base}${PATH}" hx-target="#tried" hx-include="#entry, #try" hx-swap="outerMorph">${text.templates.preview}</button></div>${result(ask, nothing, kindsOf(entry).length > 0)}</section>`
}

function result({ base }: PageAsk, shown: Html = nothing, atOnce = false): Html {
  return html`<div id="tried" role="status" hx-post="${base}${PATH}" hx-trigger="${atOnce ? 'load, ' : ''}input from:#entry delay:500ms, change from:#try delay:100ms" hx-include="#entry, #try" hx-swap="outerMorph">${shown}</div>`
}

async function tryForm(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Response | Refusal> {
  const { text, prefs, base } = ask
  const id = field(form, 'id')
  const { entry } = await inSlices(readInputs(templateInputs(text), form, {}))
  const template = templateShape.read(entry)
  const asked = {
    template: { ...template, id: id ?? 'preview', name: field(form, 'name') ?? 'preview' },
    kind: field(form, 'kind'),
    language: field(form, 'language') ?? prefs.language,
    timeZone: prefs.timeZone,
    ...alertsOf(field(form, 'incident')),
  }
  const shown = message(deps, ask, await tryTemplate(deps, ask, asked))
  if (ask.request.headers.has('hx-request')) return await htmlAnswer(ask.request, 200, result(ask, shown))
  return {
    title: text.templates.preview,
    styles: ['messages.css'],
    body: html`<div class="title"><h1>${text.templates.preview}</h1></div><section class="panel">${shown}</section><p class="meta">${text.rules.check.back}</p><p><a href="${base}/templates">${text.places.templates}</a></p>`,
  }
}

/** The drawn message, or the mistakes of the text with their places. */
export function message(deps: ConsoleDeps, ask: PageAsk, tried: Tried | Refusal): Html {
  const words = ask.text.templates
  if ('refused' in tried) {
    return html`<div class="notice bad"><b>${words.wrong}</b>${placedProblems(ask, tried.details ?? [{ path: '', message: tried.message }])}</div>`
  }
  const { failed, warnings } = tried
  return html`${warnings.map((one) => html`<p class="error"><bdi>${one.path}: ${ask.text.problem(one.message)}</bdi></p>`)}${
    failed === undefined ? nothing : html`<p class="error">${words.failed} <bdi>${ask.text.problem(failed)}</bdi></p>`
  }${drawMessage(deps, ask, tried)}`
}
