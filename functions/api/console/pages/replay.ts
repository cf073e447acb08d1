import { toRfc3339 } from '../../../../shared/base/time.ts'
import { zodProblems } from '../../../../shared/problem/problem.ts'
import { invalid } from '../../http/body.ts'
import { isRefusal, type Refusal, type Route } from '../../http/route.ts'
import { manyBody, REPLAYABLE, type Replays, replayMany } from '../../incidents/replay.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import type { Form } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { notice } from '../parts/controls.ts'
import { doneCount } from '../parts/left-out.ts'
import { said } from '../parts/said.ts'
import { type NameTarget, targetNames } from '../parts/targets.ts'

const FIELDS = ['state', 'target', 'incident'] as const
const SHOWN_TARGETS = 20

/** The filter of a list of deliveries as the choice of deliveries for a replay. */
export function replayQuery(query: URLSearchParams): URLSearchParams {
  const state = REPLAYABLE.find((one) => one === query.get('state'))
  const of = new URLSearchParams({ ...(state && { state }) })
  for (const name of ['target', 'incident'] as const) {
    const value = query.get(name)
    if (value) of.set(name, value)
  }
  return of
}

/** A replay of several deliveries: first the numbers, then the button. */
export function replayPages(deps: ConsoleDeps): Route[] {
  const of = { path: '/deliveries/replay', access: 'responder', nav: 'deliveries' } as const
  return [
    page(deps, { ...of, load: (ask) => confirm(deps, ask) }),
    action(deps, { ...of, act: (ask, form) => send(deps, ask, form) }),
  ]
}

type Wanted = Parameters<typeof replayMany>[2]

/** What a replay of many did, after the redirect: how many messages it asked for, and which deliveries need none. */
export function replaysText(ask: PageAsk): string | undefined {
  const { text, query } = ask
  if (query.get('done') !== 'replays') return undefined
  const over = Number(/^\d{1,6}$/.exec(query.get('over') ?? '')?.[0] ?? 0)
  const { replayedMany, overMany } = text.deliveries
  return [replayedMany(doneCount(ask)), ...(over > 0 ? [overMany(over)] : [])].join(' ')
}

function readWanted(given: URLSearchParams): Wanted | Refusal {
  const fields = [...FIELDS, 'until'].flatMap((name) => (given.get(name) ? [[name, given.get(name)]] : []))
  const wanted = manyBody.safeParse(Object.fromEntries(fields))
  return wanted.success ? wanted.data : invalid(zodProblems(wanted.error))
}

async function confirm(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, base, query, now } = ask
  const wanted = readWanted(query)
  if (isRefusal(wanted)) return wanted
  const counted = await replayMany(deps, ask, wanted, true)
  if (isRefusal(counted)) return counted
  const words = text.deliveries.many
  const back = `${base}/deliveries?${replayQuery(query).toString()}`
  // Later deliveries were not counted, and are not sent.
  const fields = { ...wanted, until: wanted.until ?? toRfc3339(now), after: query.get('after') ?? '' }
  return {
    title: words.title,
    body: html`${notice(replaysText(ask))}<section class="ask panel"><h1>${words.title}</h1><p class="lead">${words.counted(counted.messages, counted.targets.length)}</p>${numbers(ask, counted, targetNames(await deps.configs.current(ask.account)))}${
      counted.messages === 0
        ? nothing
        : html`<form method="post" action="${base}/deliveries/replay">${Object.entries(fields).map(
            ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
          )}<button class="main">${words.send(counted.messages)}</button></form>`
    }<p><a href="${back}" data-key="Escape">${text.cancel}</a></p></section>`,
  }
}

function numbers({ text }: PageAsk, { targets, deliveries, over, next }: Replays, named: NameTarget): Html {
  const words = text.deliveries.many
  return html`<ul>${targets
    .slice(0, SHOWN_TARGETS)
    .map(({ target, messages }) => html`<li><b>${said(named(target), 100)}</b> ${words.messages(messages)}</li>`)}${
    targets.length > SHOWN_TARGETS ? html`<li>${text.alerts.more(targets.length - SHOWN_TARGETS)}</li>` : nothing
  }</ul><p class="meta">${words.of(deliveries)}${over === 0 ? nothing : html` ${words.over(over)}`}${next === undefined ? nothing : html` ${words.partial}`}</p><p>${words.says}</p>`
}

async function send(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Response | Refusal> {
  const wanted = readWanted(form)
  if (isRefusal(wanted)) return wanted
  const query = new URLSearchParams({ ...(form.get('after') && { after: form.get('after')! }) })
  const sent = await replayMany(deps, { ...ask, query }, wanted, false)
  if (isRefusal(sent)) return sent
  const { state, target, incident } = wanted
  const to = new URLSearchParams({ ...(state && { state }), ...(target && { target }), ...(incident && { incident }) })
  to.set('done', 'replays')
  to.set('count', String(sent.messages))
  if (sent.over > 0) to.set('over', String(sent.over))
  if (sent.next === undefined) return redirect(`${ask.base}/deliveries?${to.toString()}`)
  to.set('after', sent.next)
  to.set('until', wanted.until ?? toRfc3339(ask.now))
  return redirect(`${ask.base}/deliveries/replay?${to.toString()}`)
}
