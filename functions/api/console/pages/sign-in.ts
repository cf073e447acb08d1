import { hashKey } from '../../../../shared/account/keys.ts'
import { basePathOf } from '../../../../shared/account/request-path.ts'
import { findKey } from '../../../../shared/store/accounts.ts'
import { readSignIn, takeSignIn } from '../../../../shared/store/sign-ins.ts'
import type { Route } from '../../http/route.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { choicesOf, prefsCookie } from '../page/prefs.ts'
import { clearCookie, newSession, readSession, setCookie } from '../session/cookie.ts'
import { ownPath } from '../session/own-path.ts'

const LONGEST_KEY = 256

/** Signing in and out, and what a person chooses for the browser. */
export function sessionRoutes(deps: ConsoleDeps): Route[] {
  return [
    page(deps, { path: '/sign-in', access: 'anyone', load: (ask) => loadSignIn(deps, ask) }),
    action(deps, { path: '/session', access: 'anyone', act: (ask, form) => signIn(deps, ask, form) }),
    action(deps, {
      path: '/session/end',
      access: 'anyone',
      act: ({ base }) => redirect(`${base}/sign-in`, [clearCookie(deps.publicUrl)]),
    }),
    action(deps, { path: '/preferences', access: 'anyone', act: (ask, form) => prefer(deps, ask, form) }),
  ]
}

async function loadSignIn(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Response> {
  const { query, request, now, base, text } = ask
  const next = ownPath(query.get('next'))
  const session = readSession(request, deps.secrets, deps.publicUrl, now)
  if (session !== undefined && (await findKey(deps.table, session.key, now)) !== undefined) return redirect(base + next)
  const code = query.get('code')
  if (code === null) return form(ask, next)
  const found = await readSignIn(deps.table, hashKey(code.slice(0, LONGEST_KEY)), now)
  if (found === undefined) return form(ask, next, { problem: text.signIn.onceOver })
  // Programs that look at links open them: only the button signs in.
  return {
    title: text.signIn.title,
    body: card(
      ask,
      html`<p>${text.signIn.onceHelp}</p><form method="post" action="${base}/session"><input type="hidden" name="code" value="${code}">${nameField(ask)}<button class="main">${text.signIn.once(found.account)}</button></form>`,
    ),
  }
}

function form(ask: PageAsk, next: string, { problem, status }: { problem?: string; status?: number } = {}): Shown {
  const { text, base } = ask
  const fields = html`<form method="post" action="${base}/session">
<input type="hidden" name="next" value="${next}">
<input class="vh" name="username" value="tocsin" autocomplete="username" tabindex="-1" aria-hidden="true">
<label>${text.signIn.key}<input type="password" name="key" required maxlength="${LONGEST_KEY}" autocomplete="current-password" autofocus${
    problem === undefined ? nothing : html` aria-invalid="true" aria-describedby="problem"`
  }></label>
${problem === undefined ? nothing : html`<p class="error" id="problem">${problem}</p>`}
${nameField(ask)}
<button class="main">${text.signIn.button}</button>
</form><p class="meta">${text.signIn.help}</p>`
  return { title: text.signIn.title, ...(status !== undefined && { status }), body: card(ask, fields) }
}

function nameField({ text, prefs }: PageAsk): Html {
  return html`<label>${text.signIn.name} <small>${text.optional}</small><input name="name" value="${prefs.name ?? ''}" maxlength="100" autocomplete="name" aria-describedby="name-help"></label><p class="meta" id="name-help">${text.signIn.nameHelp}</p>`
}

function card(ask: PageAsk, content: Html): Html {
  const { base, text, prefs, query } = ask
  const other = prefs.language === 'zh' ? 'en' : 'zh'
  const here = query.size === 0 ? '/sign-in' : `/sign-in?${query.toString()}`
  return html`<section class="sign-in"><h1>Tocsin</h1>${content}
<form method="post" action="${base}/preferences" class="lang"><input type="hidden" name="next" value="${here}"><button name="lang" value="${other}" class="quiet" lang="${other}">${text.signIn.language}</button></form></section>`
}

/** A wrong key is 401: hosts count such answers and slow down who guesses. */
async function signIn(deps: ConsoleDeps, ask: PageAsk, given: Form): Promise<Shown | Response> {
  const { now, base, text } = ask
  const code = given.get('code')
  const next = ownPath(given.get('next'))
  const key = given.get('key')?.trim() ?? ''
  const hash =
    code === null
      ? key.length === 0 || key.length > LONGEST_KEY
        ? undefined
        : hashKey(key)
      : (await takeSignIn(deps.table, hashKey(code.slice(0, LONGEST_KEY)), now))?.key
  if (hash === undefined || (await findKey(deps.table, hash, now)) === undefined) {
    return form(ask, next, { problem: code === null ? text.signIn.wrong : text.signIn.onceOver, status: 401 })
  }
  const choices = choicesOf(ask.request)
  const name = field(given, 'name')
  if (name !== undefined) choices.set('name', name)
  const session = setCookie(newSession(hash, now), deps.secrets, deps.publicUrl, now)
  return redirect(base + next, name === undefined ? [session] : [session, prefsCookie(choices)])
}

function prefer(deps: ConsoleDeps, { request }: PageAsk, given: Form): Response {
  const choices = choicesOf(request)
  for (const name of ['lang', 'theme', 'density', 'utc', 'keys', 'name']) {
    const value = given.get(name)
    if (value !== null) choices.set(name, value)
  }
  return redirect(basePathOf(deps.publicUrl) + ownPath(given.get('next')), [prefsCookie(choices)])
}
