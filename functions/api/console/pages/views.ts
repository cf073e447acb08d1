import type { SavedView } from '../../../../shared/config/config.ts'
import { viewsSection } from '../../../../shared/document/sections/views.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { dropEntry, saveEntry } from '../../config/collection-changes.ts'
import { atLeast } from '../../http/role.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { unusedId } from '../manage/ids.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action } from '../page/page.ts'
import { actButton } from '../parts/controls.ts'
import { entryPath } from '../parts/entry-path.ts'
import { said } from '../parts/said.ts'

const PATHS: Record<SavedView['page'], string> = { alerts: '/', incidents: '/incidents', silences: '/silences' }

/** Parts of an address that belong to a moment. */
const PASSING = ['after', 'add', 'part', 'done', 'slow', 'id']

/** A view is the address of a list under a name. */
export function viewRoutes(deps: ConsoleDeps): Route[] {
  const edits = { access: 'editor', nav: 'alerts' } as const
  return [
    action(deps, { ...edits, path: '/views', act: (ask, form) => save(deps, ask, form) }),
    action(deps, { ...edits, path: '/views/{id}/delete', act: (ask) => remove(deps, ask) }),
  ]
}

/** The saved views of a page. */
export async function viewsMenu(deps: ConsoleDeps, ask: PageAsk, of: SavedView['page']): Promise<Html> {
  const { account, base, text, role, query } = ask
  const { config } = await readConfig(deps, account, ['views'])
  const views = config.views.filter(({ page }) => page === of)
  const edits = atLeast(role, 'editor')
  if (views.length === 0 && !edits) return nothing
  const here = new URLSearchParams(query)
  for (const name of PASSING) here.delete(name)
  return html`<details class="menu"><summary>${text.alerts.views}</summary><div class="drop">
<ul>${views.map(
    ({ id, name, query }) =>
      html`<li><a href="${base}${PATHS[of]}${query === '' ? '' : `?${query}`}">${said(name)}</a>${edits ? actButton(ask, entryPath('/views', id, 'delete'), '×', { kind: 'quiet', label: `${text.remove}: ${name}` }) : nothing}</li>`,
  )}</ul>${
    edits
      ? html`<form method="post" action="${base}/views"><input type="hidden" name="page" value="${of}"><input type="hidden" name="query" value="${here.toString()}"><label class="vh" for="view">${text.alerts.viewName}</label><input id="view" name="name" required maxlength="100" placeholder="${text.alerts.viewName}"><button>${text.alerts.saveView}</button></form>`
      : nothing
  }</div></details>`
}

async function save(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Response | Refusal> {
  const { config } = await readConfig(deps, ask.account, ['views'])
  const name = field(form, 'name') ?? ''
  const page = field(form, 'page') ?? 'alerts'
  const query = field(form, 'query') ?? ''
  const id = unusedId(name, new Set(config.views.map((view) => view.id)), deps.randomBytes)
  const made = await saveEntry(deps, viewsSection, ask, { value: { id, name, page, query } })
  if ('refused' in made) return made
  return redirect(`${ask.base}${PATHS[page as SavedView['page']]}${query === '' ? '' : `?${query}`}`)
}

async function remove(deps: ConsoleDeps, ask: PageAsk): Promise<Response | Refusal> {
  const id = ask.param('id')
  const { config } = await readConfig(deps, ask.account, ['views'])
  const page = config.views.find((view) => view.id === id)?.page ?? 'alerts'
  const made = await dropEntry(deps, viewsSection, ask, { id, match: null })
  return 'refused' in made ? made : redirect(`${ask.base}${PATHS[page]}`)
}
