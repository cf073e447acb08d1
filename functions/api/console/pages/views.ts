import type { SavedView } from '../../../../shared/config/config.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { atLeast } from '../../http/role.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { said } from '../parts/said.ts'

const PATHS: Record<SavedView['page'], string> = { alerts: '/', incidents: '/incidents', silences: '/silences' }

/** The saved views of a page, and the way to save the present one. */
export async function viewsMenu(deps: ConsoleDeps, ask: PageAsk, of: SavedView['page']): Promise<Html> {
  const { text, base, role, query } = ask
  const { config } = await readConfig(deps, ask.account, ['views'])
  const views = config.views.filter(({ page }) => page === of)
  const mayEdit = atLeast(role, 'editor')
  if (views.length === 0 && !mayEdit) return nothing
  const present = new URLSearchParams(query)
  for (const name of ['after', 'part', 'done', 'slow', 'add']) present.delete(name)
  return html`<details class="menu"><summary>${text.alerts.views}</summary><div class="drop">
<ul>${views.map(({ name, query }) => html`<li><a href="${base}${PATHS[of]}${query === '' ? '' : `?${query}`}">${said(name)}</a></li>`)}</ul>
${
  mayEdit
    ? html`<form method="post" action="${base}/views"><input type="hidden" name="page" value="${of}"><input type="hidden" name="query" value="${present.toString()}"><label>${text.alerts.viewName}<input name="name" required maxlength="100"></label><button>${text.alerts.saveView}</button></form>`
    : nothing
}</div></details>`
}
