import { inSlices } from '../../../../shared/base/steps.ts'
import { DEFAULT_INTEGRATION } from '../../../../shared/config/sections.ts'
import { readTocsinYml } from '../../../../shared/document/tocsin-yml.ts'
import type { Problem } from '../../../../shared/problem/problem.ts'
import { MASKED } from '../../../../shared/settings/secrets.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { applyChange, type ChangeResult } from '../../config/change.ts'
import { readForwardingStatus, tryForwarding } from '../../config/forwarding-status.ts'
import { invalid } from '../../http/body.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { linkButton, notice } from '../parts/controls.ts'
import { type Filled, formFields, type Input } from '../parts/form.ts'
import { said } from '../parts/said.ts'
import { clock } from '../parts/time.ts'

/** Alerts of this account go to another account: Forward Alert, Forward Settings, Stop Forwarding. */
export function forwardingPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'editor', nav: 'integrations' } as const
  return [
    page(deps, { ...of, path: '/forwarding', load: (ask) => forwardingPage(deps, ask) }),
    action(deps, { ...of, path: '/forwarding', act: (ask, form) => forward(deps, ask, form) }),
    action(deps, { ...of, path: '/forwarding/test', act: (ask) => tryOut(deps, ask) }),
    page(deps, { ...of, path: '/forwarding/stop', load: (ask) => stopForm(deps, ask) }),
    action(deps, { ...of, path: '/forwarding/stop', act: (ask) => stop(deps, ask) }),
  ]
}

function inputsOf({ text }: PageAsk, forwards: boolean): Input[] {
  const words = text.forwarding
  return [
    {
      ...{ name: 'url', label: words.url, help: words.urlHelp, input: 'text', required: true },
      ...(forwards && { placeholder: words.urlKept }),
    },
    {
      ...{ name: 'sources', label: words.sources, input: 'choice', required: true },
      options: (['own', 'all'] as const).map((value) => ({ value, words: words.sourceNames[value] })),
    },
  ]
}

interface Given {
  form?: Form
  problems?: readonly Problem[]
  said?: Html
}

async function forwardingPage(
  deps: ConsoleDeps,
  ask: PageAsk,
  { form, problems = [], said: told }: Given = {},
): Promise<Shown> {
  const { text, base } = ask
  const words = text.forwarding
  const { config } = await readConfig(deps, ask.account, ['integrations', 'forwarding'])
  const { forwarding } = config
  const name = config.integrations.find(({ id }) => id === DEFAULT_INTEGRATION)?.name ?? DEFAULT_INTEGRATION
  const title = forwarding === undefined ? words.title(name) : words.settingsTitle(name)
  const sources = form?.get('sources') ?? forwarding?.sources ?? 'own'
  const texts = new URLSearchParams({ url: form?.get('url') ?? '', sources })
  const filled: Filled = { texts, problems, kept: new Set() }
  return {
    title,
    ...(problems.length > 0 && { status: 422 }),
    body: html`<div class="title"><h1>${said(title, 120)}</h1></div>${told ?? nothing}
${forwarding === undefined ? nothing : await standing(deps, ask)}
<form class="form panel" method="post" action="${base}/forwarding"><p>${words.says}</p>${formFields(ask, inputsOf(ask, forwarding !== undefined), filled)}
<div class="acts"><button class="main">${words.ok}</button><a class="button quiet" href="${base}/integrations" data-key="Escape">${text.cancel}</a></div></form>`,
  }
}

async function standing(deps: ConsoleDeps, ask: PageAsk): Promise<Html> {
  const { text, base } = ask
  const words = text.forwarding
  const read = await readForwardingStatus(deps, ask)
  if (read === undefined) return nothing
  const { state, lastSuccessAt, owed, failures } = read
  return html`<section class="panel about"><p><span class="chip ${state === 'working' ? 'ok' : 'bad'}">${words.states[state]}</span></p><dl>
<dt>${words.lastSuccess}</dt><dd>${lastSuccessAt === undefined ? text.integrations.never : clock(ask, Date.parse(lastSuccessAt))}</dd>
<dt>${words.owed}</dt><dd>${text.alerts.alerts(owed)}</dd>
${failures.length === 0 ? nothing : html`<dt>${words.failures}</dt><dd>${failures.slice(0, 3).map(({ at, detail }) => html`<p>${clock(ask, Date.parse(at))} ${said(detail, 200)}</p>`)}</dd>`}
</dl><div class="acts"><form method="post" action="${base}/forwarding/test" class="one"><button>${words.try}</button></form>${linkButton(ask, '/forwarding/stop', words.stop, { kind: 'bad' })}</div></section>`
}

function change(deps: ConsoleDeps, ask: PageAsk, forwarding: unknown): Promise<ChangeResult> {
  return applyChange(deps, ask, async (current) => {
    const made = await inSlices(readTocsinYml({ forwarding }, current, deps.secrets))
    return made.ok ? made : { ok: false, refusal: invalid(made.problems) }
  })
}

async function forward(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Refusal> {
  const { config } = await readConfig(deps, ask.account, ['forwarding'])
  const url = field(form, 'url') ?? (config.forwarding === undefined ? undefined : MASKED)
  const made = await change(deps, ask, { ...(url !== undefined && { url }), sources: field(form, 'sources') ?? 'own' })
  if (!('refused' in made)) return await tryOut(deps, ask)
  if (made.details === undefined) return made
  const problems = made.details.map(({ path, message }) => ({ path: path.replace(/^forwarding\.?/, ''), message }))
  return await forwardingPage(deps, ask, { form, problems })
}

/** Whether the receiver takes alerts is said at once, and not at the first alert. */
async function tryOut(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  const words = ask.text.forwarding
  const tried = await tryForwarding(deps, ask)
  if (tried === undefined) return await forwardingPage(deps, ask)
  const told = tried.ok ? words.tried(Math.round(tried.tookMs)) : words.notTried(tried.detail ?? tried.reason ?? '')
  return await forwardingPage(deps, ask, { said: notice(told, tried.ok ? 'good' : 'bad') })
}

async function stopForm(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  const { text, base } = ask
  const words = text.forwarding
  const read = await readForwardingStatus(deps, ask)
  return {
    title: words.stopTitle,
    body: html`<section class="ask panel"><h1>${words.stopTitle}</h1><p>${read === undefined ? words.nobody : words.stopSays(read.owed)}</p>${
      read === undefined
        ? nothing
        : html`<form method="post" action="${base}/forwarding/stop"><button class="bad">${words.stop}</button></form>`
    }<p><a href="${base}/forwarding" data-key="Escape">${text.back}</a></p></section>`,
  }
}

async function stop(deps: ConsoleDeps, ask: PageAsk): Promise<Response | Refusal> {
  const made = await change(deps, ask, null)
  return 'refused' in made ? made : redirect(`${ask.base}/integrations?done=stopped`)
}
