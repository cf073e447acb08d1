import { escapeHtml } from './escape.ts'
import { lookOf } from './look.ts'
import type { Reference } from './references.ts'
import { type AlertText, type Fact, isForPeople, type MessageText } from './text.ts'
import { WORDS } from './words.ts'

/**
 * The text as a page of HTML for mail programs: no script, no picture, no style sheet, as many programs drop style sheets.
 * Colours stand only where both a light and a dark page show them. Every text is escaped, so no part of an alert becomes
 * markup; the links are those of the message.
 */
export function htmlText(text: MessageText): string {
  const { language, subject, title, facts, labels, annotations, references, alerts, more, link, note } = text
  const { color, ink } = lookOf(text)
  return [
    '<!DOCTYPE html>',
    `<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title></head>`,
    `<body style="margin: 0"><div style="${PAGE}">`,
    `<h2 style="${TITLE}; background: ${color}; color: ${ink}">${escapeHtml(title)}</h2>`,
    ...toldTexts(annotations),
    link === undefined
      ? ''
      : `<p style="margin: 14px 0"><a href="${escapeHtml(link.url)}" style="${BUTTON}">${escapeHtml(link.text)}</a></p>`,
    anchors(references),
    table([...facts, ...annotations.filter((one) => !isForPeople(one))]),
    labels.length === 0 ? '' : `<p style="${NAME}">${escapeHtml(WORDS[language].labels)}</p>\n${table(labels)}`,
    ...alerts.map((alert) => alertBlock(alert, text)),
    ...[more, note].map((line) => (line === undefined ? '' : `<p style="${NAME}">${escapeHtml(line)}</p>`)),
    '</div></body></html>',
  ]
    .filter((line) => line !== '')
    .join('\n')
}

const FONT =
  'font-family: system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, PingFang SC, Microsoft YaHei, sans-serif'
const PAGE = `max-width: 640px; margin: 0 auto; padding: 12px; ${FONT}; font-size: 15px; line-height: 1.5; overflow-wrap: anywhere`
const TITLE = 'margin: 0 0 12px; padding: 12px 14px; border-radius: 6px; font-size: 19px; line-height: 1.35'
const BUTTON =
  'display: inline-block; padding: 9px 18px; border-radius: 6px; background: #2563C9; color: #FFFFFF; font-weight: 600; text-decoration: none'
/** Letters that step back, on a light page and on a dark one. */
const DIM = 'opacity: 0.7'
const NAME = `margin: 12px 0 4px; ${DIM}; font-size: 13px`
/** A longer name may break on a phone. */
const SHORT_NAME_CHARS = 16
const TEXT = 'margin: 0 0 8px'

/** The alert by the labels that differ, beside a line in the colour of its level. */
function alertBlock(alert: AlertText, { language }: MessageText): string {
  const { name, title, labels, facts, annotations, references } = alert
  const { colon } = WORDS[language]
  const differing = labels.map((label) => `${label.name}=${label.value}`).join(', ')
  const heading = [name, differing].filter((part) => part !== '').join(' · ') || title
  const times = facts.map((fact) => `${fact.name}${colon}${fact.value}`).join(' · ')
  return [
    `<div style="margin: 16px 0 0; padding: 0 0 0 12px; border-left: 4px solid ${lookOf(alert).color}">`,
    `<h3 style="margin: 0 0 4px; font-size: 15px">${escapeHtml(heading)}</h3>`,
    ...toldTexts(annotations),
    times === '' ? '' : `<p style="${NAME}; margin: 0">${escapeHtml(times)}</p>`,
    table(annotations.filter((one) => !isForPeople(one))),
    anchors(references),
    '</div>',
  ]
    .filter((line) => line !== '')
    .join('\n')
}

function toldTexts(annotations: readonly Fact[]): string[] {
  return annotations.filter(isForPeople).map(({ value }) => `<p style="${TEXT}">${lines(value)}</p>`)
}

function table(facts: readonly Fact[]): string {
  if (facts.length === 0) return ''
  const rows = facts.map(({ name, value }) => {
    const whole = name.length <= SHORT_NAME_CHARS ? '; white-space: nowrap' : ''
    const style = `${DIM}; padding: 2px 12px 2px 0${whole}`
    return `<tr><td valign="top" style="${style}">${escapeHtml(name)}</td><td>${lines(value)}</td></tr>`
  })
  return `<table cellspacing="0" style="font-size: 15px">\n${rows.join('\n')}\n</table>`
}

function lines(value: string): string {
  return escapeHtml(value).replaceAll('\n', '<br>\n')
}

function anchors(references: readonly Reference[]): string {
  const links = references.map(
    ({ name, host, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(`${name} (${host})`)}</a>`,
  )
  return links.length === 0 ? '' : `<p style="${TEXT}">${links.join(' · ')}</p>`
}
