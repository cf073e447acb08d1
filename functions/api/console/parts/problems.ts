import type { Problem } from '../../../../shared/problem/problem.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { said } from './said.ts'

/** Problems or warnings of a text, each with its line and column where the text has lines. */
export function placedProblems({ text }: Pick<PageAsk, 'text'>, problems: readonly Problem[]): Html {
  return html`<ul>${problems.map(
    ({ path, message, line, column }) =>
      html`<li>${line === undefined ? nothing : html`<b>${text.configuration.place(line, column ?? 1)}</b> `}<code>${path}</code> ${said(text.problem(message), 400)}</li>`,
  )}</ul>`
}
