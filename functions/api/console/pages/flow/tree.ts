import { isObject } from '../../../../../shared/base/value.ts'
import type { DetailsPage } from '../../../../../shared/delivery/details-page.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'
import type { Problem } from '../../../../../shared/problem/problem.ts'
import type { PageAsk } from '../../page/ask.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { said } from '../../parts/said.ts'
import type { NameTarget } from '../../parts/targets.ts'
import { conditionText } from './condition.ts'
import { type Draft, listOf } from './draft.ts'
import { SINCE } from './nodes.ts'

/* An action policy as a list: Condition → Action group → End, then the secondary policy after its time, then the fallback. */

export interface TreeView {
  draft: Draft
  /** Nodes by path, with their names. */
  nodes: ReadonlyMap<string, string>
  problems: ReadonlyMap<string, readonly Problem[]>
  /** The node in the place of which a form stands. */
  open?: { path: string; form: Html }
  /** The node that was changed last: its first button has the focus. */
  focus?: string
  edits: boolean
  /** Incidents for which a step holds now, by the path of the step, and all incidents. */
  holds: ReadonlyMap<string, number>
  incidents: number
  named: NameTarget
  people: NamePeople
}

/** The words for ids of users, and of user groups. */
export type NamePeople = (kind: 'users' | 'groups', ids: readonly unknown[]) => string

export function flowTree(ask: PageAsk, view: TreeView): Html {
  const { flow: words } = ask.text
  const { flow, escalation, fallback } = view.draft
  const { edits } = view
  return html`<section><h2>${words.primary}</h2><p class="meta">${words.primarySays}</p>${steps(ask, view, flow, 'flow')}</section>
${
  edits || escalation.length > 0
    ? html`<section><h2>${words.secondary}</h2><p class="meta">${words.secondarySays}</p>${escalation.map((stage, at) => stageNode(ask, view, stage, `escalation[${at}]`))}${edits ? html`<p class="acts">${adder('stage escalation', words.add.stage)}</p>` : nothing}</section>`
    : nothing
}${
  edits || fallback !== undefined
    ? html`<section><h2>${words.fallback}</h2><p class="meta">${words.fallbackSays}</p>${
        fallback === undefined
          ? html`<p class="acts">${adder('fallback fallback', words.add.fallback)}</p>`
          : fallbackNode(ask, view, fallback)
      }</section>`
    : nothing
}`
}

function steps(ask: PageAsk, view: TreeView, list: readonly Entry[], path: string): Html {
  const { flow: words } = ask.text
  return html`${
    list.length === 0
      ? html`<p class="meta">${words.noStep}</p>`
      : html`<ol class="steps">${list.map((step, at) => stepNode(ask, view, step, `${path}[${at}]`))}</ol>`
  }${problemsAt(ask, view, path)}${
    view.edits
      ? html`<p class="acts">${adder(`condition ${path}`, words.add.condition, view.nodes)}${adder(`group ${path}`, words.add.group, view.nodes)}</p>`
      : nothing
  }`
}

function stepNode(ask: PageAsk, view: TreeView, { if: condition, then: actions, end }: Entry, path: string): Html {
  const { flow: words } = ask.text
  const holds = view.holds.get(path)
  const name = view.nodes.get(path)?.split(', ').at(-1) ?? ''
  return html`<li class="step"><div class="knot"><b>${name}</b>${
    holds === undefined ? nothing : html`<span class="chip">${words.holds(holds, view.incidents)}</span>`
  }${buttons(ask, view, path, ['up', 'down', 'drop'])}</div>${problemsAt(ask, view, path)}
<div class="knot"><span class="node">${words.condition}</span>${
    isObject(condition)
      ? conditionNode(ask, view, condition as Entry, `${path}.if`)
      : html`<span class="meta">${words.always}</span>${view.edits ? html`<span class="acts end">${button(`if ${path}`, words.add.condition, view.nodes.get(path))}</span>` : nothing}`
  }</div>${formAt(view, `${path}.if`)}
<div class="knot"><span class="node">${words.actionGroup}</span>${view.edits ? html`<span class="acts end">${button(`action ${path}.then`, words.add.action, view.nodes.get(path))}</span>` : nothing}</div>${actionList(ask, view, actions, `${path}.then`)}${
    end === true
      ? html`<div class="knot"><span class="node">■ ${words.end}</span><span class="meta">${words.endSays}</span>${view.edits ? html`<span class="acts end">${button(`end ${path}`, words.remove, `${words.end}, ${view.nodes.get(path)}`)}</span>` : nothing}</div>`
      : view.edits
        ? html`<div class="knot">${button(`end ${path}`, words.add.end, view.nodes.get(path))}</div>`
        : nothing
  }</li>`
}

function conditionNode(ask: PageAsk, view: TreeView, { any, all }: Entry, path: string): Html {
  const { flow: words } = ask.text
  if (view.open?.path === path) return nothing
  return html`<span>${words[any === undefined ? 'all' : 'any']}: <code>${said(conditionText(any ?? all, words), 600)}</code></span>${buttons(ask, view, path, ['edit', 'drop'])}${problemsAt(ask, view, path)}`
}

function actionList(ask: PageAsk, view: TreeView, given: unknown, path: string): Html {
  const actions = listOf(given)
  if (actions.length === 0) return html`<p class="meta in">${ask.text.flow.nobodyYet}</p>`
  return html`<ul class="actions">${actions.map((action, at) => {
    const place = `${path}[${at}]`
    if (view.open?.path === place) return html`<li>${view.open.form}</li>`
    return html`<li class="knot"><span>${actionText(ask, action, view)}</span>${buttons(ask, view, place, ['edit', 'up', 'down', 'drop'])}${problemsAt(ask, view, place)}</li>`
  })}</ul>`
}

