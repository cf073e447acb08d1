import { LONGEST_LINK_MS } from '../../../../../shared/account/link.ts'
import { VERSION } from '../../../../../shared/base/version.ts'
import { revokeLinks } from '../../../../../shared/store/revoked-links.ts'
import { atLeast } from '../../../http/role.ts'
import type { Route } from '../../../http/route.ts'
import { redirect } from '../../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../../page/ask.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { action, page } from '../../page/page.ts'
import { linkButton, notice } from '../../parts/controls.ts'
import { fillOf, formFields, type Input, optionsOf } from '../../parts/form.ts'
import { said } from '../../parts/said.ts'
import { settingsHead } from './tabs.ts'

/** What a person chooses for this browser, and what the service says of itself. */
export function browserPages(deps: ConsoleDeps): Route[] {
  const links = { access: 'editor', nav: 'settings', path: '/settings/links' } as const
  return [
    page(deps, { path: '/settings', access: 'viewer', nav: 'settings', load: loadSettings }),
    page(deps, { ...links, load: linksForm }),
    action(deps, {
      ...links,
      // Twice ends what was made in between, too.
      act: async ({ account, base, now }) => {
        await revokeLinks(deps.table, { account }, { now, longestMs: LONGEST_LINK_MS })
        return redirect(`${base}/settings?done=linksEnded`)
      },
    }),
  ]
}

function loadSettings(ask: PageAsk): Shown {
  const { text, base, query, account, me, role } = ask
  const words = text.settings
  const done = (['saved', 'linksEnded'] as const).find((one) => one === query.get('done'))
  return {
    title: text.places.settings,
    body: html`${settingsHead(ask, 'browser')}${notice(done && words[done])}
${preferences(ask)}
<section class="panel about"><dl>
<dt>${words.account}</dt><dd><code>${account}</code></dd>
<dt>${words.you}</dt><dd>${said(me, 100)}</dd>
<dt>${words.role}</dt><dd>${text.roles[role]}: ${text.keys.roles[role]}</dd>
<dt>${words.version}</dt><dd>Tocsin ${VERSION}</dd>
<dt></dt><dd><a href="${base}/openapi.json">${words.api}</a></dd>
</dl></section>
${
  atLeast(role, 'editor')
    ? html`<section class="panel"><h2>${words.links}</h2><p class="meta">${words.linksHelp}</p><p>${linkButton(ask, '/settings/links', words.endLinks)}</p></section>`
    : nothing
}`,
  }
}

function preferences(ask: PageAsk): Html {
  const { text, base, prefs } = ask
  const words = text.settings
  const choice = (name: string, label: string, options: Readonly<Record<string, string>>): Input => ({
    ...{ name, label, input: 'choice', required: true, options: optionsOf(options) },
  })
  const inputs: Input[] = [
    { name: 'name', label: words.name, help: words.nameHelp, input: 'text' },
    choice('lang', words.language, { en: 'English', zh: '中文' }),
    choice('theme', words.theme, words.themes),
    choice('density', words.density, words.densities),
    choice('utc', words.times, { off: words.zones.off(prefs.timeZone), on: words.zones.on }),
    choice('keys', words.shortcuts, words.onOff),
  ]
  const onOff = (on: boolean): string => (on ? 'on' : 'off')
  const { language: lang, theme, density, utc, keys, name } = prefs
  const filled = fillOf(inputs, { name, lang, theme, density, utc: onOff(utc), keys: onOff(keys) })
  return html`<form class="form panel" method="post" action="${base}/preferences"><input type="hidden" name="next" value="/settings?done=saved">${formFields(ask, inputs, filled)}<div class="acts"><button class="main">${text.save}</button></div></form>`
}

function linksForm({ text, base }: PageAsk): Shown {
  const words = text.settings
  return {
    title: words.endLinksTitle,
    body: html`<section class="ask panel"><h1>${words.endLinksTitle}</h1><p>${words.endLinksSays}</p><form method="post" action="${base}/settings/links"><button class="main">${words.endLinks.replace('…', '')}</button></form><p><a href="${base}/settings">${text.back}</a></p></section>`,
  }
}
