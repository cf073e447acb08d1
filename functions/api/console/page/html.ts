import { raw as asItIs, html as write } from 'hono/html'

/** A piece of a page. What stands in `html` is escaped, unless it is such a piece itself. */
export type Html = ReturnType<typeof write>

export const html = write

/** HTML that our own code wrote, with every text of a stranger escaped. */
export function written(markup: string): Html {
  return asItIs(markup)
}

export const nothing: Html = html``
