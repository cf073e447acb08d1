import { clean } from '../../message-text/clean.ts'
import { escapeHtml } from '../../message-text/escape.ts'
import type { Dialect } from '../../message-text/markdown.ts'

/*
 * The form of a text: how a value of an alert is written so that the value stays text. A kind of channel has a form for
 * its messages.
 */

export interface Form {
  /**
   * The markup that functions may make. `json`: values are written as JSON where the template has no quotes around them.
   */
  readonly markup: 'plain' | 'markdown' | 'html' | 'json'
  /** `before`: the end of the text so far, for a place where other rules hold. */
  escape(text: string, before: string): string
  /** A word in a colour (`#E03C39`), already escaped. Absent: words have no colours. */
  colored?(escaped: string, color: string): string
}

/** For texts without markup: subjects, short messages, calls. */
export const PLAIN: Form = { markup: 'plain', escape: clean }

/** Attributes with a URL, up to the value: a URL of another scheme than these would run, or load, something. */
const URL_ATTRIBUTE = /(?:href|src|action|background|cite|data|poster)\s{0,10}=\s{0,10}["']?\s{0,10}$/i
const HARMLESS = /^(?:https?|mailto):/i
/** A value without quotes would end at its first blank, and go on as an attribute of its own. */
const UNQUOTED = /=\s{0,10}$/

export const HTML: Form = {
  markup: 'html',
  escape(text, before) {
    const inTag = before.lastIndexOf('<') > before.lastIndexOf('>')
    if (!inTag) return escapeHtml(clean(text))
    const escaped = URL_ATTRIBUTE.test(before) && !HARMLESS.test(text.trim()) ? '#' : escapeHtml(clean(text))
    return UNQUOTED.test(before) ? `"${escaped}"` : escaped
  },
  colored: (escaped, colour) => `<span style="color: ${colour}">${escaped}</span>`,
}

/** For chats: a text of several lines keeps its lines. */
export function markdownForm({ plain, line, colored }: Pick<Dialect, 'plain' | 'line' | 'colored'>): Form {
  return {
    markup: 'markdown',
    escape: (text) => clean(text).split('\n').map(plain).join(line),
    ...(colored === undefined ? {} : { colored: colored }),
  }
}

/** For bodies of forms: a value is a part between two signs. */
export const URL_FORM: Form = { markup: 'plain', escape: (text) => encodeURIComponent(clean(text)) }

/** For bodies of requests. */
export const JSON_FORM: Form = { markup: 'json', escape: (text) => text }
