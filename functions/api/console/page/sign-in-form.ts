import type { PageAsk, Shown } from './ask.ts'
import { type Html, html, nothing } from './html.ts'
import { KEPT } from './kept-form.ts'

export const LONGEST_KEY = 256

interface SignInForm {
  /** The path to go to afterwards. */
  next: string
  problem?: string
  status?: number
  /** A sealed form that was sent without a session. */
  kept?: string
}

/** The form for signing in with a key. */
export function signInForm(ask: PageAsk, { next, problem, status, kept }: SignInForm): Shown {
  const { text, base } = ask
  const fields = html`<form method="post" action="${base}/session">
<input type="hidden" name="next" value="${next}">${kept === undefined ? nothing : html`<input type="hidden" name="${KEPT}" value="${kept}">`}
<input class="vh" name="username" value="tocsin" autocomplete="username" tabindex="-1" aria-hidden="true">
<label>${text.signIn.key}<input type="password" name="key" required maxlength="${LONGEST_KEY}" autocomplete="current-password" autofocus${
    problem === undefined ? nothing : html` aria-invalid="true" aria-describedby="problem"`
  }></label>
${problem === undefined ? nothing : html`<p class="error" id="problem">${problem}</p>`}
${nameField(ask)}
<button class="main">${text.signIn.button}</button>
</form><p class="meta">${text.signIn.help}</p>`
  return {
    title: text.signIn.title,
    ...(status !== undefined && { status }),
    body:
      kept === undefined
        ? signInCard(ask, fields)
        : signInCard(ask, html`<p class="notice bad" role="alert">${text.signIn.again}</p>${fields}`, {
            languages: false,
          }),
  }
}

export function nameField({ text, prefs }: PageAsk): Html {
  return html`<label>${text.signIn.name} <small>${text.optional}</small><input name="name" value="${prefs.name ?? ''}" maxlength="100" autocomplete="name" aria-describedby="name-help"></label><p class="meta" id="name-help">${text.signIn.nameHelp}</p>`
}

/** `languages`: with the button for the other language, which leads to a new page. */
export function signInCard(ask: PageAsk, content: Html, { languages = true } = {}): Html {
  const { base, text, prefs, query } = ask
  const other = prefs.language === 'zh' ? 'en' : 'zh'
  const here = query.size === 0 ? '/sign-in' : `/sign-in?${query.toString()}`
  return html`<section class="sign-in"><h1>Tocsin</h1>${content}${
    languages
      ? html`
<form method="post" action="${base}/preferences" class="lang"><input type="hidden" name="next" value="${here}"><button name="lang" value="${other}" class="quiet" lang="${other}">${text.signIn.language}</button></form>`
      : nothing
  }</section>`
}
