import type { Config } from '../../../../../shared/config/config.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'
import { FIELD_NAMES } from '../../../../../shared/flow/fields.ts'
import type { Problem } from '../../../../../shared/problem/problem.ts'
import type { PageAsk } from '../../page/ask.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { fillOf, formFields } from '../../parts/form.ts'
import { conditionOf, type Row, rowsOf, writeNested } from './condition.ts'
import { type Draft, valueAt } from './draft.ts'
import { inputsOfNode, kindOf, SINCE, shownNode } from './nodes.ts'

const OPERATORS = ['=', '!=', '=~', '!~', 'in', 'not in', '>', '>=', '<', '<=']

export interface OpenNode {
  path: string
  /** For people. */
  name: string
  /** Paths begin at the policy. */
  problems: readonly Problem[]
  /** Empty rows of a condition. */
  rows: number
  /** Names of labels to choose from. */
  labels: readonly string[]
}

/** The form of the node that is open, in the place of the node. */
export function nodeForm(ask: PageAsk, draft: Draft, config: Config, node: OpenNode): Html {
  const { text } = ask
  const { path, name } = node
  const kind = kindOf(draft, path)
  if (kind === undefined) return nothing
  return html`<div class="form panel open" role="group" aria-label="${name}" id="node"><input type="hidden" name="node" value="${path}"><b>${name}</b>${
    kind === 'condition' ? conditionForm(ask, draft, node) : plainForm(ask, draft, config, node)
  }<div class="acts"><button class="main" name="do" value="done">${text.flow.confirm}</button>${
    kind === 'condition' ? html`<button name="do" value="row">${text.flow.row}</button>` : nothing
  }<button class="quiet" name="do" value="cancel" data-key="Escape">${text.cancel}</button></div></div>`
}

function plainForm(ask: PageAsk, draft: Draft, config: Config, { path, problems }: OpenNode): Html {
  const kind = kindOf(draft, path)!
  const inputs = inputsOfNode(ask, kind, config)
  const filled = fillOf(inputs, shownNode(draft, kind, path))
  const shown = problems.map(({ path: at, message }) => ({ path: inputPath(at.slice(path.length)), message }))
  if (shown.length > 0) return formFields(ask, inputs, { ...filled, problems: shown })
  const [first, ...others] = inputs
  return formFields(ask, [{ ...first!, focus: true }, ...others], filled)
}

/** The input for the rest of a path in the node. */
function inputPath(rest: string): string {
  const name = rest.replace(/^\./, '')
  if (SINCE.some((one) => one === name)) return 'node.after'
  return name === '' ? '' : `node.${name}`
}

function conditionForm({ text }: PageAsk, draft: Draft, { path, problems, rows: empty, labels }: OpenNode): Html {
  const words = text.flow
  const { all, any } = valueAt(draft, path) as Entry
  const over = any === undefined ? 'all' : 'any'
  const is = any ?? all
  const rows = rowsOf(is)
  const place = `${path}.${over}`
  const { places } = conditionOf(rows ?? [])
  const of = (at: string | undefined) => problems.filter((one) => at !== undefined && one.path.startsWith(place + at))
  const loose = problems.filter((one) => !places.some((at) => one.path.startsWith(place + at)))
  const list = [
    ...(rows ?? []),
    ...Array.from({ length: empty }, (): Row => ({ join: 'and', field: '', op: '=', value: '' })),
  ]
  const wrong = list.findIndex((_, at) => of(places[at]).length > 0)
  const focus = problems.length > 0 && wrong >= 0 ? wrong : (rows ?? []).length
  return html`${
    loose.length === 0
      ? nothing
      : html`<div class="notice bad" role="alert">${loose.map((one) => html`<p>${rows === undefined ? html`<code>${one.path}</code> ` : nothing}<bdi>${text.problem(one.message)}</bdi></p>`)}</div>`
  }<div class="field"><label for="i-over">${words.over}</label><select id="i-over" name="node.over">${(
    ['all', 'any'] as const
  ).map(
    (one) => html`<option value="${one}"${one === over ? html` selected` : nothing}>${words.overs[one]}</option>`,
  )}</select></div>${
    rows === undefined
      ? html`<div class="field"><label for="i-nested">${words.nested}</label><textarea id="i-nested" name="node.nested" rows="8" class="mono" spellcheck="false" aria-describedby="i-nested-help" autofocus>${typeof is === 'string' ? is : writeNested(is)}</textarea><small id="i-nested-help">${marked(words.nestedHelp)}</small></div>`
      : html`<fieldset class="field"><legend>${words.expression}</legend>${list.map((row, at) =>
          rowForm(text, row, { at, problems: of(places[at]), focus: at === focus }),
        )}<small>${marked(words.rowsHelp)}</small></fieldset><datalist id="fields">${FIELD_NAMES.map(
          (name) => html`<option value="${name}">${words.objects[name] ?? name}</option>`,
        )}${labels.map((name) => html`<option value="labels.${name}"></option>`)}</datalist>`
  }`
}

/** Words between backquotes as code. */
function marked(words: string): Html {
  return html`${words.split('`').map((part, place) => (place % 2 === 0 ? part : html`<code>${part}</code>`))}`
}

function rowForm(
  text: PageAsk['text'],
  { join, field, op, value }: Row,
  { at, problems, focus }: { at: number; problems: readonly Problem[]; focus: boolean },
): Html {
  const words = text.flow
  const label = (name: string): string => `${name} ${at + 1}`
  const wrong =
    problems.length === 0 ? nothing : html` aria-invalid="true" aria-describedby="i-row-${String(at)}-error"`
  return html`<div class="terms">${
    at === 0
      ? html`<input type="hidden" name="row.join" value="and">`
      : html`<select name="row.join" aria-label="${label(words.join)}">${(['and', 'or'] as const).map(
          (one) => html`<option value="${one}"${one === join ? html` selected` : nothing}>${words[one]}</option>`,
        )}</select>`
  }<input name="row.field" value="${field}" list="fields" aria-label="${label(words.object)}" placeholder="${words.object}" autocomplete="off" spellcheck="false"${wrong}${focus ? html` autofocus` : nothing}><select name="row.op" aria-label="${label(words.operator)}">${OPERATORS.map(
    (one) =>
      html`<option value="${one}"${one === op ? html` selected` : nothing}>${words.operators[one] ?? one}</option>`,
  )}</select><input name="row.value" value="${value}" aria-label="${label(words.value)}" placeholder="${words.value}" autocomplete="off" spellcheck="false"${wrong}></div>${
    problems.length === 0
      ? nothing
      : html`<p class="error" id="i-row-${String(at)}-error">${problems.map(({ message }) => html`<bdi>${text.problem(message)}</bdi> `)}</p>`
  }`
}
