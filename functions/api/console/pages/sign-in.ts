import { hashKey } from '../../../../shared/account/keys.ts'
import { basePathOf } from '../../../../shared/account/request-path.ts'
import { findKey } from '../../../../shared/store/accounts.ts'
import { readSignIn, takeSignIn } from '../../../../shared/store/sign-ins.ts'
import type { Route } from '../../http/route.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field, LARGEST_FORM_BYTES } from '../page/form-data.ts'
import { html } from '../page/html.ts'
import { KEPT, keptFor } from '../page/kept-form.ts'
import { action, page } from '../page/page.ts'
import { choicesOf, prefsCookie } from '../page/prefs.ts'
import { LONGEST_KEY, nameField, signInCard, signInForm } from '../page/sign-in-form.ts'
import { clearCookie, newSession, setCookie } from '../session/cookie.ts'
import { keyOfSession } from '../session/guard.ts'
import { ownPath } from '../session/own-path.ts'

/** Signing in and out, and what a person chooses for the browser. */
export function sessionRoutes(deps: ConsoleDeps): Route[] {
  return [
    page(deps, { path: '/sign-in', access: 'anyone', load: (ask) => loadSignIn(deps, ask) }),
    action(deps, {
      path: '/session',
      access: 'anyone',
      keeps: true,
      limitBytes: LARGEST_FORM_BYTES,
      act: (ask, form) => signIn(deps, ask, form),
    }),
    action(deps, {
      path: '/session/end',
      access: 'anyone',
      act: ({ base }) => redirect(`${base}/sign-in`, [clearCookie(deps.publicUrl)]),
    }),
    action(deps, { path: '/preferences', access: 'anyone', act: (ask, form) => prefer(deps, ask, form) }),
  ]
}

async function loadSignIn(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Response> {
  const { query, now, base, text } = ask
  const next = ownPath(query.get('next'))
  const code = query.get('code')
  const [signedIn, found] = await Promise.all([
    keyOfSession(deps, ask),
    code === null ? undefined : readSignIn(deps.table, hashKey(code.slice(0, LONGEST_KEY)), now),
  ])
  // A code of another key leads to another account or role.
  if (signedIn !== undefined && (found === undefined || found.key === signedIn.session?.key))
    return redirect(base + next)
  if (code === null) return signInForm(ask, { next })
  if (found === undefined) return signInForm(ask, { next, problem: text.signIn.onceOver })
  // Programs that look at links open them: only the button signs in.
  return {
    title: text.signIn.title,
    body: signInCard(
      ask,
      html`<p>${text.signIn.onceHelp}</p><form method="post" action="${base}/session"><input type="hidden" name="code" value="${code}">${nameField(ask)}<button class="main">${text.signIn.once(found.account)}</button></form>`,
    ),
  }
}

/** A wrong key is 401: hosts count such answers and slow down who guesses. */
async function signIn(deps: ConsoleDeps, ask: PageAsk, given: Form): Promise<Shown | Response> {
  const { now, base, text } = ask
  const code = given.get('code')
  const next = ownPath(given.get('next'))
  const kept = given.get(KEPT)
  const key = given.get('key')?.trim() ?? ''
  const hash =
    code === null
      ? key.length === 0 || key.length > LONGEST_KEY
        ? undefined
        : hashKey(key)
      : (await takeSignIn(deps.table, hashKey(code.slice(0, LONGEST_KEY)), now))?.key
  if (hash === undefined || (await findKey(deps.table, hash, now)) === undefined) {
    const problem = code === null ? text.signIn.wrong : text.signIn.onceOver
    return signInForm(ask, { next, problem, status: 401, ...(kept !== null && { kept }) })
  }
  const choices = choicesOf(ask.request)
  const name = field(given, 'name')
  if (name !== undefined) choices.set('name', name)
  const session = setCookie(newSession(hash, now), deps.secrets, deps.publicUrl, now)
  const cookies = name === undefined ? [session] : [session, prefsCookie(choices)]
  const to = kept === null ? undefined : keptFor(deps.secrets, kept)
  if (to === undefined) return redirect(base + next, cookies)
  return { ...sendKept(ask, { kept: kept!, to, next }), cookies }
}

/** Signing in sends nothing by itself: another person may have signed in. */
function sendKept({ text, base }: PageAsk, { kept, to, next }: { kept: string; to: string; next: string }): Shown {
  const words = text.signIn
  return {
    title: words.keptTitle,
    body: html`<section class="ask panel"><h1>${words.keptTitle}</h1><p>${words.keptSays}</p><form method="post" action="${base}${to}"><input type="hidden" name="${KEPT}" value="${kept}"><button class="main" autofocus>${words.keptSend}</button></form><p><a href="${base}${next}" data-key="Escape">${words.keptDrop}</a></p></section>`,
  }
}

function prefer(deps: ConsoleDeps, { request }: PageAsk, given: Form): Response {
  const choices = choicesOf(request)
  for (const name of ['lang', 'theme', 'density', 'utc', 'keys', 'name']) {
    const value = given.get(name)
    if (value !== null) choices.set(name, value)
  }
  return redirect(basePathOf(deps.publicUrl) + ownPath(given.get('next')), [prefsCookie(choices)])
}
