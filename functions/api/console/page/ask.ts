import type { ReadLabels } from '../../groups/label-routes.ts'
import type { ReadSummary, Summary } from '../../groups/summary.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Ask } from '../../http/route.ts'
import type { Texts } from '../text/texts.ts'
import type { Assets } from './assets.ts'
import type { Html } from './html.ts'
import type { Prefs } from './prefs.ts'

export interface ConsoleDeps extends ApiDeps {
  summaryOf: ReadSummary
  labelsOf: ReadLabels
  assets: Assets
}

/** A request for a page, with everything that its view needs beside the data. */
export interface PageAsk extends Ask {
  text: Texts
  prefs: Prefs
  /** The path of the public URL, in front of every link. */
  base: string
  /** Who acts: the user of the key, the name that the person gave, or the name of the key. */
  me: string
  /** Of this rendering of a page: a form that is sent twice acts once. */
  once: string
}

/** A page for a person. */
export interface Shown {
  title: string
  /** 200 when absent. */
  status?: number
  /** Cookies that the answer sets. */
  cookies?: readonly string[]
  /** Files of styles beside those of every page. */
  styles?: readonly 'messages.css'[]
  /** A function: of a page that is asked for again and again, and mostly has no news. */
  body: Html | Promise<Html> | (() => Html | Promise<Html>)
  /** The part of the page that is asked for again and again. */
  live?: Live
}

/** A part of a page that stays as the account is. */
export interface Live {
  /** Changes when the part would change; made without reading what the part shows. */
  tag: string
  body(): Html | Promise<Html>
  /** Numbers of the account elsewhere on the page. */
  beside?(summary: Summary): Html
}
