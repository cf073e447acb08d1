import { html as write } from 'hono/html'

/** A piece of a page. What stands in `html` is escaped, unless it is such a piece itself. */
export type Html = ReturnType<typeof write>

export const html = write

export const nothing: Html = html``
