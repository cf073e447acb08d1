import { type Html, html, nothing } from '../page/html.ts'

/** A field that has one of several values. `options`: the words of each value. */
export function choice(name: string, label: string, options: Readonly<Record<string, string>>, chosen: string): Html {
  return html`<label>${label}<select name="${name}">${Object.entries(options).map(
    ([value, words]) => html`<option value="${value}"${value === chosen ? html` selected` : nothing}>${words}</option>`,
  )}</select></label>`
}
