import { type ImportReport, importTable } from '../../config/import.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, LARGEST_FORM_BYTES } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { toldOtherwise } from '../parts/plan.ts'
import { targetNames } from '../parts/targets.ts'

const MOST_LINES = 200
const PATHS = { users: '/users', userGroups: '/user-groups' } as const

/** A table of people in CSV: a report first, line by line, and the change when somebody says so. */
export function importPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'editor', nav: 'recipients', path: '/people/import' } as const
  return [
    page(deps, { ...of, load: (ask) => form(ask, ask.query.get('of') === 'userGroups' ? 'userGroups' : 'users') }),
    action(deps, { ...of, limitBytes: LARGEST_FORM_BYTES, act: (ask, given) => take(deps, ask, given) }),
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
    return {
      ...form(ask, of, csv, html`<p class="error" role="alert"><bdi>${ask.text.problem(taken.message)}</bdi></p>`),
      status: 422,
    }
  }
  const { report, wouldTell } = taken
  if (sure) return redirect(`${ask.base}${PATHS[of]}?took=${report.accepted.length}`)
  const told = wouldTell && toldOtherwise(ask, wouldTell, targetNames(await deps.configs.current(ask.account)))
  return form(ask, of, csv, reportOf(ask, report, told))
}

function form({ text, base }: PageAsk, of: 'users' | 'userGroups', csv = '', report: Html = nothing): Shown {
  const words = text.recipients
  const title = words.importTitle[of]
  return {
    title,
    body: html`<div class="title"><h1>${title}</h1></div><form class="form panel" method="post" action="${base}/people/import"><input type="hidden" name="of" value="${of}"><p>${words.importSays}</p><p class="field" hidden data-file><label for="file">${words.file}</label><input type="file" id="file" accept=".csv,text/csv" data-into="csv"></p><div class="field"><label for="csv">${words.csv}</label><textarea id="csv" name="csv" rows="8" class="mono" spellcheck="false" required placeholder="${SAMPLES[of]}">${csv}</textarea></div><div class="acts"><button class="main" name="do" value="report">${words.report}</button><a class="button quiet" href="${base}${PATHS[of]}" data-key="Escape">${text.cancel}</a></div>${report}</form>`,
  }
}

const SAMPLES = {
  users:
    'ID,Name,Enable,Mobile phone number,Receive text messages,Receive voice calls,Mailbox\ntest01,Kumer,true,86-13811110001,true,true,kumer@example.net',
  userGroups: 'ID,Name,Members,Enable\ngroup-01,ActionTrail O&M Group,test01;test02,true',
}

interface Line {
  line: number
  id?: string
  result: 'added' | 'changed' | 'unchanged' | 'refused'
  remarks: { field: string; message: string }[]
  fields?: readonly string[]
}

/** The lines in the order of the file, each once. */
function linesOf({ accepted, refused, warnings }: ImportReport): Line[] {
  const lines = new Map<number, Line>()
  for (const { line, ...taken } of accepted) {
    const remarks = warnings.filter((one) => one.line === line)
    lines.set(line, {
      line,
      id: taken.id,
      result: taken.change,
      remarks,
      ...(taken.fields && { fields: taken.fields }),
    })
  }
  for (const remark of refused) {
    const { line } = remark
    const known = lines.get(line)
    lines.set(line, { line, result: 'refused', remarks: [...(known?.remarks ?? []), remark] })
  }
  return [...lines.values()].sort((a, b) => a.line - b.line)
}

/** `told`: the open incidents of which others would be told after the import. */
function reportOf(ask: PageAsk, report: ImportReport, told: Html = nothing): Html {
  const { text } = ask
  const words = text.recipients
  const lines = linesOf(report)
  const wrong = lines.filter(({ result }) => result === 'refused').length
  const taken = lines.length - wrong
  return html`<section role="status"><p><b>${words.summary(taken, wrong)}</b></p><ol class="lines">${lines.slice(0, MOST_LINES).map((line) => lineOf(ask, line))}</ol>${
    lines.length > MOST_LINES ? html`<p class="meta">${text.alerts.more(lines.length - MOST_LINES)}</p>` : nothing
  }${
    taken === 0
      ? html`<p class="meta">${words.noneTaken}</p>`
      : html`${told}<p class="acts"><button class="main" name="do" value="take">${words.take(taken)}</button></p>`
  }</section>`
}

const MARKS = { added: ['ok', '✓'], changed: ['ok', '✓'], unchanged: ['', '·'], refused: ['bad', '✕'] } as const

/** A field is called as its input in the form of an entry. */
function lineOf({ text }: PageAsk, { line, id, result, remarks, fields = [] }: Line): Html {
  const words = text.recipients
  const label = (field: string): string => words.fields[/^\w*/.exec(field)![0] as 'id'] ?? field
  const [kind, mark] = MARKS[result]
  const what = result === 'refused' ? words.refused : words.changes[result]
  return html`<li class="${kind}"><span class="when">${words.line(line)}</span><span class="mark" aria-hidden="true">${mark}</span><div>${id === undefined ? nothing : html`<b><bdi>${id}</bdi></b> `}${what}${
    fields.length === 0 ? nothing : html`: <span class="why">${fields.map(label).join(', ')}</span>`
  }${remarks.map(
    ({ field, message }) =>
      html`<div class="why">${field === '' ? nothing : html`<b>${label(field)}</b>: `}<bdi>${text.problem(message)}</bdi></div>`,
  )}</div></li>`
}
