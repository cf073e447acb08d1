import { parseExact } from '../../../../shared/base/json.ts'
import { errorText } from '../../../../shared/base/log.ts'
import type { Problem } from '../../../../shared/problem/problem.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { isRefusal } from '../../http/route.ts'
import { checkBody, checkRule, type RuleCheck } from '../../rules/check-rule.ts'
import { htmlAnswer } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action } from '../page/page.ts'
import { placedProblems } from '../parts/problems.ts'
import { said } from '../parts/said.ts'

const PATH = '/rules/check'
/** Characters of a message of the JSON parser, which may repeat the text. */
const MESSAGE_CHARS = 200

/** Checks the Sigma rule of a form while somebody types, and tries the rule on records. Nothing is stored. */
export function ruleCheckAction(deps: ConsoleDeps): Route {
  return action(deps, { access: 'viewer', nav: 'rules', path: PATH, act: (ask, form) => check(deps, ask, form) })
}

/** The box below the form of a rule. Its fields belong to the form, so a try without script sends the rule along. */
export function ruleCheckBox(ask: PageAsk): Html {
  const words = ask.text.rules.check
  return html`<section class="panel"><h2>${words.title}</h2><div class="form"><div class="field"><label for="records">${words.records}</label><textarea name="records" id="records" form="entry" rows="5" class="mono" spellcheck="false" placeholder="{&quot;eventName&quot;: &quot;CreateRouteEntry&quot;}"></textarea><small>${words.recordsHelp}</small></div><div class="acts"><button form="entry" formaction="${ask.base}${PATH}" formnovalidate hx-post="${ask.base}${PATH}" hx-target="#checked" hx-include="#entry, #records" hx-swap="outerMorph">${words.try}</button></div></div>${result(ask)}</section>`
}

async function check(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Response | Refusal> {
  const records = readRecords(form.get('records') ?? '')
  const rule = { sigma: form.get('sigma') ?? '', ...(field(form, 'id') !== undefined && { id: field(form, 'id') }) }
  const asked = checkBody.safeParse({ rule, records: records.values })
  const issue = asked.error?.issues[0]
  const done = asked.success
    ? await checkRule(deps, ask, asked.data)
    : { problems: [{ path: issue?.path.join('.') ?? '', message: issue?.message ?? '' }], warnings: [], rules: [] }
  if (isRefusal(done) && done.details === undefined) return done
  const checked = isRefusal(done) ? { problems: [...done.details!], warnings: [], rules: [] } : done
  const shown = result(ask, { ...checked, problems: [...checked.problems, ...records.problems] }, records.values.length)
  if (ask.request.headers.has('hx-request')) return await htmlAnswer(ask.request, 200, shown)
  const { text, base } = ask
  return {
    title: text.rules.check.title,
    body: html`<div class="title"><h1>${text.rules.check.title}</h1></div><section class="panel">${shown}</section><p class="meta">${text.rules.check.back}</p><p><a href="${base}/rules">${text.places.rules}</a></p>`,
  }
}

/** A list, a single record, or a record a line. */
function readRecords(text: string): { values: unknown[]; problems: Problem[] } {
  if (text.trim() === '') return { values: [], problems: [] }
  const whole = parsed(text)
  if (whole.ok) return { values: Array.isArray(whole.value) ? whole.value : [whole.value], problems: [] }
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const values: unknown[] = []
  for (const line of lines) {
    const one = parsed(line)
    if (!one.ok) return { values: [], problems: [{ path: 'records', message: whole.message }] }
    values.push(one.value)
  }
  return { values, problems: [] }
}

function parsed(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: parseExact(text) }
  } catch (error) {
    return { ok: false, message: errorText(error).slice(0, MESSAGE_CHARS) }
  }
}

/** The result, which asks again half a second after somebody has typed. */
function result(ask: PageAsk, checked?: RuleCheck, records = 0): Html {
  const attributes = html`id="checked" role="status" hx-post="${ask.base}${PATH}" hx-trigger="input from:#entry delay:500ms, input from:#records delay:500ms" hx-include="#entry, #records" hx-swap="outerMorph"`
  if (checked === undefined) return html`<div ${attributes}></div>`
  const words = ask.text.rules.check
  const { problems, warnings, rules } = checked
  return html`<div ${attributes}>${
    problems.length > 0
      ? html`<div class="notice bad"><b>${words.wrong}</b>${placedProblems(ask, problems)}</div>`
      : html`<p class="notice good">${words.right}</p>`
  }${warnings.length === 0 ? nothing : html`<div class="notice"><b>${words.warnings}</b>${placedProblems(ask, warnings)}</div>`}${
    records === 0 ? nothing : html`<ul>${rules.map((rule) => html`<li>${tried(ask, rule, records)}</li>`)}</ul>`
  }</div>`
}

function tried({ text }: PageAsk, { title, matches, failed = [] }: RuleCheck['rules'][number], records: number): Html {
  const words = text.rules.check
  const of = (places: readonly number[]): string => places.map((place) => place + 1).join(', ')
  if (matches === undefined) return html`${said(title, 120)}: ${words.counts}`
  return html`${said(title, 120)}: <b>${matches.length === 0 ? words.none(records) : words.matches(matches.length, records, of(matches))}</b>${
    failed.length === 0 ? nothing : html` ${words.failed(of(failed))}`
  }`
}
