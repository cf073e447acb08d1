import type { Reference } from './references.ts'
import type { AlertText, Fact, MessageText } from './text.ts'
import { WORDS } from './words.ts'

/** The text without markup. Further lines of a value are indented, so no value looks like a line of ours. */
export function plainText(text: MessageText): string {
  const { title, alerts, more, link, note } = text
  const { colon } = WORDS[text.language]
  const lines = (some: readonly Fact[], indent: string): string[] =>
    some.map(({ name, value }) => `${indent}${name}${colon}${value.replaceAll('\n', `\n${indent}    `)}`)
  const links = (some: readonly Reference[], indent: string): string[] =>
    some.map(({ name, url }) => `${indent}${name}${colon}${url}`)
  const about = ({ annotations, facts, references, labels }: MessageText | AlertText, indent: string): string[] => [
    ...lines(annotations, indent),
    ...lines(facts, indent),
    ...links(references, indent),
    ...(labels.length === 0 ? [] : [`${indent}${WORDS[text.language].labels}${colon}`.trimEnd()]),
    ...lines(labels, `${indent}  `),
  ]
  const blocks = [
    [title],
    about(text, ''),
    link === undefined ? [] : [`${link.text}${colon}${link.url}`],
    ...alerts.map((alert) => [`- ${alert.title}`, ...about(alert, '  ')]),
    more === undefined ? [] : [more],
    note === undefined ? [] : [note],
  ]
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`
}
