import { clip } from '../base/clip.ts'
import { oneLine } from './clean.ts'
import { lookOf } from './look.ts'
import { type AlertText, type Fact, isForPeople, type MessageText } from './text.ts'
import { WORDS } from './words.ts'

/** The markup of a kind of channel. Every function but `plain` takes text that is escaped. */
export interface Dialect {
  /** The text of a stranger without markup, links and mentions. */
  plain(text: string): string
  /** A line of its own. `color`: #RRGGBB. */
  title(text: string, color: string): string
  bold(text: string): string
  link(text: string, url: string): string
  /** Between lines, and between paragraphs. */
  line: string
  paragraph: string
}

/** The text in a dialect of Markdown. */
export function markdownText(text: MessageText, dialect: Dialect): string {
  const { icon, color } = lookOf(text)
  const title = dialect.title(`${icon} ${dialect.plain(text.title)}`, color)
  return [title, ...markdownParts(text, dialect)].join(dialect.paragraph)
}

/** The paragraphs below the title. */
function markdownParts(text: MessageText, dialect: Dialect): string[] {
  const { plain, line } = dialect
  const { facts, labels, alerts, more, note } = text
  const { told, further } = annotationLines(text, text, dialect)
  const shared = labels.length === 0 ? [] : [{ name: WORDS[text.language].labels, value: clip(inline(labels), LINE) }]
  const about = [...facts, ...shared].map((fact) => factLine(fact, text, dialect))
  return [
    told.join(line),
    [...about, ...further].join(line),
    ...alerts.map((alert) => alertLines(alert, text, dialect).join(line)),
    more ?? '',
    links(text, dialect).join(' · '),
    note === undefined ? '' : plain(note),
  ].filter((part) => part !== '')
}

const LINE = { chars: 1000 }
const HEADING = { chars: 300 }

/** An alert by the labels that tell the alert from the others. */
function alertLines(alert: AlertText, text: MessageText, dialect: Dialect): string[] {
  const { plain, bold } = dialect
  const { name, title, labels, facts } = alert
  const heading = [name, inline(labels)].filter((part) => part !== '').join(' · ') || title
  const { told, further } = annotationLines(alert, text, dialect)
  return [
    `${lookOf(alert).icon} ${bold(plain(clip(oneLine(heading), HEADING)))}`,
    ...told,
    facts.map((fact) => factLine(fact, text, dialect)).join(' · '),
    ...further,
    links(alert, dialect).join(' · '),
  ].filter((line) => line !== '')
}

/** Annotations for people without their names, and the others with their names. */
function annotationLines(
  { annotations }: Pick<AlertText, 'annotations'>,
  text: MessageText,
  dialect: Dialect,
): { told: string[]; further: string[] } {
  const told = annotations.filter(isForPeople).map(({ value }) => lines(value, dialect))
  const further = annotations.filter((one) => !isForPeople(one)).map((fact) => factLine(fact, text, dialect))
  return { told, further }
}

function factLine({ name, value }: Fact, { language }: MessageText, dialect: Dialect): string {
  return `${dialect.bold(dialect.plain(name))}${WORDS[language].colon}${lines(value, dialect)}`
}

function lines(value: string, { plain, line }: Dialect): string {
  return value.split('\n').map(plain).join(line)
}

function inline(labels: readonly Fact[]): string {
  return labels.map(({ name, value }) => `${name}=${value}`).join(', ')
}

/** The link of the message first. */
function links({ link, references }: Pick<MessageText, 'link' | 'references'>, { plain, link: to }: Dialect): string[] {
  const ours = link === undefined ? [] : [to(plain(link.text), link.url)]
  return [...ours, ...references.map(({ name, host, url }) => to(plain(`${name} (${host})`), url))]
}
