import { listPaused, type PausedChannel } from '../../../../shared/store/paused.ts'
import { pausedKey, resumeChannels } from '../../config/resume-channels.ts'
import { atLeast } from '../../http/role.ts'
import type { Route } from '../../http/route.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action } from '../page/page.ts'
import { actButton, bulkBar, notice, pick } from '../parts/controls.ts'
import { pauseText } from '../parts/failing.ts'
import { doneCount, leftOutNotice, readLeftOut, withResult } from '../parts/left-out.ts'
import { said } from '../parts/said.ts'
import { type Column, listTable } from '../parts/table.ts'
import { type NameTarget, targetNames } from '../parts/targets.ts'
import { clock } from '../parts/time.ts'
import { ownPath } from '../session/own-path.ts'

const MOST = 100

/** What a person does after the repair of a paused target. */
export function resumeAction(deps: ConsoleDeps): Route {
  const of = { access: 'responder', nav: 'integrations', path: '/channels/resume' } as const
  return action(deps, { ...of, act: (ask, form) => resume(deps, ask, form) })
}

async function resume(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Response> {
  const channels = form.getAll('channel').slice(0, MOST)
  const next = field(form, 'next') ?? '/channels'
  if (channels.length === 0) return redirect(ask.base + ownPath(next))
  const { resumed, left, partial } = await resumeChannels(deps, ask, channels)
  const count = resumed.reduce((sum, { messages }) => sum + messages, 0)
  const result = {
    done: partial ? 'resumedSome' : 'resumed',
    count,
    left: left.map(({ channel: id, code }) => ({ id, code })),
  }
  return redirect(ask.base + withResult(next, result))
}

/** What a resume did: how many groups are told, which channels were left out, and why. */
export function resumedNotice(ask: PageAsk, named: NameTarget): Html {
  const { text, query } = ask
  const done = query.get('done')
  if (done !== 'resumed' && done !== 'resumedSome') return nothing
  const { resumed, resumedSome } = text.pauses
  const words = resumed(doneCount(ask)) + (done === 'resumedSome' ? ` ${resumedSome}` : '')
  return html`${notice(words)}${leftOutNotice(ask, readLeftOut(ask), (id) => said(named(id), 120))}`
}

/** The paused channels. A responder has a box for each channel, to resume several together. */
export async function pausedPanel(deps: ConsoleDeps, ask: PageAsk): Promise<Html> {
  const paused = await listPaused(deps.table, ask.account)
  if (paused.length === 0) return nothing
  const { text, base } = ask
  const words = text.pauses
  const named = targetNames(await deps.configs.current(ask.account))
  const may = atLeast(ask.role, 'responder')
  const boxes: Column<PausedChannel> = {
    ...{ head: '', kind: 'pick' },
    cell: (one) => pick('channel', pausedKey(one), `${text.deliveries.choose}: ${named(pausedKey(one))}`),
  }
  const resumes: Column<PausedChannel> = {
    ...{ head: '', kind: 'acts' },
    cell: (one) =>
      actButton(ask, '/channels/resume', words.resume, {
        fields: { channel: pausedKey(one) },
        label: `${words.resume}: ${named(pausedKey(one))}`,
      }),
  }
  const columns: Column<PausedChannel>[] = [
    ...(may ? [boxes] : []),
    {
      ...{ head: words.columns.target, kind: 'wide' },
      cell: (one) =>
        html`<a href="${base}/deliveries?${new URLSearchParams({ target: pausedKey(one) }).toString()}"><b>${said(named(pausedKey(one)), 120)}</b></a>`,
    },
    { head: words.columns.why, cell: (one) => said(pauseText(ask, one), 200) },
    { head: words.columns.since, cell: ({ since }) => clock(ask, since) },
    { head: words.columns.groups, kind: 'num', cell: ({ places }) => String(places.length) },
    ...(may ? [resumes] : []),
  ]
  return html`<section class="panel" id="paused"><h2>${words.title}</h2><p class="meta">${words.says}</p>${listTable(columns, paused)}${
    may ? bulkBar(ask, '/channels/resume', html`<button>${words.resume}</button>`) : nothing
  }</section>`
}

/** On a list of one target, or of targets that fail: what is paused of them. */
export async function pausedHere(deps: ConsoleDeps, ask: PageAsk, target: string | null, next: string): Promise<Html> {
  const paused = await listPaused(deps.table, ask.account)
  const here = target === null ? paused : paused.filter((one) => pausedKey(one) === target)
  const [first] = here
  if (first === undefined) return nothing
  const words = ask.text.pauses
  if (target === null) {
    return html`<p class="notice bad">${words.some(here.length)} <a href="${ask.base}/channels#paused">${words.see}</a></p>`
  }
  return html`<div class="notice bad"><p>${words.title}: ${said(pauseText(ask, first), 200)} · ${clock(ask, first.since)}</p>${
    atLeast(ask.role, 'responder')
      ? actButton(ask, '/channels/resume', words.resume, { fields: { channel: target, next } })
      : nothing
  }</div>`
}
