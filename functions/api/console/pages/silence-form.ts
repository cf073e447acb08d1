import type { Labels } from '../../../../shared/alert/labels.ts'
import { formatDuration } from '../../../../shared/base/duration.ts'
import { sumOf } from '../../../../shared/group/card.ts'
import { createPartReader } from '../../../../shared/group-store/members.ts'
import type { Matcher } from '../../../../shared/matcher/matcher.ts'
import { parseMatcher } from '../../../../shared/matcher/parse.ts'
import type { Problem } from '../../../../shared/problem/problem.ts'
import { type Silence, silenceState } from '../../../../shared/silence/silence.ts'
import { readSilences } from '../../../../shared/store/silences.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { isRefusal } from '../../http/route.ts'
import { previewSilence, readMatchers, type SilencePreview } from '../../silences/preview.ts'
import { changeSilence, createSilence, findSilence, readNewSilence } from '../../silences/silence-routes.ts'
import { htmlAnswer, redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { countsText, level, tags } from '../parts/labels.ts'
import { said, sentence } from '../parts/said.ts'
import { ago } from '../parts/time.ts'

const OPERATORS = ['=', '!=', '=~', '!~'] as const
const DURATIONS = ['30m', '1h', '4h', '1d', '7d'] as const
/** Labels that tell one machine or process from another: a silence is rarely about these. */
const OF_ONE = /^(instance|pod|container|pid|id|uid|host_?id|eventid|request_?id|.*_id)$/i
const MOST_MATCHERS = 30
const RECENT = 5

/** One row of the form; a row that is not used widens the silence. */
interface Row {
  label: string
  op: string
  value: string
  use: boolean
}

/** The form as a person has filled it in. */
interface Filled {
  rows: Row[]
  time: string
  other: string
  comment: string
  /** The silence that is changed. */
  edit?: string
  problems: readonly Problem[]
}

export function silenceFormPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'responder', nav: 'silences' } as const
  return [
    page(deps, { ...of, path: '/silences/new', load: (ask) => loadForm(deps, ask) }),
    action(deps, { ...of, path: '/silences/new', act: (ask, form) => takeForm(deps, ask, form) }),
    action(deps, { ...of, path: '/silences/preview', act: (ask, form) => previewPart(deps, ask, form) }),
  ]
}

async function loadForm(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { query } = ask
  const base: Filled = { rows: [], time: '1h', other: '', comment: '', problems: [] }
  const edit = query.get('edit') ?? query.get('from')
  if (edit !== null) {
    const silence = await findSilence(deps, ask.account, edit)
    if (silence !== undefined)
      return await formPage(deps, ask, { ...base, ...ofSilence(silence, ask, query.has('edit')) })
  }
  return await formPage(deps, ask, { ...base, rows: await rowsFrom(deps, ask) })
}

function ofSilence(
  { id, matchers, comment, endsAt, startsAt }: Silence,
  { now }: PageAsk,
  edits: boolean,
): Partial<Filled> {
  const rows = matchers.map(({ name, op, value }) => ({ label: name, op, value, use: true }))
  if (!edits) return { rows, comment }
  const minutes = Math.max(1, Math.ceil((endsAt - Math.max(now, startsAt)) / 60_000))
  return { rows, comment, edit: id, time: 'other', other: formatDuration(minutes * 60_000) }
}

/** The matchers to begin with: of a filter, of an alert, of a group; an empty row otherwise. */
async function rowsFrom(deps: ConsoleDeps, ask: PageAsk): Promise<Row[]> {
  const { query, account } = ask
  const filters = query.getAll('filter').flatMap((text) => {
    const parsed = parseMatcher(text.slice(0, 2000))
    return parsed.ok ? [parsed.matcher] : []
  })
  if (filters.length > 0) return filters.map(({ name, op, value }: Matcher) => ({ label: name, op, value, use: true }))
  const group = query.get('group') ?? query.get('incident')?.replace(/-[^-]*$/, '')
  if (group === undefined || group === null || !/^[0-9a-f]{32}$/.test(group)) return [emptyRow()]
  const reader = createPartReader(deps.table, account)
  const found = await reader.members(group, { limit: 1 })
  if (found === undefined) return [emptyRow()]
  const alert = query.get('alert')
  const asked = alert === null ? undefined : await reader.member(group, alert)
  const only = found.members.length === 1 && !found.more ? found.members[0]![1] : undefined
  const one = (asked?.member ?? only)?.alert
  const grouped = found.core.labels
  const labels: Labels = one?.labels ?? grouped
  const rows = Object.entries(labels).map(([label, value]) => ({
    ...{ label, op: '=', value },
    use: one === undefined || label in grouped || (alert !== null && !OF_ONE.test(label)),
  }))
  return rows.some(({ use }) => use)
    ? rows.slice(0, MOST_MATCHERS)
    : [...rows.map((row) => ({ ...row, use: true })), ...(rows.length === 0 ? [emptyRow()] : [])]
}