/** An action in a line: the channel, the people, the hours, and who is called by name. */
function actionText({ text }: PageAsk, action: Entry, { named, people }: TreeView): Html {
  const { flow: words } = text
  const { channel, period, mention, template, details, sendResolved } = action
  const mentioned = isObject(mention) ? (mention as Entry) : {}
  const called = [...peopleOf(text, mentioned, people), ...(mentioned.all === true ? [words.everybody] : [])]
  return html`<b>${channel ? said(named(String(channel)), 120) : '–'}</b>${peopleOf(text, action, people).map((who) => html` → ${said(who, 300)}`)}${
    period === undefined || period === 'any'
      ? nothing
      : html` <span class="chip">${words.periods[period as 'workday'] ?? String(period)}</span>`
  }${called.length === 0 ? nothing : html` <span class="meta">${words.mentions} ${said(called.join(', '), 200)}</span>`}${
    template === undefined ? nothing : html` <span class="meta">${words.template} ${said(String(template), 80)}</span>`
  }${details === undefined ? nothing : html` <span class="meta">${words.details}: ${words.detailsPages[details as DetailsPage] ?? said(String(details), 80)}</span>`}${typeof sendResolved === 'boolean' ? html` <span class="meta">${words.sendResolved}: ${words.resolved[`${sendResolved}`]}</span>` : nothing}`
}

function peopleOf(
  { policies: words }: PageAsk['text'],
  { users, groups, onDuty }: Entry,
  people: NamePeople,
): string[] {
  const lists = [
    ['users', words.users, users],
    ['groups', words.groups, groups],
    ['groups', words.onDuty, onDuty],
  ] as const
  return lists.flatMap(([kind, label, list]) =>
    Array.isArray(list) && list.length > 0 ? `${label} ${people(kind, list)}` : [],
  )
}

function stageNode(ask: PageAsk, view: TreeView, stage: Entry, path: string): Html {
  const { flow: words } = ask.text
  const since = SINCE.find((one) => stage[one] !== undefined)
  const timer = since === undefined ? '' : `${words.since[since]} ${String(stage[since])}`
  return html`<div class="stage">${
    view.open?.path === path
      ? view.open.form
      : html`<div class="knot"><b>${view.nodes.get(path)}</b><span>${said(timer, 100)}</span>${buttons(ask, view, path, ['edit', 'up', 'down', 'drop'])}</div>${problemsAt(ask, view, path)}`
  }${steps(ask, view, listOf(stage.flow), `${path}.flow`)}</div>`
}

function fallbackNode(ask: PageAsk, view: TreeView, { after, then: actions }: Entry): Html {
  const { flow: words } = ask.text
  return html`<div class="stage">${
    view.open?.path === 'fallback'
      ? view.open.form
      : html`<div class="knot"><span>${words.fallbackAfter} ${said(String(after ?? ''), 100)}</span>${buttons(ask, view, 'fallback', ['edit', 'drop'])}</div>${problemsAt(ask, view, 'fallback')}`
  }<div class="knot"><span class="node">${words.actionGroup}</span>${view.edits ? html`<span class="acts end">${button('action fallback.then', words.add.action, words.fallback)}</span>` : nothing}</div>${actionList(ask, view, actions, 'fallback.then')}</div>`
}

const SIGNS = { up: '↑', down: '↓', drop: '✕' } as const
type Act = keyof typeof SIGNS | 'edit'

/** The buttons of a node. A node at the end of its list has no way further. */
function buttons({ text: { flow: words } }: PageAsk, view: TreeView, path: string, acts: readonly Act[]): Html {
  if (!view.edits) return nothing
  const name = view.nodes.get(path) ?? ''
  const [, list = '', at = '0'] = /^(.*)\[(\d+)\]$/.exec(path) ?? []
  const may = acts.filter((act) => {
    if (act === 'up') return Number(at) > 0
    return act === 'down' ? view.nodes.has(`${list}[${Number(at) + 1}]`) : true
  })
  const said = { edit: words.edit, up: words.up, down: words.down, drop: words.remove }
  return html`<span class="acts end">${may.map((act, place) =>
    button(`${act} ${path}`, act === 'edit' ? words.edit : SIGNS[act], `${said[act]}: ${name}`, {
      whole: true,
      focus: place === 0 && view.focus === path,
    }),
  )}</span>`
}

function button(act: string, words: string, of = '', { whole = false, focus = false } = {}): Html {
  return html`<button name="do" value="${act}" aria-label="${whole ? of : `${words}: ${of}`}"${focus ? html` autofocus` : nothing}>${words}</button>`
}

/** A button at the end of a list, named with the stage that the list belongs to. */
function adder(act: string, words: string, nodes?: ReadonlyMap<string, string>): Html {
  const stage = nodes?.get(/^\w+ (escalation\[\d+\])/.exec(act)?.[1] ?? '')
  return html`<button name="do" value="${act}"${stage === undefined ? nothing : html` aria-label="${`${words}: ${stage}`}"`}>${words}</button>`
}

function formAt({ open }: TreeView, path: string): Html {
  return open?.path === path ? open.form : nothing
}

function problemsAt({ text }: PageAsk, { problems, open }: TreeView, path: string): Html {
  const found = open?.path === path ? [] : (problems.get(path) ?? [])
  return found.length === 0
    ? nothing
    : html`<p class="error">${found.map(({ message }) => html`<bdi>${text.problem(message)}</bdi> `)}</p>`
}
