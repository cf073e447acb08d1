import { atLeast } from '../../../http/role.ts'
import type { PageAsk } from '../../page/ask.ts'
import { type Html, html } from '../../page/html.ts'
import { tabs } from '../../parts/controls.ts'

/** The heading of the settings, with the tabs that the key may open. */
export function settingsHead(ask: PageAsk, now: 'browser' | 'keys' | 'configuration'): Html {
  const { text, base, role } = ask
  const words = text.settings.tabs
  const entries = [
    { href: `${base}/settings`, words: words.browser, now: now === 'browser' },
    ...(atLeast(role, 'owner') ? [{ href: `${base}/settings/keys`, words: words.keys, now: now === 'keys' }] : []),
    { href: `${base}/settings/configuration`, words: words.configuration, now: now === 'configuration' },
  ]
  return html`<div class="title"><h1>${text.places.settings}</h1></div><div class="tools">${tabs(text.places.settings, entries)}</div>`
}
