import { simulate } from '../../config/simulate/route.ts'
import { isRefusal, type Refusal, type Route } from '../../http/route.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { said } from '../parts/said.ts'
import { type NameTarget, targetNames } from '../parts/targets.ts'
import { durationText } from '../parts/time.ts'

const MOST_SHOWN = 50
const SAMPLE = 'alertname: HighLatency\nseverity: critical\nteam: platform'
const FOR = '6h'

type Played = Exclude<Awaited<ReturnType<typeof simulate>>, Refusal>

/** The policies are played with an alert that nobody has sent: the messages in order, and the targets without one. */
export function policyTryPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'editor', nav: 'policies', path: '/policies/try' } as const
  return [
    page(deps, { ...of, load: (ask) => tryPage(ask) }),
    action(deps, { ...of, act: (ask, form) => play(deps, ask, form) }),
  ]
}

async function play(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown> {
  const labels = Object.fromEntries(
    (form.get('labels') ?? '').split('\n').flatMap((line) => {
      const [, name, value] = /^\s*([^:=]+?)\s*[:=]\s*"?(.*?)"?\s*$/.exec(line) ?? []
      return name === undefined ? [] : [[name, value ?? '']]
    }),
  )
  const played = await simulate(deps, ask, { alerts: [{ labels }], for: field(form, 'for') ?? FOR })
  return tryPage(ask, { form, played, named: targetNames(await deps.configs.current(ask.account)) })
}

function tryPage(
  { text, base, ...ask }: PageAsk,
  given?: { form: Form; played: Played | Refusal; named: NameTarget },
): Shown {
  const words = text.policies
  const played = given?.played
  const wrong = played !== undefined && isRefusal(played)
  const problems = wrong ? (played.details ?? [{ path: 'alerts', message: played.message }]) : []
  const at = (name: 'labels' | 'for') => problems.filter(({ path }) => (path === 'for') === (name === 'for'))
  const wrongAt = (name: 'labels' | 'for'): Html =>
    at(name).length === 0 ? nothing : html` aria-invalid="true" aria-describedby="${name}-error"`
  const errorAt = (name: 'labels' | 'for'): Html =>
    at(name).length === 0
      ? nothing
      : html`<p class="error" id="${name}-error" role="alert">${at(name).map(({ message }) => html`<bdi>${text.problem(message)}</bdi> `)}</p>`
  return {
    title: words.try,
    ...(wrong && { status: 422 }),
    body: html`<div class="title"><h1>${words.try}</h1></div><form class="form panel" method="post" action="${base}/policies/try"><p>${words.trySays}</p>
<div class="field"><label for="labels">${words.labels}</label><textarea id="labels" name="labels" rows="4" class="mono" spellcheck="false" required${wrongAt('labels')}>${given?.form.get('labels') ?? SAMPLE}</textarea>${errorAt('labels')}</div>
<div class="field"><label for="for">${words.for}</label><input id="for" name="for" value="${given?.form.get('for') ?? FOR}"${wrongAt('for')}>${errorAt('for')}</div>
<div class="acts"><button class="main">${words.try}</button><a class="button quiet" href="${base}/policies" data-key="Escape">${text.back}</a></div></form>${
      played === undefined || wrong ? nothing : result({ text, base, ...ask }, played, given!.named)
    }`,
  }
}

function result({ text }: PageAsk, { from, told, notTold }: Played, named: NameTarget): Html {
  const words = text.policies
  const began = Date.parse(from)
  return html`<section class="panel" role="status"><h2>${words.would(told.length)}</h2><ol class="lines">${told
    .slice(0, MOST_SHOWN)
    .map(
      ({ at, target, policy, reason }) =>
        html`<li class="ok"><span class="when">${words.after} ${durationText(Date.parse(at) - began, text)}</span><span class="mark" aria-hidden="true">✓</span><div><b>${said(named(target), 160)}</b> <span class="why">${said(reason, 200)} · ${said(policy, 80)}</span></div></li>`,
    )}</ol>${
    notTold.length === 0
      ? nothing
      : html`<h2>${words.wouldNot}</h2><ol class="lines">${notTold
          .slice(0, MOST_SHOWN)
          .map(
            ({ target, policy, reason }) =>
              html`<li><span class="when"></span><span class="mark" aria-hidden="true">·</span><div><b>${said(named(target), 160)}</b> <span class="why">${said(reason, 200)} · ${said(policy, 80)}</span></div></li>`,
          )}</ol>`
  }</section>`
}
