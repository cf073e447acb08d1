import type { Problem } from '../../../../../shared/problem/problem.ts'
import { putDocumentText, readDocumentText } from '../../../config/document.ts'
import { atLeast } from '../../../http/role.ts'
import { isRefusal, type Refusal, type Route } from '../../../http/route.ts'
import { redirect } from '../../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../../page/ask.ts'
import type { Form } from '../../page/form-data.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { action, page } from '../../page/page.ts'
import { notice } from '../../parts/controls.ts'
import { planPanel } from '../../parts/plan.ts'
import { placedProblems } from '../../parts/problems.ts'
import { targetNames } from '../../parts/targets.ts'
import { settingsHead } from './tabs.ts'

const PATH = '/settings/configuration'
/** A longer document is not for a page: forms are decoded in a single piece. */
const LONGEST_CHARS = 256 * 1024
/** A form writes some characters as three, and Chinese as nine. */
const FORM_BYTES = 3 * LONGEST_CHARS

/** The document of a person, and the tag of the stored document that the person has read. */
interface Draft {
  yaml: string
  tag: string
  /** False: the document is cut at its end, so nobody may put the text back. */
  isWhole?: boolean
}

/** The account as one document: edit, look at the plan, apply. */
export function configurationPages(deps: ConsoleDeps): Route[] {
  const of = { nav: 'settings', path: PATH } as const
  return [
    page(deps, { ...of, access: 'viewer', load: (ask) => loadDocument(deps, ask) }),
    action(deps, {
      ...of,
      access: 'editor',
      limitBytes: FORM_BYTES,
      act: (ask, form) => takeDocument(deps, ask, form),
    }),
  ]
}

async function loadDocument(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  return documentPage(ask, await readDocumentText(deps, ask))
}

async function takeDocument(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Response | Refusal> {
  const draft = { yaml: form.get('document') ?? '', tag: form.getAll('tag').at(-1) ?? '' }
  const applies = form.get('do') === 'apply'
  const query = new URLSearchParams(applies ? {} : { dryRun: 'true' })
  const done = await putDocumentText(deps, { ...ask, query }, draft.yaml, draft.tag)
  if (!isRefusal(done)) {
    if (applies) return redirect(`${ask.base}${PATH}?done=applied`)
    const named = targetNames(await deps.configs.current(ask.account))
    const above = html`${planPanel(ask, done, { named })}${warningsOf(ask, done.warnings)}`
    return documentPage(ask, draft, { above })
  }
  if (done.status === 412) {
    const present = await readDocumentText(deps, ask)
    return documentPage(
      ask,
      { yaml: draft.yaml, tag: draft.tag },
      { above: staleOf(ask, present), status: 412, present },
    )
  }
  if (done.status !== 422 && done.status !== 409) return done
  const problems = done.details ?? [{ path: '', message: done.message }]
  return documentPage(ask, draft, { above: problemsOf(ask, problems), status: done.status })
}

function documentPage(
  ask: PageAsk,
  { yaml, tag, isWhole = true }: Draft,
  { above = nothing, status, present }: { above?: Html; status?: number; present?: Draft } = {},
): Shown {
  const { text, base, query } = ask
  const words = text.configuration
  const edits = atLeast(ask.role, 'editor')
  const tooLong = yaml.length > LONGEST_CHARS || !isWhole
  return {
    title: `${text.settings.tabs.configuration} · ${text.places.settings}`,
    ...(status !== undefined && { status }),
    body: html`${settingsHead(ask, 'configuration')}${notice(query.get('done') === 'applied' ? words.applied : undefined)}
<p class="meta sub">${edits ? words.about : words.reading}</p>${above}
${
  tooLong || !edits
    ? html`${tooLong ? notice(words.tooLong, 'bad') : nothing}<pre class="document" tabindex="0"><bdi>${yaml.slice(0, LONGEST_CHARS)}</bdi></pre>`
    : html`<form class="form" method="post" action="${base}${PATH}"><input type="hidden" name="tag" value="${tag}">
<label>${words.document}<textarea name="document" class="document mono" rows="28" spellcheck="false" autocapitalize="off" autocomplete="off">
${yaml}</textarea></label>${
        present === undefined
          ? nothing
          : html`<label class="line"><input type="checkbox" name="tag" value="${present.tag}"> ${words.readAgain}</label>`
      }
<div class="acts"><button class="main" name="do" value="plan">${words.plan}</button><button name="do" value="apply">${words.apply}</button></div></form>`
}`,
  }
}

function warningsOf(ask: PageAsk, warnings: readonly Problem[]): Html {
  if (warnings.length === 0) return nothing
  return html`<section class="panel"><h2>${ask.text.configuration.warnings}</h2>${placedProblems(ask, warnings)}</section>`
}

function problemsOf(ask: PageAsk, problems: readonly Problem[]): Html {
  const inOrder = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
  return html`<section class="panel" role="alert"><h2>${ask.text.configuration.wrong}</h2>${placedProblems(ask, inOrder)}</section>`
}

/** Two people changed the document: the text of this person stays in the form, and the present document stands above. */
function staleOf({ text }: PageAsk, { yaml }: Draft): Html {
  const words = text.configuration
  return html`${notice(words.stale, 'bad')}<details class="panel"><summary>${words.now}</summary><pre class="document" tabindex="0"><bdi>${yaml}</bdi></pre></details>`
}
