import { inSlices } from '../../../../../shared/base/steps.ts'
import { LANGUAGES } from '../../../../../shared/message-text/words.ts'
import { previewTemplate } from '../../../config/template-preview.ts'
import { isRefusal, type Refusal, type Route } from '../../../http/route.ts'
import { readIncidentQuery, readIncidents } from '../../../incidents/incident-routes.ts'
import { htmlAnswer } from '../../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../../page/ask.ts'
import { type Form, field } from '../../page/form-data.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { action } from '../../page/page.ts'
import { readInputs } from '../../parts/form.ts'
import { placedProblems } from '../../parts/problems.ts'
import { said } from '../../parts/said.ts'
import { kindName } from '../../text/fields.ts'
import { KINDS, kindsOf, templateInputs, templateShape } from './form.ts'

const PATH = '/templates/try'
const SHOWN_INCIDENTS = 20
const SHOWN_MESSAGES = 5

/** The text of a form as a channel would show it, before anything is stored. */
export function templateTryAction(deps: ConsoleDeps): Route {
  return action(deps, { access: 'viewer', nav: 'templates', path: PATH, act: (ask, form) => tryForm(deps, ask, form) })
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
  )}${select('incident', words.alertsOf, [['', words.sample], ...incidents], chosen.incident)}`
}

/** The box below the form of a template. The box follows the text, half a second after the last key. */
export async function templateTryBox(deps: ConsoleDeps, ask: PageAsk, entry: Record<string, unknown>): Promise<Html> {
  const { text, base, prefs } = ask
  const kinds = KINDS.map(({ type }) => type)
  const chosen = { kind: kindsOf(entry)[0], language: prefs.language }
  const fields = await previewFields(deps, ask, { kinds, chosen, form: 'entry' })
  return html`<section class="panel" id="try"><h2>${text.templates.preview}</h2><div class="period">${fields}<button form="entry" formaction="${base}${PATH}" formnovalidate>${text.templates.preview}</button></div>${result(ask)}</section>`
}

function result({ base }: PageAsk, shown: Html = nothing): Html {
  return html`<div id="tried" role="status" hx-post="${base}${PATH}" hx-trigger="input from:#entry delay:500ms, change from:#try delay:100ms" hx-include="#entry, #try" hx-swap="outerMorph">${shown}</div>`
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
    incident: field(form, 'incident'),
  }
  const shown = message(ask, await previewTemplate(deps, ask, asked), asked.kind)
  if (ask.request.headers.has('hx-request')) return await htmlAnswer(ask.request, 200, result(ask, shown))
  return {
    title: text.templates.preview,
    body: html`<div class="title"><h1>${text.templates.preview}</h1></div><section class="panel">${shown}</section><p class="meta">${text.rules.check.back}</p><p><a href="${base}/templates">${text.places.templates}</a></p>`,
  }
}

/** The message with its size beside the limit of the kind; or the mistakes of the text with their places. */
export function message(ask: PageAsk, made: Awaited<ReturnType<typeof previewTemplate>>, kind = ''): Html {
  const words = ask.text.templates
  if ('refused' in made) {
    return html`<div class="notice bad"><b>${words.wrong}</b>${placedProblems(ask, made.details ?? [{ path: '', message: made.message }])}</div>`
  }
  const { title, content, messages = [], failed, warnings = [], level = 'P4', status } = made
  const missing = warnings.map((one) => html`<p class="error"><bdi>${one.path}: ${one.message}</bdi></p>`)
  if (failed !== undefined) return html`<p class="error">${words.failed} <bdi>${failed}</bdi></p>${missing}`
  const room = KINDS.find(({ type }) => type === kind)?.form.room
  const most = room?.chars ?? room?.bytes
  const parts = [...(content === undefined ? [] : [content]), ...messages.slice(0, SHOWN_MESSAGES)]
  const frame = FRAMES[kind]
  if (frame === undefined) return html`${missing}${heading(title)}${parts.map((part) => raw(ask, part, most))}`
  const colour = status === 'resolved' ? 'ok' : level.toLowerCase()
  return html`${missing}${parts.map(
    (part) =>
      html`<figure class="chat ${frame} ${colour}"><figcaption class="meta">${kindName(kind, ask.text.lang)}</figcaption><div class="bubble">${heading(title)}<p class="words"><bdi>${part}</bdi></p></div></figure><p class="meta">${words.size(part.length, most)}</p>`,
  )}`
}

/** The frame in which a kind shows a message: a bar in the colour of the level, a card, a bubble, or a letter. */
const FRAMES: Readonly<Record<string, 'rail' | 'sheet' | 'plain' | 'letter'>> = {
  ...{
    slack: 'rail',
    discord: 'rail',
    teams: 'rail',
    lark: 'sheet',
    feishu: 'sheet',
    dingtalk: 'sheet',
    wecom: 'sheet',
  },
  ...{ inbox: 'sheet', telegram: 'plain', sms: 'plain', voice: 'plain', email: 'letter' },
}

function heading(title: string | undefined): Html {
  return title === undefined ? nothing : html`<p class="lead"><b>${said(title, 400)}</b></p>`
}

/** For kinds that programs read: the text of the request. */
function raw({ text }: PageAsk, part: string, most: number | undefined): Html {
  return html`<pre class="copy" tabindex="0"><bdi>${part}</bdi></pre><p class="meta">${text.templates.size(part.length, most)}</p>`
}
