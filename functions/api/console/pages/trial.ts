import { UNROUTED_POLICY } from '../../../../shared/config/config.ts'
import { createTrials } from '../../config/try/routes.ts'
import type { TrialAnswer } from '../../config/try/trial-view.ts'
import { isRefusal, notFound, type Refusal, type Route } from '../../http/route.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import type { Form } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { entryPath } from '../parts/entry-path.ts'
import { level, tags } from '../parts/labels.ts'
import { said, saidList } from '../parts/said.ts'

const MOST_SHOWN = 20
const BODY_BYTES = 256 * 1024

/** Trial of a body: the alerts or records that an integration reads in the body, and the policies that would take these. */
export function trialPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'editor', nav: 'integrations', path: '/integrations/{id}/test' } as const
  const tryBody = createTrials(deps)
  return [
    page(deps, { ...of, load: (ask) => trialPage(deps, ask) }),
    action(deps, {
      ...of,
      limitBytes: BODY_BYTES,
      act: async (ask, form) => {
        const body = form.get('body') ?? ''
        const headers = { 'content-type': 'application/json' }
        const request = new Request('http://tocsin/', { method: 'POST', headers, body })
        return await trialPage(deps, ask, { form, tried: await tryBody({ ...ask, request }) })
      },
    }),
  ]
}

async function trialPage(
  deps: ConsoleDeps,
  ask: PageAsk,
  given?: { form: Form; tried: TrialAnswer | Refusal },
): Promise<Shown | Refusal> {
  const { text, base } = ask
  const config = await deps.configs.current(ask.account)
  const found = config.integration(ask.param('id'))
  if (found === undefined) return notFound('integration')
  const words = text.integrations
  const tried = given?.tried
  const wrong = tried !== undefined && isRefusal(tried)
  return {
    title: words.testTitle(found.name),
    ...(wrong && { status: 422 }),
    body: html`<div class="title"><h1>${said(words.testTitle(found.name), 120)}</h1></div><form class="form panel" method="post" action="${base}${entryPath('/integrations', found.id, 'test')}"><p>${words.testSays}</p><div class="field"><label for="body">${words.body}</label><textarea id="body" name="body" rows="8" class="mono" spellcheck="false" required${wrong ? html` aria-invalid="true" aria-describedby="body-error"` : nothing}>${given?.form.get('body') ?? SAMPLES[found.type] ?? ''}</textarea>${
      wrong ? html`<p class="error" id="body-error"><bdi>${text.problem(tried.message)}</bdi></p>` : nothing
    }</div><div class="acts"><button class="main">${words.tryOut}</button><a class="button quiet" href="${base}/integrations" data-key="Escape">${text.back}</a></div></form>${
      tried === undefined || wrong ? nothing : result(ask, tried)
    }`,
  }
}

function result(ask: PageAsk, { accepted, alerts = [], records = [], invalid }: TrialAnswer): Html {
  const words = ask.text.integrations
  return html`<section class="panel alerts" role="status"><h2>${words.accepted(accepted)}</h2><ul class="rows">${alerts
    .slice(0, MOST_SHOWN)
    .map(
      (one) =>
        html`<li class="row"><span></span>${level(one.level as 'P1')}<span class="what"><b>${said(one.labels.alertname ?? '')}</b> ${said(one.annotations.summary ?? '')} <span class="chip">${taken(ask, one.policies)}</span></span><span class="tags">${tags(ask, one.labels)}</span></li>`,
    )}${records
    .slice(0, MOST_SHOWN)
    .map(
      (one) =>
        html`<li class="row"><span></span><span></span><span class="what"><b>${said(one.id, 80)}</b> <span class="chip">${
          one.rules.length === 0
            ? words.noRule
            : html`${words.matches}: ${said(one.rules.map(({ rule }) => rule).join(', '), 200)}`
        }</span></span></li>`,
    )}${invalid
    .slice(0, MOST_SHOWN)
    .map(
      ({ index, message }) =>
        html`<li class="row"><span></span><span></span><span class="what error">${words.notRead(index)}: <bdi>${message}</bdi></span></li>`,
    )}</ul></section>`
}

function taken({ text }: PageAsk, policies: readonly string[]): Html {
  const named = policies.filter((id) => id !== UNROUTED_POLICY)
  return named.length === 0
    ? html`${text.integrations.noPolicy}`
    : html`${text.integrations.goesTo}: ${saidList(named)}`
}

const ALERT = { labels: { alertname: 'Hello', severity: 'warning' }, annotations: { summary: 'It works' } }

/** A body to begin with. */
const SAMPLES: Record<string, string> = {
  prometheus: JSON.stringify([ALERT], undefined, 2),
  alertmanager: JSON.stringify(
    { version: '4', status: 'firing', alerts: [{ status: 'firing', ...ALERT }] },
    undefined,
    2,
  ),
  arms: JSON.stringify([ALERT], undefined, 2),
}
