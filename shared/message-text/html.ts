import { escapeHtml } from './escape.ts'
import { lookOf } from './look.ts'
import type { Reference } from './references.ts'
import type { Fact, MessageText } from './text.ts'
import { WORDS } from './words.ts'

/**
 * The text as a page of HTML for mail programs: no script, no picture, no style sheet. Every text is escaped, so no
 * part of an alert becomes markup; the links are those of the message.
 */
export function htmlText(text: MessageText): string {
  const { language, subject, title, facts, labels, annotations, references, alerts, more, link, note } = text
  const words = WORDS[language]
  return [
    '<!DOCTYPE html>',
    `<html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>`,
    `<h2 style="color: ${lookOf(text).color}">${escapeHtml(title)}</h2>`,
    table([...annotations, ...facts]),
    link === undefined ? '' : `<p>${anchor(link.text, link.url)}</p>`,
    ...anchors(references),
    labels.length === 0 ? '' : `<p>${escapeHtml(words.labels)}</p>\n${table(labels)}`,
    ...alerts.flatMap((alert) => [
      `<h3>${escapeHtml(alert.title)}</h3>\n${table([...alert.annotations, ...alert.facts])}` +
        (alert.labels.length === 0 ? '' : `\n<p>${escapeHtml(words.labels)}</p>\n${table(alert.labels)}`),
      ...anchors(alert.references),
    ]),
    more === undefined ? '' : `<p>${escapeHtml(more)}</p>`,
    note === undefined ? '' : `<p>${escapeHtml(note)}</p>`,
    '</body></html>',
  ]
    .filter((line) => line !== '')
    .join('\n')
}

function table(facts: readonly Fact[]): string {
  if (facts.length === 0) return ''
  const rows = facts.map(({ name, value }) => {
    const cell = escapeHtml(value).replaceAll('\n', '<br>\n')
    return `<tr><td valign="top"><b>${escapeHtml(name)}</b></td><td>${cell}</td></tr>`
  })
  return `<table cellpadding="4">\n${rows.join('\n')}\n</table>`
}

function anchors(references: readonly Reference[]): string[] {
  return references.map(({ name, host, url }) => `<p>${anchor(`${name} (${host})`, url)}</p>`)
}

function anchor(text: string, url: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`
}
