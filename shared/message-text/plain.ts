import type { Fact, MessageText } from './text.ts'
import { WORDS } from './words.ts'

/** The text without markup. Further lines of a value are indented, so no value looks like a line of ours. */
export function plainText({ language, title, facts, alerts, more, link, note }: MessageText): string {
  const { colon, labels } = WORDS[language]
  const lines = (some: readonly Fact[], indent: string): string[] =>
    some.map(({ name, value }) => `${indent}${name}${colon}${value.replaceAll('\n', `\n${indent}    `)}`)
  const blocks = [
    [title],
    lines(facts, ''),
    link === undefined ? [] : [`${link.text}${colon}${link.url}`],
    ...alerts.map((alert) => [
      `- ${alert.title}`,
      ...lines(alert.annotations, '  '),
      ...lines(alert.facts, '  '),
      ...(alert.labels.length === 0 ? [] : [`  ${labels}${colon}`.trimEnd(), ...lines(alert.labels, '    ')]),
    ]),
    more === undefined ? [] : [more],
    note === undefined ? [] : [note],
  ]
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`
}
