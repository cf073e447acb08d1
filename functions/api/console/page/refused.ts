import type { Role } from '../../../../shared/account/keys.ts'
import type { Refusal } from '../../http/route.ts'
import { askedPath, ownPath } from '../session/own-path.ts'
import type { PageAsk, Shown } from './ask.ts'
import { type Html, html, nothing } from './html.ts'
import { KEPT } from './kept-form.ts'
import { PLACES, type Place } from './shell.ts'

/** Further knowledge for the page of a refusal. */
export interface Refused {
  /** The role that the page asks for. */
  needs?: Role | undefined
  /** The form that was refused, sealed, to send the form again. */
  kept?: string | undefined
  /** The part of the console that the page is of. */
  nav?: Place | undefined
}

/** A refusal as a page: what is wrong, and the way on. */
export function refusedPage(
  ask: PageAsk,
  { status, code, message, details }: Refusal,
  { needs, kept, nav }: Refused = {},
): Shown & { body: Html } {
  const { text, base, role } = ask
  const help =
    code === 'forbidden' && needs !== undefined
      ? `${text.needs(needs)} ${text.yourRole(role)} ${text.askOwner}`
      : (text.refusedHelp[code as keyof typeof text.refusedHelp] ?? text.problem(message))
  const title = text.refused[code as keyof typeof text.refused] ?? text.refused.other
  return {
    title,
    status,
    body: html`<section class="refused panel"><h1>${title}</h1><p>${help}</p>${
      details === undefined || details.length < 2
        ? nothing
        : html`<ul>${details.map(({ path, message }) => html`<li><code>${path}</code> ${text.problem(message)}</li>`)}</ul>`
    }<div class="acts">${
      code === 'signed_out' ? html`<a class="button" href="${base}/sign-in">${text.signIn.button}</a>` : nothing
    }${again(ask, status, kept)}${status === 404 && nav !== undefined && nav !== 'alerts' ? html`<a class="button main" href="${base}${PLACES[nav]}">${text.places[nav]}</a>` : nothing}<a class="button" href="${base}/">${text.toAlerts}</a></div></section>`,
  }
}

/** A failure of the moment: the person may ask again, with the same form. */
function again({ request, base, text }: PageAsk, status: number, kept: string | undefined): Html {
  if (status < 500) return nothing
  const path = base + ownPath(askedPath(request, base))
  if (kept !== undefined) {
    return html`<form method="post" action="${path}"><input type="hidden" name="${KEPT}" value="${kept}"><button class="main">${text.tryAgain}</button></form>`
  }
  return request.method === 'GET' ? html`<a class="button main" href="${path}">${text.tryAgain}</a>` : nothing
}
