import type { Config } from '../../../../shared/config/config.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import { atLeast } from '../../http/role.ts'
import type { PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { linkButton } from '../parts/controls.ts'
import { entryPath } from '../parts/entry-path.ts'
import { type Filled, fillOf, formFields, type Input } from '../parts/form.ts'
import { said } from '../parts/said.ts'
import { ENTER } from './builder.ts'
import type { EntrySpec } from './entry-spec.ts'
import { TYPED, type TypedSecrets } from './typed-secrets.ts'

interface FormPage {
  entry: Entry
  config: Config
  inputs: readonly Input[]
  filled: Filled
  /** Of a stored entry. */
  tag?: string
  both?: Html
  typed?: TypedSecrets | undefined
  /** The answer to a button beside Save, such as the plan of the change. */
  above?: Html
  /** The part that several requests build. */
  part?: Html | undefined
  status?: number
}

export async function formPage(
  ask: PageAsk,
  spec: EntrySpec,
  { entry, config, inputs, filled, tag, both, typed, above, part, status }: FormPage,
): Promise<Shown> {
  const { text, base, role, query } = ask
  const words = spec.words(text)
  const back = spec.list?.(entry) ?? spec.path
  const title = tag === undefined ? words.add(entry) : words.edit(spec.nameOf(entry))
  const path =
    tag === undefined
      ? `${spec.path}/new${query.size === 0 ? '' : `?${query.toString()}`}`
      : entryPath(spec.path, entry.id, 'edit')
  const may = atLeast(role, 'editor')
  const builds = may && part !== undefined
  return {
    title,
    ...(spec.styles && { styles: spec.styles }),
    ...(status !== undefined && { status }),
    body: html`<div class="title"><h1>${said(title, 120)}</h1></div>
<form class="form panel" id="entry" method="post" action="${base}${path}">${tag === undefined ? nothing : html`<input type="hidden" name="tag" value="${tag}">`}${typed === undefined ? nothing : html`<input type="hidden" name="${TYPED}" value="${typed.sealed}">`}${both ?? nothing}
${builds ? html`<button class="vh" name="do" value="${ENTER}" tabindex="-1" aria-hidden="true">${text.save}</button>` : nothing}${may ? nothing : html`<p class="meta">${text.readOnly('editor')}</p>`}${formFields(ask, inputs, typed === undefined ? filled : { ...filled, typed: typed.names }, { tabs: spec.tabs === true })}${part ?? nothing}${above ?? nothing}
<div class="acts">${may ? html`<button class="main"${builds ? html` name="do" value="save"` : nothing}>${both === undefined ? text.save : text.form.saveMine}</button>` : nothing}${builds ? html`<button name="do" value="plan">${text.flow.plan}</button>` : nothing}<a class="button quiet" href="${base}${back}" data-key="Escape">${may ? text.cancel : text.back}</a>${
      may && tag !== undefined && spec.removable
        ? linkButton(ask, entryPath(spec.path, entry.id, 'delete'), text.remove, { kind: 'bad end' })
        : nothing
    }</div></form>${(await spec.below?.(ask, entry, config)) ?? nothing}`,
  }
}

interface Versions {
  inputs: readonly Input[]
  own: Filled
  mine: Entry
  theirs: Entry
}

/** Somebody else saved first: the fields that differ, in both versions. Saving once more takes one's own. */
export function bothVersions({ text }: PageAsk, { builder }: EntrySpec, { inputs, own, mine, theirs }: Versions): Html {
  const of = ({ texts }: Filled, name: string): string => texts.getAll(name).join('\n')
  const stored = fillOf(inputs, theirs)
  const rows = [
    ...inputs
      .filter(({ secret }) => !secret)
      .map(({ name, label }) => ({ label, yours: of(own, name), now: of(stored, name), kind: '' })),
    ...(builder
      ? [{ label: builder.label(text), yours: builder.textOf(mine), now: builder.textOf(theirs), kind: ' mono' }]
      : []),
  ]
  const cell = (words: string, kind = ''): Html => html`<td><bdi class="pre${kind}">${words.slice(0, 2000)}</bdi></td>`
  return html`<div class="notice bad" role="alert"><b>${text.form.changedMeanwhile}</b><table class="both"><thead><tr><td></td><th>${text.form.yours}</th><th>${text.form.theirs}</th></tr></thead><tbody>${rows
    .filter(({ yours, now }) => yours !== now)
    .map(
      ({ label, yours, now, kind }) => html`<tr><th>${label}</th>${cell(yours, kind)}${cell(now, kind)}</tr>`,
    )}</tbody></table></div>`
}
