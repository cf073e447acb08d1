import type { ContentForm } from '../../channel/content-form.ts'
import { markdownForm } from '../../jinja/values/form.ts'
import type { Dialect } from '../../message-text/markdown.ts'
import { detailsOf } from './settings.ts'

/** Content templates of a chat: values are inert as in the built-in text, and the same link stands below. */
export function chatContent(
  dialect: Dialect,
  room: Pick<ContentForm, 'room' | 'roomAsJson' | 'titleForm' | 'tags'>,
): ContentForm {
  const form = markdownForm(dialect)
  return {
    title: 'title',
    form: () => form,
    between: dialect.paragraph,
    ...room,
    link: { write: dialect.link },
    page: detailsOf,
  }
}
