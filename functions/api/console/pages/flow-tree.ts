import { isObject } from '../../../../shared/base/value.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { said } from '../parts/said.ts'

/* The action policy of Log Service as a list: Condition → Action group → End, and the secondary policy after its time. */

const SINCE = ['unclaimed', 'claimed', 'open'] as const

/** The flow of a policy as a document has the policy. */
export function flowTree(ask: PageAsk, { notify, flow, escalation, fallback }: Entry): Html {
  const words = ask.text.policies
  const steps = listOf(flow)
  // `notify` is a flow of one action group without a condition, and so is a fallback.
  const plain = (actions: unknown): Html => step(ask, {}, actions)
  const first = steps.length > 0 ? steps.map((one) => step(ask, one)) : listOf(notify).length > 0 ? [plain(notify)] : []
  const last = isObject(fallback) ? plain((fallback as Entry).then) : undefined
  return html`<ol class="tree">${first.length === 0 ? html`<li class="meta">${words.nobody}</li>` : first}</ol>${listOf(
    escalation,
  ).map((stage) => {
    const since = SINCE.find((name) => stage[name] !== undefined)
    return html`<p class="lead">${since === undefined ? nothing : words.secondary[since]} ${since === undefined ? nothing : String(stage[since])}</p><ol class="tree">${listOf(stage.flow).map((one) => step(ask, one))}</ol>`
  })}${last === undefined ? nothing : html`<p class="lead">${words.fallback}</p><ol class="tree">${last}</ol>`}`
}

function step(ask: PageAsk, { if: condition, end, ...own }: Entry, actions: unknown = own.then): Html {
  const words = ask.text.policies
  const over = isObject(condition) && 'any' in condition ? 'any' : 'all'
  return html`<li><span class="node">${words.condition}</span> ${
    isObject(condition)
      ? html`<b>${words[over]}</b>: <code>${said(conditionText((condition as Entry)[over]), 600)}</code>`
      : html`<span class="meta">${words.always}</span>`
  }<ol><li><span class="node">${words.actionGroup}</span><ul>${listOf(actions).map((action) => html`<li>${actionText(ask, action)}</li>`)}</ul>${
    end === true ? html`<ol><li><span class="node">■ ${words.end}</span></li></ol>` : nothing
  }</li></ol></li>`
}

function actionText({ text }: PageAsk, { channel, users, groups, onDuty, period }: Entry): Html {
  const words = text.policies
  const who = [
    [words.users, users],
    [words.groups, groups],
    [words.onDuty, onDuty],
  ] as const
  return html`<b>${said(String(channel), 100)}</b>${who.map(([label, list]) =>
    Array.isArray(list) && list.length > 0 ? html` → ${label} ${said(list.join(', '), 300)}` : nothing,
  )}${period === undefined ? nothing : html` <span class="chip">${String(period)}</span>`}`
}

/** A condition as people read it: `labels.team = "shop" and (…)`. */
function conditionText(is: unknown, inner = false): string {
  const joined = (list: unknown, word: string): string => {
    const parts = listOf(list).map((one) => conditionText(one, true))
    return inner && parts.length > 1 ? `(${parts.join(word)})` : parts.join(word)
  }
  if (Array.isArray(is)) return joined(is, ' and ')
  if (!isObject(is)) return ''
  const { and, or, not, field, op = '=', value } = is as Entry
  if (and !== undefined) return joined(and, ' and ')
  if (or !== undefined) return joined(or, ' or ')
  if (not !== undefined) return `not (${conditionText(not)})`
  return `${String(field)} ${String(op)} ${JSON.stringify(value)}`
}

function listOf(value: unknown): Entry[] {
  return Array.isArray(value) ? (value as Entry[]).filter(isObject) : []
}
