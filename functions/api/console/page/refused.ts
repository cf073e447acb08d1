import type { Refusal } from '../../http/route.ts'
import type { PageAsk, Shown } from './ask.ts'
import { type Html, html, nothing } from './html.ts'

/** A refusal as a page: what is wrong, and the way on. */
export function refusedPage(
  { text, base }: PageAsk,
  { status, code, message, details }: Refusal,
): Shown & { body: Html } {
  const title = text.refused[code as keyof typeof text.refused] ?? text.refused.other
  return {
    title,
    status,
    body: html`<section class="refused"><h1>${title}</h1><p>${text.refusedHelp[code as keyof typeof text.refusedHelp] ?? message}</p>${
      details === undefined || details.length < 2
        ? nothing
        : html`<ul>${details.map(({ path, message }) => html`<li><code>${path}</code> ${message}</li>`)}</ul>`
    }<p><a class="button" href="${base}/">${text.toAlerts}</a>${
      code === 'signed_out' ? html` <a class="button" href="${base}/sign-in">${text.signIn.button}</a>` : nothing
    }</p></section>`,
  }
}
