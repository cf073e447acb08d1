import type { Form } from './form-data.ts'
import { type Html, written } from './html.ts'

/*
 * A browser is signed in to one account at a time: signing in to another account in one tab leaves the pages of the
 * first in the other tabs. So each form says of which account its page is, and is refused by every other account.
 */

const ACCOUNT = 'account'

/** The markup with the account in every form that is posted. Texts of strangers are escaped, so none of them is a form. */
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
