import type { Form } from './form-data.ts'
import { type Html, written } from './html.ts'

/*
 * A browser has a single session. Signing in to a second account in a tab leaves pages of the first account open in
 * further tabs. Their forms would be done in the second account, and their lists would follow it. So a form says the
 * account of its page, and so does a page that asks for news.
 */

const ACCOUNT = 'account'

/** The markup with the account in every form that is posted. Texts of strangers are escaped, so no form is theirs. */
export async function formsOf(account: string, page: Html): Promise<Html> {
  if (account === '') return page
  const said = `<input type="hidden" name="${ACCOUNT}" value="${account}">`
  return written(String(await page).replaceAll(/<form\b[^>]*\bmethod="post"[^>]*>/g, (form) => form + said))
}

/** Takes the account out of a form. True: the page of the form was of another account. Actions of anyone have no account. */
export function isOfAnother(account: string, form: Form): boolean {
  const said = form.get(ACCOUNT)
  form.delete(ACCOUNT)
  return account !== '' && said !== null && said !== account
}

/** The tag of a live part, which says the account of its page as well. */
export function tagFor(account: string, tag: string): string {
  return `${account} ${tag}`
}

/** Whether the page that asks for news of its live part is of another account. */
export function followsAnother(account: string, request: Request): boolean {
  const said = request.headers.get('hx-ptag')?.split(' ') ?? []
  return said.length > 1 && said[0] !== account
}
