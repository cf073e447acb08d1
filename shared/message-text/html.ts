import type { Fact, MessageText } from './text.ts'
import { WORDS } from './words.ts'

/**
 * The text as a page of HTML for mail programs: no script, no picture, no style sheet. Every text is escaped, so no
 * part of an alert becomes markup; the only link is the link of the message.
 */
export function htmlText({ language, subject, title, facts, alerts, more, link, note }: MessageText): string {
  const { labels } = WORDS[language]
  return [
    '<!DOCTYPE html>',
    `<html lang="${language}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body>`,
    `<h2>${escaped(title)}</h2>`,
    table(facts),
    link === undefined ? '' : `<p><a href="${escaped(link.url)}">${escaped(link.text)}</a></p>`,
    ...alerts.map(
      (alert) =>
        `<h3>${escaped(alert.title)}</h3>\n${table([...alert.annotations, ...alert.facts])}` +
        (alert.labels.length === 0 ? '' : `\n<p>${escaped(labels)}</p>\n${table(alert.labels)}`),
    ),
    more === undefined ? '' : `<p>${escaped(more)}</p>`,
    note === undefined ? '' : `<p>${escaped(note)}</p>`,
    '</body></html>',
  ]
    .filter((line) => line !== '')
    .join('\n')
}

function table(facts: readonly Fact[]): string {
  if (facts.length === 0) return ''
  const rows = facts.map(({ name, value }) => {
    const cell = escaped(value).replaceAll('\n', '<br>\n')
    return `<tr><td valign="top"><b>${escaped(name)}</b></td><td>${cell}</td></tr>`
  })
  return `<table cellpadding="4">\n${rows.join('\n')}\n</table>`
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!)
}
