import type { AlertSection, Layout, Link } from './layout.ts'
import type { Look } from './look.ts'
import type { Fact } from './text.ts'

/** The markup of a kind of channel. `plain` and `exact` take any text, the others take text that is escaped. */
export interface Dialect {
  /** The text of a stranger without markup, links and mentions. */
  plain(text: string): string
  /** The same for labels, which people copy. Absent: as every text. */
  exact?(text: string): string
  /** A line of its own. */
  title(text: string, look: Look): string
  bold(text: string): string
  /** A word in a colour, `#RRGGBB`. Absent: words have no colours. */
  colored?(text: string, color: string): string
  link(text: string, url: string): string
  /** Between lines, and between paragraphs. */
  line: string
  paragraph: string
}

/** The message in a dialect of Markdown. Links stand before the alerts: chats fold a long message. */
export function markdownText(layout: Layout, dialect: Dialect): string {
  return [markdownTitle(layout, dialect), markdownBody(layout, dialect)]
    .filter((part) => part !== '')
    .join(dialect.paragraph)
}

export function markdownTitle(
  { look, title }: Pick<Layout, 'look' | 'title'>,
  { plain, title: line }: Dialect,
): string {
  return line(`${look.icon} ${plain(title)}`, look)
}

export function markdownBody(layout: Layout, dialect: Dialect): string {
  const { told, facts, labels, further, alerts, more, links, note, colon } = layout
  const { plain, line } = dialect
  const paragraphs = [
    told.map((text) => toldText(text, dialect)).join(line),
    [
      ...facts.map((fact) => factText(fact, colon, dialect)),
      ...(labels === undefined ? [] : [labelsText(labels, colon, dialect)]),
      ...further.map((fact) => factText(fact, colon, dialect)),
    ].join(line),
    linksText(links, dialect),
    ...alerts.map((alert) => alertText(alert, colon, dialect)),
    more ?? '',
    note === undefined ? '' : plain(note),
  ]
  return paragraphs.filter((paragraph) => paragraph !== '').join(dialect.paragraph)
}

/** An alert as a paragraph. */
export function alertText(alert: AlertSection, colon: string, dialect: Dialect): string {
  const { look, heading, told, facts, further, links } = alert
  const { plain, exact, bold } = dialect
  const lines = [
    `${look.icon} ${exact === undefined ? bold(plain(heading)) : exact(heading)}`,
    ...told.map((text) => toldText(text, dialect)),
    facts.map((fact) => factText(fact, colon, dialect)).join(' · '),
    ...further.map((fact) => factText(fact, colon, dialect)),
    linksText(links, dialect),
  ]
  return lines.filter((text) => text !== '').join(dialect.line)
}

export function factText({ name, value }: Fact, colon: string, dialect: Dialect): string {
  return `${dialect.bold(dialect.plain(name))}${colon}${toldText(value, dialect)}`
}

export function labelsText({ name, value }: Fact, colon: string, { plain, exact = plain, bold }: Dialect): string {
  return `${bold(plain(name))}${colon}${exact(value)}`
}

/** Each line by itself, so that no line begins with a mark. */
export function toldText(text: string, { plain, line }: Dialect): string {
  return text.split('\n').map(plain).join(line)
}

export function linksText(links: readonly Link[], { plain, link }: Dialect): string {
  return links.map(({ text, url }) => link(plain(text), url)).join(' · ')
}
