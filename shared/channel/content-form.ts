import type { Room } from '../base/clip.ts'
import type { DetailsPage } from '../delivery/details-page.ts'
import type { Form } from '../jinja/values/form.ts'
import type { Settings } from '../settings/field.ts'

/** The part of a message that content templates write, and its form. A kind without a form has no content templates. */
export interface ContentForm {
  /** The name of the one-line part of a message, in templates. Absent: a message has none. */
  title?: 'title' | 'subject'
  /** The form of the title. Absent: plain text, where the receiver shows a title without markup. */
  titleForm?: Form
  /**
   * How values are written. `begin`: the first character of the template's own text, or nothing if a value comes first.
   * `settings`: of the channel, in plain text; absent in a preview.
   */
  form(begin: string, settings?: Settings): Form
  /** Between the texts of two alerts. */
  between: string
  /** The size of a content. Absent: no size that a template could exceed. */
  room?: Room
  /** The size is that of the content as JSON: a message is sent as JSON, and its whole size is limited. */
  roomAsJson?: true
  /** The markup has tags, which a cut could open: a content that is too long for one alert is not used. */
  tags?: true
  /**
   * Each alert can be sent by itself, and all alerts as a JSON array. `batch`: always as an array. `single`: always by
   * itself, with a title of its own.
   */
  modes?: true | 'batch' | 'single'
  /**
   * Bytes of a message at most, for kinds that machines read: further alerts follow in further messages. `settings`: as
   * of `form`. Absent: no limit that a content could exceed.
   */
  mostBytes?(settings?: Settings): number
  /** The link to the incident below the content, unless the template wants none. Absent: no link is added. */
  link?: LinkForm
  /** The page of the incident that the channel wants: `detailsLink` in `account/link.ts`. Absent: the page that needs a key. */
  page?(settings: Settings): DetailsPage
}

export interface LinkForm {
  /** Takes text that is escaped. */
  write(text: string, url: string): string
}
