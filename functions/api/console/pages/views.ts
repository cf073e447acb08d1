import type { SavedView } from '../../../../shared/config/config.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { said } from '../parts/said.ts'

const PATHS: Record<SavedView['page'], string> = { alerts: '/', incidents: '/incidents', silences: '/silences' }

/** The saved views of a page. */
export async function viewsMenu(
  deps: ConsoleDeps,
  { account, base, text }: PageAsk,
  of: SavedView['page'],
): Promise<Html> {
  const { config } = await readConfig(deps, account, ['views'])
  const views = config.views.filter(({ page }) => page === of)
  if (views.length === 0) return nothing
  return html`<details class="menu"><summary>${text.alerts.views}</summary><div class="drop">
<ul>${views.map(({ name, query }) => html`<li><a href="${base}${PATHS[of]}${query === '' ? '' : `?${query}`}">${said(name)}</a></li>`)}</ul>
</div></details>`
}