const emptyRow = (): Row => ({ label: '', op: '=', value: '', use: true })

function readFilled(form: Form): Filled {
  const [labels, ops, values] = ['label', 'op', 'value'].map((name) => form.getAll(name))
  const used = new Set(form.getAll('use'))
  const edit = field(form, 'edit')
  return {
    rows: labels!.slice(0, MOST_MATCHERS).map((label, index) => ({
      ...{ label: label.trim(), op: ops![index] ?? '=', value: values![index] ?? '', use: used.has(String(index)) },
    })),
    ...{
      time: field(form, 'time') ?? 'other',
      other: field(form, 'other') ?? '',
      comment: form.get('comment')?.trim() ?? '',
    },
    ...(edit !== undefined && { edit }),
    problems: [],
  }
}

/** The rows that count, as the API takes matchers, each with its place in the form. */
function matchersOf({ rows }: Filled): { matcher: { label: string; op: string; value: string }; row: number }[] {
  return rows.flatMap(({ label, op, value, use }, row) =>
    use && (label !== '' || value !== '') ? [{ matcher: { label, op, value }, row }] : [],
  )
}

async function takeForm(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Response | Refusal> {
  const filled = readFilled(form)
  const what = form.get('do') ?? 'create'
  if (what === 'add') return await formPage(deps, ask, { ...filled, rows: [...filled.rows, emptyRow()] })
  if (what.startsWith('remove-')) {
    const rows = filled.rows.filter((_, index) => what !== `remove-${index}`)
    return await formPage(deps, ask, { ...filled, rows: rows.length === 0 ? [emptyRow()] : rows })
  }
  if (what === 'preview') return await formPage(deps, ask, filled)
  const given = matchersOf(filled)
  const duration = filled.time === 'other' ? filled.other : filled.time
  const read = readNewSilence({
    matchers: given.map(({ matcher }) => matcher),
    duration,
    by: ask.me,
    comment: filled.comment,
  })
  if ('problems' in read) {
    const problems = read.problems.map((problem) => ({ ...problem, path: pathInForm(problem.path, given) }))
    return { ...(await formPage(deps, ask, { ...filled, problems })), status: 422 }
  }
  if (filled.edit === undefined && form.get('everything') === null) {
    const preview = await previewSilence(deps, ask, read.value.matchers)
    if (isEverything(preview)) return await formPage(deps, ask, filled, { sure: true })
  }
  const { by: _, ...change } = read.value
  const made =
    filled.edit === undefined
      ? await createSilence(deps, ask, read.value, field(form, 'once'))
      : await changeSilence(deps, ask, filled.edit, change)
  if (isRefusal(made)) {
    if (made.status !== 422) return made
    return {
      ...(await formPage(deps, ask, { ...filled, problems: made.details ?? [{ path: '', message: made.message }] })),
      status: 422,
    }
  }
  const done =
    filled.edit !== undefined ? 'changed' : silenceState(made, ask.now) === 'pending' ? 'createdLater' : 'created'
  return redirect(`${ask.base}/silences?done=${done}&id=${made.id}`)
}

/** `matchers[1].value` of what was sent is the row of the form that it came from. */
function pathInForm(path: string, given: readonly { row: number }[]): string {
  return path.replace(/^matchers\[(\d+)\]/, (_, index: string) => `row[${given[Number(index)]?.row ?? 0}]`)
}

function isEverything({ firing, of }: SilencePreview): boolean {
  return of > 1 && sumOf(firing) === of
}

async function formPage(deps: ConsoleDeps, ask: PageAsk, filled: Filled, { sure = false } = {}): Promise<Shown> {
  const { text, base, once, me } = ask
  const [labels, silences, preview] = await Promise.all([
    deps.labelsOf(ask.account),
    readSilences(deps.table, ask.account),
    previewOf(deps, ask, filled),
  ])
  const names = [...labels.names.keys()].slice(0, 50)
  const own = silences.filter(({ createdBy }) => createdBy === me).sort((a, b) => b.updatedAt - a.updatedAt)
  const recent = [...new Set(own.map(({ comment }) => comment))].slice(0, RECENT)
  const at = (path: string): string | undefined => {
    const found = filled.problems.find((problem) => problem.path === path)
    return found && text.problem(found.message)
  }
  const general = filled.problems.filter(({ path }) => path === '' || path === 'matchers')
  const title = filled.edit === undefined ? text.silences.add : text.silences.editTitle
  return {
    title,
    body: html`<div class="title"><h1>${title}</h1></div>
<form class="form silence-form" method="post" action="${base}/silences/new" id="silence">
<input type="hidden" name="once" value="${once}">${filled.edit === undefined ? nothing : html`<input type="hidden" name="edit" value="${filled.edit}">`}
<button class="vh" name="do" value="preview" tabindex="-1" aria-hidden="true"></button>
${general.map(({ message }) => html`<p class="error" role="alert">${text.problem(message)}</p>`)}
<fieldset><legend>${text.silences.matchers}</legend><p class="meta">${text.silences.matchersHelp}</p>
<ul class="matchers">${filled.rows.map((row, index) => matcherRow(ask, row, index, filled, labels.names))}</ul>
<datalist id="names">${names.map((name) => html`<option value="${name}">`)}</datalist>
<button name="do" value="add" class="quiet">+ ${text.silences.addMatcher}</button></fieldset>
<fieldset><legend>${text.silences.duration}</legend><div class="choices">${DURATIONS.map(
      (one) =>
        html`<label><input type="radio" name="time" value="${one}"${filled.time === one ? html` checked` : nothing}><span>${text.silences.durations[one]}</span></label>`,
    )}<label><input type="radio" name="time" value="other"${filled.time === 'other' ? html` checked` : nothing}><span>…</span></label></div>
<label class="other">${text.silences.otherDuration}<input name="other" value="${filled.other}" maxlength="20" autocapitalize="off"${at('duration') === undefined && at('endsAt') === undefined ? nothing : html` aria-invalid="true" aria-describedby="time-error"`}></label>${
      at('duration') === undefined && at('endsAt') === undefined
        ? nothing
        : html`<p class="error" id="time-error">${at('duration') ?? at('endsAt')}</p>`
    }</fieldset>
<label>${text.silences.comment}<textarea name="comment" rows="2" required maxlength="4000" aria-describedby="comment-help"${at('comment') === undefined ? nothing : html` aria-invalid="true"`} id="comment">${filled.comment}</textarea></label>
<p class="meta" id="comment-help">${text.silences.commentHelp} ${text.silences.by}: ${said(me, 60)}</p>
${at('comment') === undefined ? nothing : html`<p class="error">${at('comment')}</p>`}
${recent.length === 0 ? nothing : html`<p class="recent"><span class="meta">${text.silences.recent}:</span> ${recent.map((words) => html`<button type="button" class="quiet" data-fill="comment" data-words="${words}" hidden>${said(words, 60)}</button>`)}</p>`}
${previewBox(ask, preview, filled)}
${sure ? html`<label class="line sure"><input type="checkbox" name="everything" value="1" required> ${text.silences.wouldAllConfirm}</label>` : nothing}
<div class="acts"><button class="main" name="do" value="create">${filled.edit === undefined ? text.silences.create : text.save}</button><button name="do" value="preview" formnovalidate data-plain>${text.silences.preview}</button><a class="button quiet" href="${base}/silences">${text.cancel}</a></div>
</form>`,
  }
}

function matcherRow(
  ask: PageAsk,
  { label, op, value, use }: Row,
  index: number,
  { problems }: Filled,
  names: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Html {
  const { text } = ask
  const wrong = problems.filter(({ path }) => path.startsWith(`row[${index}]`))
  const values = [...(names.get(label)?.keys() ?? [])].slice(0, 20)
  const id = `m${index}`
  return html`<li><label class="pick"><input type="checkbox" name="use" value="${index}" aria-label="${label || text.silences.label}"${use ? html` checked` : nothing}></label>
<input name="label" value="${label}" aria-label="${text.silences.label}" list="names" maxlength="1024" autocapitalize="off" autocomplete="off" spellcheck="false">
<select name="op" aria-label="${text.silences.operator}">${OPERATORS.map((one) => html`<option value="${one}"${one === op ? html` selected` : nothing}>${one} ${text.silences.operators[one]}</option>`)}</select>
<input name="value" value="${value}" aria-label="${text.silences.value}" maxlength="4096" autocapitalize="off" autocomplete="off" spellcheck="false"${values.length > 0 ? html` list="${id}v"` : nothing}${wrong.length > 0 ? html` aria-invalid="true" aria-describedby="${id}e"` : nothing}>
${values.length > 0 ? html`<datalist id="${id}v">${values.map((one) => html`<option value="${one}">`)}</datalist>` : nothing}
<button name="do" value="remove-${index}" class="quiet" formnovalidate aria-label="${text.silences.removeMatcher}">×</button>
${wrong.length > 0 ? html`<p class="error" id="${id}e">${text.problem(wrong[0]!.message)}</p>` : nothing}</li>`
}

async function previewOf(deps: ConsoleDeps, ask: PageAsk, filled: Filled): Promise<SilencePreview | undefined> {
  const matchers = readMatchers(matchersOf(filled).map(({ matcher }) => matcher))
  return matchers === undefined ? undefined : await previewSilence(deps, ask, matchers)
}

/** The box alone, while somebody types. */
async function previewPart(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Response> {
  const filled = readFilled(form)
  return await htmlAnswer(ask.request, 200, previewBox(ask, await previewOf(deps, ask, filled), filled))
}

/** What the silence would hold back: numbers first, then who would not be told, then some of the alerts. */
function previewBox(ask: PageAsk, preview: SilencePreview | undefined, { rows }: Pick<Filled, 'rows'>): Html {
  // What a matcher says is not said again by each alert.
  const equal = Object.fromEntries(
    rows.filter(({ op, use }) => use && op === '=').map(({ label, value }) => [label, value]),
  )
  const { text, base } = ask
  const attributes = html`id="preview" class="preview${preview !== undefined && (isEverything(preview) || preview.unclaimedP1 > 0) ? ' warn' : ''}" role="status" hx-post="${base}/silences/preview" hx-trigger="input from:#silence delay:400ms" hx-include="#silence" hx-swap="outerMorph"`
  if (preview === undefined)
    return html`<section ${attributes}><p class="meta">${text.silences.matchersHelp}</p></section>`
  const { firing, of, groups, moreGroups, unclaimedP1, targets, alerts, partial } = preview
  const count = sumOf(firing)
  return html`<section ${attributes}>
<p class="lead">${count === 0 ? text.silences.wouldNothing : isEverything(preview) ? text.silences.wouldAll : text.silences.would(count, of, groups.length + moreGroups)}</p>
${count === 0 ? nothing : html`<p class="meta"><b>${countsText(firing)}</b>${targets.length === 0 ? nothing : html` · ${sentence((...names) => text.silences.wouldNotTell(names.join(', ')), ...targets.slice(0, 5))}`}</p>`}
${unclaimedP1 === 0 ? nothing : html`<p class="error">⚠ ${text.silences.unclaimedP1(unclaimedP1)}</p>`}
<ul class="rows">${alerts
    .slice(0, 10)
    .map(
      (one) =>
        html`<li class="row"><span class="when">${ago(ask, one.startsAt)}</span>${level(one.level)}<span class="what">${said(one.summary ?? one.labels.alertname ?? '')}</span><span class="tags">${tags(ask, one.labels, equal)}</span></li>`,
    )}</ul>${count > alerts.length && alerts.length > 0 ? html`<p class="meta">${text.alerts.more(count - alerts.length)}</p>` : nothing}${
    partial ? html`<p class="meta">${text.silences.partial}</p>` : nothing
  }</section>`
}
