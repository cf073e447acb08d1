import type { ToldOtherwise } from '../../../../shared/rehearsal/would-tell.ts'
import { MOST_INCIDENTS } from '../../config/would-tell.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import type { Form } from '../page/form-data.ts'
import { html, nothing } from '../page/html.ts'
import { KEPT, keepForm } from '../page/kept-form.ts'
import { toldList } from '../parts/plan.ts'
import { said } from '../parts/said.ts'
import { targetNames } from '../parts/targets.ts'
import { askedPath } from '../session/own-path.ts'

/** The field of the answer: `yes`, or `no`, which leads back to the form. */
export const SURE = 'sure'

interface Lost {
  incidents: ToldOtherwise[]
  /** The dry run may have missed incidents. */
  partial: boolean
}

/** Open incidents of which somebody would be told no more after a change; undefined: none. */
export function lostTelling(wouldTell: readonly ToldOtherwise[]): Lost | undefined {
  const incidents = wouldTell.filter(({ fewer }) => fewer.length > 0)
  return incidents.length === 0 ? undefined : { incidents, partial: wouldTell.length >= MOST_INCIDENTS }
}

/** The question before a change that takes a telling away: in numbers, with the names. */
export async function askFirst(
  deps: ConsoleDeps,
  ask: PageAsk,
  form: Form,
  { name, lost: { incidents, partial } }: { name: string; lost: Lost },
): Promise<Shown> {
  const { text, base, request, now } = ask
  const words = text.form
  const to = askedPath(request, base)
  const named = targetNames(await deps.configs.current(ask.account))
  const targets = new Set(incidents.flatMap(({ fewer }) => fewer)).size
  const title = words.sureTitle(name)
  return {
    title,
    body: html`<section class="ask panel"><h1>${said(title, 120)}</h1><p>${words.sureSays(targets, incidents.length)}${partial ? html` ${words.surePartial}` : nothing}</p>${toldList(ask, incidents, named)}<form method="post" action="${base}${to}"><input type="hidden" name="${KEPT}" value="${keepForm(deps.secrets, to, form, now)}"><p class="acts"><button class="bad" name="${SURE}" value="yes">${words.sure}</button><button class="quiet" name="${SURE}" value="no" data-key="Escape">${words.backToForm}</button></p></form></section>`,
  }
}
