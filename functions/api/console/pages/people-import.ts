import { type ImportReport, importTable } from '../../config/import.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import type { Form } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'

const CSV_BYTES = 1024 * 1024
const MOST_LINES = 200
const PATHS = { users: '/users', userGroups: '/user-groups' } as const

/** A table of people in CSV: a report first, line by line, and the change when somebody says so. */
export function importPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'editor', nav: 'recipients', path: '/people/import' } as const
  return [
    page(deps, { ...of, load: (ask) => form(ask, ask.query.get('of') === 'userGroups' ? 'userGroups' : 'users') }),
    action(deps, { ...of, limitBytes: CSV_BYTES, act: (ask, given) => take(deps, ask, given) }),
  ]
}

async function take(deps: ConsoleDeps, ask: PageAsk, given: Form): Promise<Shown | Response | Refusal> {
  const of = given.get('of') === 'userGroups' ? 'userGroups' : 'users'
  const csv = given.get('csv') ?? ''
  const sure = given.get('do') === 'take'
  const query = new URLSearchParams(sure ? {} : { dryRun: 'true' })
  const taken = await importTable(deps, { ...ask, query }, of, { bytes: Buffer.from(csv), partial: true })
  if ('refused' in taken) {
    if (taken.status >= 500) return taken
    return { ...form(ask, of, csv, html`<p class="error" role="alert"><bdi>${taken.message}</bdi></p>`), status: 422 }
  }
  const { accepted } = taken.report
  if (sure) return redirect(`${ask.base}${PATHS[of]}?took=${accepted.length}`)
  return form(ask, of, csv, reportOf(ask, taken.report))
}

function form({ text, base }: PageAsk, of: 'users' | 'userGroups', csv = '', report: Html = nothing): Shown {
  const words = text.recipients
  const title = words.importTitle[of]
  return {
    title,
    body: html`<div class="title"><h1>${title}</h1></div><form class="form panel" method="post" action="${base}/people/import"><input type="hidden" name="of" value="${of}"><p>${words.importSays}</p><div class="field"><label for="csv">${words.csv}</label><textarea id="csv" name="csv" rows="8" class="mono" spellcheck="false" required placeholder="${SAMPLES[of]}">${csv}</textarea></div><div class="acts"><button class="main" name="do" value="report">${words.report}</button><a class="button quiet" href="${base}${PATHS[of]}" data-key="Escape">${text.cancel}</a></div>${report}</form>`,
  }
}

const SAMPLES = {
  users:
    'ID,Name,Enable,Mobile phone number,Receive text messages,Receive voice calls,Mailbox\ntest01,Kumer,true,86-13811110001,true,true,kumer@example.net',
  userGroups: 'ID,Name,Members,Enable\ngroup-01,ActionTrail O&M Group,test01;test02,true',
}

function reportOf({ text }: PageAsk, { accepted, refused, warnings }: ImportReport): Html {
  const words = text.recipients
  const changes = accepted.filter(({ change }) => change !== 'unchanged').length
  return html`<section role="status"><ul class="rows">${refused
    .slice(0, MOST_LINES)
    .map(
      ({ line, field, message }) =>
        html`<li class="row"><span class="when">${words.line(line)}</span><span class="chip bad">${words.refused}</span><span class="what">${field === '' ? nothing : html`<code>${field}</code> `}<bdi>${message}</bdi></span></li>`,
    )}${accepted.slice(0, MOST_LINES).map(({ line, id, change }) => {
    const own = warnings.filter((one) => one.line === line)
    return html`<li class="row"><span class="when">${words.line(line)}</span><span class="chip ${change === 'unchanged' ? '' : 'ok'}">${words.changes[change]}</span><span class="what"><code><bdi>${id}</bdi></code> ${own.map(({ message }) => html`<span class="meta"><bdi>${message}</bdi></span> `)}</span></li>`
  })}</ul>${
    changes === 0 && refused.length > 0
      ? html`<p class="meta">${words.noneTaken}</p>`
      : html`<p class="acts"><button class="main" name="do" value="take">${words.take(accepted.length)}</button></p>`
  }</section>`
}
