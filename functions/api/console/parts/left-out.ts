import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { ownPath } from '../session/own-path.ts'
import { DONE_PARAMETERS } from './controls.ts'

/** A thing that an action on several things left out, and the code of the reason. */
export interface LeftOut {
  id: string
  code: string
}

const SHOWN = 20

/** The address of a page after an action on several things: how many were done, which were left out, and why. */
export function withResult(
  path: string,
  { done, count, left }: { done: string; count: number; left: readonly LeftOut[] },
): string {
  const [before = '/', search = ''] = ownPath(path).split('?', 2)
  const query = new URLSearchParams(search)
  for (const name of ['part', ...DONE_PARAMETERS]) query.delete(name)
  query.set('done', done)
  query.set('count', String(count))
  for (const { id, code } of left.slice(0, SHOWN)) query.append('left', `${code}:${id}`)
  if (left.length > SHOWN) query.set('more', String(left.length - SHOWN))
  return `${before}?${query.toString()}`
}

/** The number that `withResult` put into the address. */
export function doneCount({ query }: Pick<PageAsk, 'query'>): number {
  return Number(/^\d{1,6}$/.exec(query.get('count') ?? '')?.[0] ?? 0)
}

export function readLeftOut({ query }: Pick<PageAsk, 'query'>): LeftOut[] {
  return query
    .getAll('left')
    .slice(0, SHOWN)
    .map((text) => {
      const at = text.indexOf(':')
      return { code: text.slice(0, Math.max(0, at)), id: text.slice(at + 1) }
    })
}

/** What an action left out, each thing with the reason. `name`: the thing in words, or a link to the thing. */
export function leftOutNotice({ text, query }: PageAsk, left: readonly LeftOut[], name: (id: string) => Html): Html {
  if (left.length === 0) return nothing
  const { left: words } = text
  const more = Number(/^\d{1,6}$/.exec(query.get('more') ?? '')?.[0] ?? 0)
  const reason = (code: string): string => words.reasons[code as keyof typeof words.reasons] ?? words.reasons.other
  return html`<div class="notice bad" role="status"><b>${words.title(left.length + more)}</b><ul>${left.map(({ id, code }) => html`<li>${name(id)}: ${reason(code)}</li>`)}</ul>${more === 0 ? nothing : html`<p>${text.alerts.more(more)}</p>`}</div>`
}
